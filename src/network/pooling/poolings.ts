import { attention } from './attention.ts';
import { generalizedMean } from './generalized-mean.ts';
import { isr } from './isr.ts';
import { logSumExp } from './log-sum-exp.ts';
import { max } from './max.ts';
import { mean } from './mean.ts';
import { noisyAnd } from './noisy-and.ts';
import { noisyOr } from './noisy-or.ts';
import type { Pooling } from './pooling.ts';

/** Names of the pooling functions. */
export const POOLING_NAMES = [
  'noisy-and',
  'mean',
  'max',
  'generalized-mean',
  'log-sum-exp',
  'noisy-or',
  'isr',
  'attention',
] as const;

/** Name of a pooling function. */
export type PoolingName = (typeof POOLING_NAMES)[number];

/** The pooling functions by name. */
export const POOLINGS: Readonly<Record<PoolingName, Pooling>> = {
  'noisy-and': noisyAnd,
  mean,
  max,
  'generalized-mean': generalizedMean,
  'log-sum-exp': logSumExp,
  'noisy-or': noisyOr,
  isr,
  attention,
};
