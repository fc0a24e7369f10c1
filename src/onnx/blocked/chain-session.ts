import type { CreateSession } from '../session.ts';
import type { Chain } from './chain.ts';
import { createForwardSession } from './forward-session.ts';
import { createMapSession } from './map-session.ts';
import type { ChainSession } from './running.ts';
import { createStepSession } from './step-session.ts';

/**
 * Makes the sessions of a chain and the memory that they share. Nothing is taken anew while it runs.
 *
 * @param options.threads of a convolution
 * @param options.strip rows of a strip, chosen by the size of each layer unless given: for tests
 */
export function createChainSession(
  chain: Chain,
  createSession: CreateSession,
  { threads = 1, strip }: { threads?: number; strip?: number } = {},
): Promise<ChainSession> {
  const options = { createSession: (model: Uint8Array) => createSession(model, { threads }), strip };
  if (chain.kind === 'step') return createStepSession(chain, options);
  return chain.kind === 'map' ? createMapSession(chain, options) : createForwardSession(chain, options);
}
