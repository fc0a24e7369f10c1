import { max } from './max.ts';
import { mean } from './mean.ts';
import { noisyAnd } from './noisy-and.ts';
import type { Pooling } from './pooling.ts';

/** Names of the pooling functions. */
export type PoolingName = 'noisy-and' | 'mean' | 'max';

/** The pooling functions by name. */
export const POOLINGS: Readonly<Record<PoolingName, Pooling>> = { 'noisy-and': noisyAnd, mean, max };
