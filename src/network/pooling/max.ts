import type { Value } from '../../onnx/graph.ts';
import { neg, sigmoid } from '../../onnx/operators/elementwise.ts';
import { logSigmoid } from './limits.ts';
import { maxOver } from './over.ts';
import { noParameters, type Pooling } from './pooling.ts';

/** The largest instance: P = max p. The sigmoid is monotonic, so the largest logit z is the summary. */
export const max: Pooling = {
  name: 'max',
  parameterShapes: noParameters,
  merge: ['max'],
  summary: (instances) => [maxOver(instances.logits, instances)],
  finish: ([largest]) => bagOfLogit(largest!),
};

/** The bag whose logit is `z [N, K]`: P = σ(z), ln P = ln σ(z), ln(1 - P) = ln σ(-z). */
export function bagOfLogit(z: Value) {
  return { probability: sigmoid(z), log: logSigmoid(z), logComplement: logSigmoid(neg(z)) };
}
