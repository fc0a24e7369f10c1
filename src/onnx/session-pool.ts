import type { RandomMask } from './random-mask.ts';
import type { Tensors } from './session.ts';
import type { Tensor } from './tensor.ts';

/** A tensor, or a mask to be drawn by the worker that needs it. */
export type Feed = Tensor | { readonly mask: RandomMask };

/** How many workers a pool has, and how many threads each of their sessions. */
export interface SessionPoolOptions {
  readonly workers: number;
  readonly threads?: number;
}

/** Models loaded into several workers, each with a session of its own; work goes to whichever worker is free. */
export interface SessionPool {
  /** How many pieces of work run at once. */
  readonly size: number;
  /** Loads a model into every worker, under a name. */
  load(name: string, model: Uint8Array): Promise<void>;
  /** Takes a model out of every worker, and gives back its memory. */
  unload(name: string): Promise<void>;
  /** Runs a loaded model once, as soon as a worker is free; `outputs` names what is wanted (all, if left out). */
  run(name: string, feeds: Readonly<Record<string, Feed>>, outputs?: readonly string[]): Promise<Tensors>;
  /** Ends the workers. */
  release(): Promise<void>;
}
