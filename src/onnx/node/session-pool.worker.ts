/** A worker thread of the session pool: holds sessions by name and runs them on request. */
import { workerData } from 'node:worker_threads';
import { answerRequests } from '../../threads/answer-requests.ts';
import type { Chain } from '../blocked/chain.ts';
import { createChainSession } from '../blocked/chain-session.ts';
import { drawMask } from '../random-mask.ts';
import type { Tensors } from '../session.ts';
import type { Feed } from '../session-pool.ts';
import type { Tensor } from '../tensor.ts';
import { createNodeSession } from './session.ts';

/** Requests from the pool to a worker. */
export type Request =
  | { readonly kind: 'load'; readonly name: string; readonly model: Uint8Array | Chain }
  | { readonly kind: 'unload'; readonly name: string }
  | {
      readonly kind: 'run';
      readonly name: string;
      readonly feeds: Readonly<Record<string, Feed>>;
      readonly outputs?: readonly string[] | undefined;
    };

const { threads } = workerData as { threads: number };

/** A model or a chain that is ready to run. */
interface Loaded {
  run(feeds: Readonly<Record<string, Feed>>, outputs?: readonly string[]): Promise<Tensors>;
  release(): Promise<void>;
}

const sessions = new Map<string, Loaded>();
/** Arrays of masks, reused in every run, since they are as large as the activations. */
const buffers = new Map<string, Float32Array>();

answerRequests<Request, Tensors>(
  async (request) => {
    if (request.kind === 'load') {
      await sessions.get(request.name)?.release();
      sessions.set(request.name, await open(request.model));
      return {};
    }
    if (request.kind === 'unload') {
      await sessions.get(request.name)?.release();
      sessions.delete(request.name);
      return {};
    }
    return sessions.get(request.name)!.run(request.feeds, request.outputs);
  },
  async () => {
    for (const session of sessions.values()) await session.release();
  },
);

async function open(model: Uint8Array | Chain): Promise<Loaded> {
  if (!(model instanceof Uint8Array)) return createChainSession(model, createNodeSession);
  const session = await createNodeSession(model, { threads });
  return {
    run(feeds, outputs) {
      const drawn = Object.entries(feeds).map(([name, feed]) => [name, 'mask' in feed ? maskFor(name, feed) : feed]);
      return session.run(Object.fromEntries(drawn), outputs);
    },
    release: () => session.release(),
  };
}

function maskFor(name: string, { mask }: Extract<Feed, { mask: unknown }>): Tensor {
  const key = `${name}:${mask.shape.join()}`;
  const drawn = drawMask(mask, buffers.get(key));
  buffers.set(key, drawn.data as Float32Array);
  return drawn;
}
