import type { View } from '../pixels/view.ts';
import type { Chain } from './blocked/chain.ts';
import type { RandomMask } from './random-mask.ts';
import type { Tensors } from './session.ts';
import type { Tensor } from './tensor.ts';

/** A tensor, or what the worker that needs one makes itself: a mask that it draws, or pictures. */
export type Feed = Tensor | { readonly mask: RandomMask } | Pictures;

/** Views of images, one after the other as float32, `[N, C, H, W]`; zeros where there are fewer than N. */
export interface Pictures {
  readonly views: readonly View[];
  readonly shape: readonly [pictures: number, channels: number, height: number, width: number];
}

/** Number of workers of a pool, and of threads of each session. */
export interface SessionPoolOptions {
  readonly workers: number;
  readonly threads?: number;
}

/** Models loaded into several workers, each with its own session; work goes to the first free worker. */
export interface SessionPool {
  /** Number of runs at the same time. */
  readonly size: number;
  /**
   * Loads a model into every worker, under a name. A chain of convolutions is loaded by each worker when it first runs it, and
   * what is wrong with it shows then.
   */
  load(name: string, model: Uint8Array | Chain): Promise<void>;
  /** Unloads a model from every worker and frees its memory; a chain, when the worker next runs something. */
  unload(name: string): Promise<void>;
  /**
   * Runs a loaded model once, as soon as a worker is free; `outputs` names the outputs to compute (by default all, and
   * of a chain always). Outputs that `into` has arrays for, in shared memory, may be written to these: then the answer has these
   * arrays, and no memory is taken for them.
   */
  run(
    name: string,
    feeds: Readonly<Record<string, Feed>>,
    outputs?: readonly string[],
    into?: Tensors,
  ): Promise<Tensors>;
  /** Ends the workers. */
  release(): Promise<void>;
}
