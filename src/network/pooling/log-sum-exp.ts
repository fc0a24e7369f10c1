import { div, mul, sigmoid, sub } from '../../onnx/operators/elementwise.ts';
import { logProbability } from './limits.ts';
import { logMeanExpOver } from './over.ts';
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
  summary: (instances, { sharpness: r }) => [logMeanExpOver(mul(sigmoid(instances.logits), r), instances)],
  finish: ([scaled], { sharpness: r }) => {
    const probability = div(scaled!, r);
    return { probability, log: logProbability(probability), logComplement: logProbability(sub(1, probability)) };
  },
};
