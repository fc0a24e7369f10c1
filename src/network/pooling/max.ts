import type { Value } from '../../onnx/graph.ts';
import { neg, sigmoid, softplus } from '../../onnx/operators/elementwise.ts';
import { reduceMax } from '../../onnx/operators/reduction.ts';
import type { Pooling } from './pooling.ts';

/**
 * The largest instance: P = max p. The sigmoid rises, so the largest logit z is the summary, ln P = -ln(1 + e⁻ᶻ) and
 * ln(1 - P) = -ln(1 + eᶻ).
 */
export const max: Pooling = {
  name: 'max',
  learnsThresholds: false,
  summary: (z) => [reduceMax(z, { axes: [2, 3] })],
  finish: ([largest]) => ({
    probability: sigmoid(largest as Value),
    log: neg(softplus(neg(largest as Value))),
    logComplement: neg(softplus(largest as Value)),
  }),
};
