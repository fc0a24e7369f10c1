/** A worker thread of the session pool: holds sessions by name and runs them on request. */
import { workerData } from 'node:worker_threads';
import { answerRequests } from '../../threads/answer-requests.ts';
import type { Chain } from '../blocked/chain.ts';
import { createChainSession } from '../blocked/chain-session.ts';
import { createFeedMaker } from '../make-feeds.ts';
import type { Tensors } from '../session.ts';
import type { Feed } from '../session-pool.ts';
import { createNodeSession } from './session.ts';

/** Requests from the pool to a worker. */
export type Request =
  | { readonly kind: 'load'; readonly name: string; readonly model: Uint8Array }
  | { readonly kind: 'unload'; readonly name: string }
  | {
      readonly kind: 'run';
      readonly name: string;
      readonly feeds: Readonly<Record<string, Feed>>;
      readonly outputs?: readonly string[] | undefined;
      /** Where outputs are written, in memory that all threads see. */
      readonly into?: Tensors | undefined;
      /** Chains that are to be forgotten before, and the chain that is to be run, if the worker hasn't it yet. */
      readonly unload: readonly string[];
      readonly load?: Chain;
    };

const { threads } = workerData as { threads: number };

/** A model or a chain that is ready to run. */
interface Loaded {
  run(
    feeds: Readonly<Record<string, Feed>>,
    options: { readonly outputs: readonly string[] | undefined; readonly into: Tensors },
  ): Promise<Tensors>;
  release(): Promise<void>;
}

const sessions = new Map<string, Loaded>();
const make = createFeedMaker();

answerRequests<Request, Tensors>(
  async (request) => {
    if (request.kind === 'load') {
      await close(request.name);
      sessions.set(request.name, await open(request.model));
      return {};
    }
    if (request.kind === 'unload') {
      await close(request.name);
      return {};
    }
    for (const name of request.unload) await close(name);
    if (request.load) {
      await close(request.name);
      sessions.set(request.name, await openChain(request.load));
    }
    const { feeds, outputs, into = {} } = request;
    const answer = await sessions.get(request.name)!.run(feeds, { outputs, into });
    return withoutWritten(answer, into);
  },
  {
    async end() {
      for (const session of sessions.values()) await session.release();
    },
    givenAway,
  },
);

/** Outputs that have no array; those that have one and were made elsewhere are copied to it. */
function withoutWritten(outputs: Tensors, into: Tensors): Tensors {
  const unknown = Object.keys(into).find((name) => !(name in outputs));
  if (unknown !== undefined) throw new Error(`the model has no output ${unknown}`);
  const kept = Object.entries(outputs).filter(([name, { data }]) => {
    const room = into[name]?.data as Float32Array | undefined;
    if (room && room !== data) room.set(data as Float32Array);
    return !room;
  });
  return Object.fromEntries(kept);
}

/** The memory of outputs, which are made for each run: by the runtime's binding, or by a chain. */
function givenAway(outputs: Tensors): ArrayBuffer[] {
  const buffers = Object.values(outputs).flatMap(({ data: { buffer, byteLength } }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
  return [...new Set(buffers)];
}

async function close(name: string): Promise<void> {
  await sessions.get(name)?.release();
  sessions.delete(name);
}

async function openChain(model: Chain): Promise<Loaded> {
  const chain = await createChainSession(model, createNodeSession, { threads });
  // A chain draws its masks itself.
  return {
    run: (feeds, { into }) => chain.run(make(feeds, { masks: false }), undefined, into),
    release: () => chain.release(),
  };
}

async function open(model: Uint8Array): Promise<Loaded> {
  const session = await createNodeSession(model, { threads });
  return {
    run: (feeds, { outputs }) => session.run(make(feeds), outputs),
    release: () => session.release(),
  };
}
