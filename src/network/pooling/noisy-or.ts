import { exp, neg, softplus, sub } from '../../onnx/operators/elementwise.ts';
import { logProbability } from './limits.ts';
import { sumOver } from './over.ts';
import { noParameters, type Pooling } from './pooling.ts';

/**
 * Noisy-OR (Viola, Platt & Zhang 2005; section 2 of the paper): P = 1 - Π (1 - p). Since ln(1 - p) = -ln(1 + e^z), the
 * summary is s = Σ ln(1 + e^z), and P = 1 - e⁻ˢ.
 */
export const noisyOr: Pooling = {
  name: 'noisy-or',
  parameterShapes: noParameters,
  merge: ['sum'],
  summary: (instances) => [sumOver(softplus(instances.logits), instances)],
  finish: ([s]) => {
    const probability = sub(1, exp(neg(s!)));
    return { probability, log: logProbability(probability), logComplement: neg(s!) };
  },
};
