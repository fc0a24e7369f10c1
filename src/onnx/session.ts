import type { Tensor } from './tensor.ts';

/** Named tensors that go into a model or come out of it. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A model that is ready to run. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs the model once; `outputs` names what is wanted (all, if left out). */
  run(feeds: Tensors, outputs?: readonly string[]): Promise<Tensors>;
  /** Frees what the session holds outside of JavaScript. */
  release(): Promise<void>;
}

/** How a session computes. */
export interface SessionOptions {
  /** Threads of one operator. */
  readonly threads: number;
  /** Refuse a model whose written shapes are not those that the runtime infers. */
  readonly strict?: boolean;
}

/** Makes sessions: one face for Node, one for the browser. */
export type CreateSession = (model: Uint8Array, options: SessionOptions) => Promise<Session>;
