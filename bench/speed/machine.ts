import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { usableMemory } from '../../src/files/usable-memory.ts';
import { version } from '../../src/files/version.ts';
import { runtimeVersion } from '../../src/onnx/node/session.ts';

/** What the figures depend on. */
export function describeMachine(torch: string | undefined) {
  const processor = textOf('/proc/cpuinfo');
  const flags = new Set(/^flags\s*:(.*)$/m.exec(processor)?.[1]?.split(' '));
  return {
    processor: /^model name\s*:\s*(.*)$/m.exec(processor)?.[1] ?? process.arch,
    amx_tile: flags.has('amx_tile'),
    avx512f: flags.has('avx512f'),
    avx512_bf16: flags.has('avx512_bf16'),
    cores: availableParallelism(),
    memoryBytes: usableMemory(),
    hugePages: /\[(\w+)\]/.exec(textOf('/sys/kernel/mm/transparent_hugepage/enabled'))?.[1] ?? 'unknown',
    node: process.version,
    milscope: version,
    commit: commit(),
    onnxruntime: runtimeVersion(),
    torch: torch ?? 'none',
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
