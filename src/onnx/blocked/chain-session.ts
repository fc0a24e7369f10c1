import type { CreateSession, Tensors } from '../session.ts';
import type { Feed } from '../session-pool.ts';
import type { Chain } from './chain.ts';
import { createMapSession } from './map-session.ts';
import { createStepSession } from './step-session.ts';

/** A chain that is ready to run. */
export interface ChainSession {
  run(feeds: Readonly<Record<string, Feed>>): Promise<Tensors>;
  release(): Promise<void>;
}

/**
 * Makes the sessions of a chain and the memory that they share. Nothing is taken anew while it runs.
 *
 * @param options.strip rows of a strip, chosen by the size of each layer unless given: for tests
 */
export function createChainSession(
  chain: Chain,
  createSession: CreateSession,
  { strip }: { strip?: number } = {},
): Promise<ChainSession> {
  const options = { createSession, strip };
  return chain.kind === 'step' ? createStepSession(chain, options) : createMapSession(chain, options);
}
