import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that has ended. */
export interface Ended {
  /** From its start to its end. */
  readonly seconds: number;
  /** The document in its last line, if that is one. */
  readonly said: Readonly<Record<string, unknown>>;
  /** Largest resident memory that was seen; 0 where the system does not tell. */
  readonly peakBytes: number;
}

/** Milliseconds between two looks at the memory of a process. */
const LOOK = 50;

/** Runs a process alone. @throws Error with the last line of its messages when it fails */
export async function runProcess(command: string, args: readonly string[], env = process.env): Promise<Ended> {
  const began = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, messages]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text) => out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text) => messages.push(text));
  let peakBytes = 0;
  const looking = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid));
  }, LOOK);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(looking));
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(lastLine(messages) || `${command} ended with exit code ${code}`);
  return { seconds, said: documentIn(lastLine(out)), peakBytes };
}

function peakOf(pid: number | undefined): number {
  try {
    return 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function lastLine(texts: readonly string[]): string {
  return texts.join('').trim().split('\n').at(-1)!;
}

function documentIn(line: string): Ended['said'] {
  return line.startsWith('{') ? JSON.parse(line) : {};
}
