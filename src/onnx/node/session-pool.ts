import type { Worker } from 'node:worker_threads';
import type { Tensors } from '../session.ts';
import type { SessionPool } from '../session-pool.ts';
import type { Request, Response } from './session-pool.worker.ts';
import { startWorker } from './start-worker.ts';

/** How many workers, and how many threads each of their sessions has. */
export interface SessionPoolOptions {
  readonly workers: number;
  readonly threads?: number;
}

interface Crew {
  readonly worker: Worker;
  /** Why it runs no more. */
  ended?: Error;
  /** Settles what the worker is busy with. */
  settle?: { readonly resolve: (tensors: Tensors) => void; readonly reject: (error: unknown) => void };
}

/** A pool of worker threads with a session of ONNX Runtime each. Memory of a session goes back when the pool ends. */
export function createNodeSessionPool({ workers, threads = 1 }: SessionPoolOptions): SessionPool {
  const idle: Crew[] = [];
  const waiting: ((crew: Crew) => void)[] = [];
  const dismiss = (crew: Crew) => {
    const next = waiting.shift();
    if (next) next(crew);
    else idle.push(crew);
  };
  const crews = Array.from({ length: workers }, () => hire(threads));
  idle.push(...crews);

  const ask = (crew: Crew, request: Request): Promise<Tensors> =>
    new Promise((resolve, reject) => {
      if (crew.ended) return reject(crew.ended);
      crew.settle = { resolve, reject };
      crew.worker.postMessage(request);
    });
  const free = (): Promise<Crew> => {
    const crew = idle.pop();
    return crew ? Promise.resolve(crew) : new Promise((resolve) => waiting.push(resolve));
  };

  return {
    size: workers,
    async load(name, model) {
      const all = await Promise.all(crews.map(free));
      try {
        await Promise.all(all.map((crew) => ask(crew, { kind: 'load', name, model })));
      } finally {
        for (const crew of all) dismiss(crew);
      }
    },
    async run(name, feeds, outputs) {
      const crew = await free();
      try {
        return await ask(crew, { kind: 'run', name, feeds, outputs });
      } finally {
        dismiss(crew);
      }
    },
    async release() {
      await Promise.all(
        crews.map(({ worker, ended: already }) => {
          if (already) return already;
          const ended = new Promise((resolve) => worker.once('exit', resolve));
          worker.postMessage({ kind: 'end' } satisfies Request);
          return ended;
        }),
      );
    },
  };
}

function hire(threads: number): Crew {
  const worker = startWorker('./session-pool.worker', { from: import.meta.url, workerData: { threads } });
  const crew: Crew = { worker };
  worker.on('message', (response: Response) => {
    if ('error' in response) crew.settle?.reject(response.error);
    else crew.settle?.resolve(response.tensors);
  });
  const end = (error: Error) => {
    crew.ended ??= error;
    crew.settle?.reject(crew.ended);
  };
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`a worker thread ended, with code ${code}`)));
  return crew;
}
