import type { Worker } from 'node:worker_threads';
import type { Answered, Asked } from './answer-requests.ts';
import { unpackError } from './carry-error.ts';
import { startWorker } from './start-worker.ts';

/** Worker threads that answer requests, each of them one at a time. */
export interface WorkerPool<Request, Answer> {
  readonly size: number;
  /** What the first worker that is free answers. Memory that is `givenAway` is handed over rather than copied. */
  readonly ask: (request: Request, givenAway?: readonly ArrayBuffer[]) => Promise<Answer>;
  /** The same, of a request that depends on which worker that is, 0 to size - 1. */
  readonly askAny: (requestFor: (worker: number) => Request) => Promise<Answer>;
  /** What each of the workers answers, once all are free. */
  readonly askAll: (request: Request) => Promise<readonly Answer[]>;
  /** Ends the threads, when they have answered what they were asked. */
  readonly release: () => Promise<void>;
}

interface Crew<Answer> {
  readonly worker: Worker;
  /** Why it runs no more. */
  ended?: Error;
  /** Settles what the worker is busy with. */
  settle?: { readonly resolve: (answer: Answer) => void; readonly reject: (error: unknown) => void };
}

/**
 * Starts `workers` threads from the file `<name>` (without its ending) beside `from`, an `import.meta.url`; it has to
 * call `answerRequests`, and finds `workerData` as such.
 */
export function createWorkerPool<Request, Answer>(
  name: string,
  {
    from,
    workers,
    workerData,
    background = false,
  }: {
    readonly from: string;
    readonly workers: number;
    readonly workerData: unknown;
    /** Lets the process end without a `release` when nothing is asked. */
    readonly background?: boolean;
  },
): WorkerPool<Request, Answer> {
  if (!(workers >= 1)) throw new Error(`a pool needs at least one worker, not ${workers}`);
  const idle: Crew<Answer>[] = [];
  const waiting: ((crew: Crew<Answer>) => void)[] = [];
  const dismiss = (crew: Crew<Answer>) => {
    if (background) crew.worker.unref();
    const next = waiting.shift();
    if (next) next(crew);
    else idle.push(crew);
  };
  const crews = Array.from({ length: workers }, () => hire<Answer>(startWorker(name, { from, workerData })));
  for (const crew of crews) dismiss(crew);

  const put = (crew: Crew<Answer>, request: Request, givenAway: readonly ArrayBuffer[] | undefined): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (crew.ended) return reject(crew.ended);
      if (background) crew.worker.ref();
      crew.settle = { resolve, reject };
      crew.worker.postMessage({ request } satisfies Asked<Request>, givenAway);
    });
  const free = (): Promise<Crew<Answer>> => {
    const crew = idle.pop();
    return crew ? Promise.resolve(crew) : new Promise((resolve) => waiting.push(resolve));
  };

  const askFree = async (
    requestFor: (worker: number) => Request,
    givenAway?: readonly ArrayBuffer[],
  ): Promise<Answer> => {
    const crew = await free();
    try {
      return await put(crew, requestFor(crews.indexOf(crew)), givenAway);
    } finally {
      dismiss(crew);
    }
  };

  return {
    size: workers,
    ask: (request, givenAway) => askFree(() => request, givenAway),
    askAny: (requestFor) => askFree(requestFor),
    async askAll(request) {
      const all = await Promise.all(crews.map(free));
      try {
        return await Promise.all(all.map((crew) => put(crew, request, undefined)));
      } finally {
        for (const crew of all) dismiss(crew);
      }
    },
    async release() {
      await Promise.all(
        crews.map(({ worker, ended: already }) => {
          if (already) return already;
          const ended = new Promise((resolve) => worker.once('exit', resolve));
          worker.postMessage('end' satisfies Asked<Request>);
          return ended;
        }),
      );
    },
  };
}

function hire<Answer>(worker: Worker): Crew<Answer> {
  const crew: Crew<Answer> = { worker };
  worker.on('message', (answered: Answered<Answer>) => {
    if ('error' in answered) crew.settle?.reject(unpackError(answered.error));
    else crew.settle?.resolve(answered.answer);
  });
  const end = (error: Error) => {
    crew.ended ??= error;
    crew.settle?.reject(crew.ended);
  };
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`a worker thread ended, with code ${code}`)));
  return crew;
}
