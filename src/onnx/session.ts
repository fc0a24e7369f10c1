import type { Tensor } from './tensor.ts';

/** Named inputs or outputs of a model. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A model that is ready to run. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the model once; `outputs` names the outputs to compute (by default all). Outputs for which `into` has a tensor
   * are written there, and then only these are computed.
   */
  run(feeds: Tensors, outputs?: readonly string[], into?: Tensors): Promise<Tensors>;
  /** Frees the memory of the session outside JavaScript. */
  release(): Promise<void>;
}

/** How a session computes. */
export interface SessionOptions {
  /** Threads of one operator. */
  readonly threads: number;
  /** Refuse a model whose recorded shapes differ from those that the runtime infers. */
  readonly strict?: boolean;
}

/** Makes sessions, in Node or in a browser. */
export type CreateSession = (model: Uint8Array, options: SessionOptions) => Promise<Session>;
