import { div, mul, sigmoid, sub } from '../../onnx/operators/elementwise.ts';
import { reduceLogMeanExp } from '../../onnx/operators/reduction.ts';
import { logProbability } from './limits.ts';
import { noParameters, type Pooling } from './pooling.ts';

/**
 * Log-sum-exp (Ramon & De Raedt 2000; section 2 of the paper): P = (1/r) ln((1/n) Σ e^(r p)), the mean for small r and
 * the maximum for large r. The summary is r·P.
 */
export const logSumExp: Pooling = {
  name: 'log-sum-exp',
  sharpness: 'r',
  parameterShapes: noParameters,
  merge: ['log-mean-exp'],
  summary: ({ logits }, { sharpness: r }) => [reduceLogMeanExp(mul(sigmoid(logits), r), { axes: [2, 3] })],
  finish: ([scaled], { sharpness: r }) => {
    const probability = div(scaled!, r);
    return { probability, log: logProbability(probability), logComplement: logProbability(sub(1, probability)) };
  },
};
