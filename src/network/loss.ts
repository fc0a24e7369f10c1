import type { Value } from '../onnx/graph.ts';
import { add, mul, neg, sub } from '../onnx/operators/elementwise.ts';
import { logSoftmax, reduceSum } from '../onnx/operators/reduction.ts';
import type { Forward, Head } from './forward.ts';
import { logSigmoid } from './pooling/limits.ts';

/**
 * Joint loss of equation 2: the binary cross entropy of the pooling layer, summed over the classes, plus that of the
 * last layer: the cross entropy of a softmax, or the binary cross entropies of sigmoids, summed over the classes.
 * `targets [N, K]` are 1 for the labels of each image and 0 elsewhere. Gives `[N]`, a loss per image.
 */
export function jointLoss({ bag, scores }: Forward, { targets, head }: { targets: Value; head: Head }): Value {
  const crossEntropy = (log: Value, logComplement: Value) =>
    add(mul(targets, log), mul(sub(1, targets), logComplement));
  const pooled = crossEntropy(bag.log, bag.logComplement);
  const last =
    head === 'softmax' ? mul(targets, logSoftmax(scores)) : crossEntropy(logSigmoid(scores), logSigmoid(neg(scores)));
  return neg(reduceSum(add(pooled, last), { axes: [1] }));
}
