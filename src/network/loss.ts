import type { Value } from '../onnx/graph.ts';
import { add, mul, neg, sub } from '../onnx/operators/elementwise.ts';
import { logSoftmax, reduceSum } from '../onnx/operators/reduction.ts';
import type { Forward } from './forward.ts';

/**
 * Joint loss of equation 2: the binary cross entropy of the pooling layer, summed over the classes, plus the cross
 * entropy of the last layer. `targets [N, K]` are 1 for the label of each image and 0 elsewhere. Gives `[N]`, a loss
 * per image.
 */
export function jointLoss({ bag, scores }: Forward, targets: Value): Value {
  const pooled = add(mul(targets, bag.log), mul(sub(1, targets), bag.logComplement));
  const last = mul(targets, logSoftmax(scores));
  return neg(reduceSum(add(pooled, last), { axes: [1] }));
}
