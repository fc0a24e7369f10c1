import { div, exp, mul, sub } from '../../onnx/operators/elementwise.ts';
import { logProbability, logSigmoid } from './limits.ts';
import { logMeanExpOver } from './over.ts';
import { noParameters, type Pooling } from './pooling.ts';

/**
 * Generalized mean (section 2 of the paper): P = ((1/n) Σ p^r)^(1/r), the mean for r = 1 and the maximum for large r.
 * The summary is ln (1/n) Σ e^(r ln p), so that a small p to a large power does not vanish.
 */
export const generalizedMean: Pooling = {
  name: 'generalized-mean',
  sharpness: 'r',
  parameterShapes: noParameters,
  merge: ['log-mean-exp'],
  summary: (instances, { sharpness: r }) => [logMeanExpOver(mul(logSigmoid(instances.logits), r), instances)],
  finish: ([logMean], { sharpness: r }) => {
    const log = div(logMean!, r);
    const probability = exp(log);
    return { probability, log, logComplement: logProbability(sub(1, probability)) };
  },
};
