/** PyTorch as a peer: how its processes are started, and what it is given. */
import { fileURLToPath } from 'node:url';
import type { BenchOptions, Precision } from './options.ts';
import { type Ended, runProcess } from './run-process.ts';

/** What the allocator of the peer does with memory that is not needed for the moment. */
export type Memory = 'kept' | 'as it comes';

/** glibc gives large buffers back to the system after each operator unless it is told to keep them. */
const KEPT = 'glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=17179869184:glibc.malloc.mmap_max=0';

/** One way to run the peer: a row of the result. */
export interface Variant {
  readonly precision: Precision;
  readonly memory: Memory;
  /** What else sets it apart. */
  readonly note?: string;
}

/** Options of a script, without their dashes. */
export type Arguments = Readonly<Record<string, string | number>>;

/** These as they are typed. */
export function typed(args: Arguments): string[] {
  return Object.entries(args).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

export interface PyTorch {
  readonly version: string;
  /** Runs a script of bench/pytorch. */
  readonly run: (script: string, variant: Variant, args: Arguments) => Promise<Ended>;
  /** The micro-batch that is the fastest for a variant, found once by a run of the script that tries all that are offered. */
  readonly bestMicroBatch: (
    script: string,
    variant: Variant,
    args: Arguments,
    offered?: readonly number[],
  ) => Promise<number>;
}

/** Micro-batches of fields that are tried. */
const USUAL = [1, 2, 4, 8, 16];

/** Looks for PyTorch in `$PYTHON`, else `python3`. @throws Error when there is none */
export async function findPyTorch(options: BenchOptions): Promise<PyTorch> {
  const { threads, microBatch, peerGigabytes } = options;
  const python = process.env.PYTHON ?? 'python3';
  const ask = 'import json, torch, numpy; print(json.dumps({"version": torch.__version__}))';
  const version = String((await runProcess(python, ['-c', ask])).said.version);
  const { GLIBC_TUNABLES: _, ...env } = process.env;
  const run: PyTorch['run'] = (script, { precision, memory }, args) => {
    const path = fileURLToPath(new URL(`../pytorch/${script}.py`, import.meta.url));
    const words = typed({ threads, precision, 'peer-gigabytes': peerGigabytes, ...args });
    return runProcess(python, [path, ...words], memory === 'kept' ? { ...env, GLIBC_TUNABLES: KEPT } : env);
  };
  const found = new Map<string, Promise<number>>();
  const bestMicroBatch: PyTorch['bestMicroBatch'] = async (script, { precision }, args, offered = USUAL) => {
    if (microBatch !== undefined) return microBatch;
    const fitting = offered.filter((size) => size <= Number(args.batch ?? size));
    if (fitting.length === 1) return fitting[0]!;
    const key = JSON.stringify([script, precision, args]);
    const search = async () => {
      const tries = { ...args, 'micro-batch': fitting.join() };
      return Number((await run(script, { precision, memory: 'kept' }, tries)).said.best);
    };
    if (!found.has(key)) found.set(key, search());
    return found.get(key)!;
  };
  return { version, run, bestMicroBatch };
}
