import type { Session, Tensors } from '../session.ts';
import type { Feed } from '../session-pool.ts';

/** A chain that is ready to run. */
export interface ChainSession {
  /** Computes all outputs, whichever are asked for; those for which `into` has a tensor may be written there. */
  run(feeds: Readonly<Record<string, Feed>>, outputs?: readonly string[], into?: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

/** Makes the session of a part of a chain. */
export type CreatePart = (model: Uint8Array) => Promise<Session>;

/** How the session of a chain is made. */
export interface ChainSessionOptions {
  readonly createSession: CreatePart;
  /** Rows of a strip; chosen by the size of each layer unless given. */
  readonly strip?: number | undefined;
}
