import type { Value } from '../../onnx/graph.ts';
import { atLeast, log, neg, sigmoid } from '../../onnx/operators/elementwise.ts';
import { reduceMean } from '../../onnx/operators/reduction.ts';
import { LEAST_PROBABILITY } from './limits.ts';
import type { Pooling } from './pooling.ts';

/** Mean of the instances: P = (1/n) Σ p. The mean of the complements is kept too: it is 1 - P without cancellation. */
export const mean: Pooling = {
  name: 'mean',
  learnsThresholds: false,
  summary: (z) => [reduceMean(sigmoid(z), { axes: [2, 3] }), reduceMean(sigmoid(neg(z)), { axes: [2, 3] })],
  finish: ([average, complement]) => ({
    probability: average as Value,
    log: log(atLeast(average as Value, LEAST_PROBABILITY)),
    logComplement: log(atLeast(complement as Value, LEAST_PROBABILITY)),
  }),
};
