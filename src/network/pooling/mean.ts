import type { Value } from '../../onnx/graph.ts';
import { neg, sigmoid } from '../../onnx/operators/elementwise.ts';
import { logProbability } from './limits.ts';
import { meanOver } from './over.ts';
import { type Instances, noParameters, type Pooling } from './pooling.ts';

/** Mean of the instances: P = (1/n) Σ p. */
export const mean: Pooling = {
  name: 'mean',
  parameterShapes: noParameters,
  merge: ['mean', 'mean'],
  summary: meanAndComplement,
  finish: ([average, complement]) => ({
    probability: average!,
    log: logProbability(average!),
    logComplement: logProbability(complement!),
  }),
};

/** The mean of the instances and the mean of their complements, `[N, K]`: each exact where it is small. */
export function meanAndComplement(instances: Instances): [Value, Value] {
  const { logits } = instances;
  return [meanOver(sigmoid(logits), instances), meanOver(sigmoid(neg(logits)), instances)];
}
