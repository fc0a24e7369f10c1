import type { Value } from '../../onnx/graph.ts';
import { add, atLeast, div, exp, log, mul, neg, sigmoid, sub } from '../../onnx/operators/elementwise.ts';
import { LEAST_PROBABILITY, logSigmoid } from './limits.ts';
import { meanAndComplement } from './mean.ts';
import type { Pooling } from './pooling.ts';

/**
 * Adaptive Noisy-AND (equation 3 of the paper): with p̄ the mean of the instances and b the learned threshold of the
 * class,
 *
 *   P = (σ(a(p̄ - b)) - σ(-ab)) / (σ(a(1 - b)) - σ(-ab)).
 *
 * Since σ(x) - σ(y) = σ(x) σ(-y) (1 - e^(y - x)), both logarithms are sums of terms that never cancel:
 *
 *   ln P       = ln σ(a(p̄ - b)) - ln σ(a(1 - b)) + ln(1 - e^(-ap̄))      - ln(1 - e^(-a)),
 *   ln (1 - P) = ln σ(a(b - p̄)) - ln σ(ab)       + ln(1 - e^(-a(1 - p̄))) - ln(1 - e^(-a)).
 *
 * The summary holds the mean of the instances and the mean of their complements, each exact where it is small.
 */
export const noisyAnd: Pooling = {
  name: 'noisy-and',
  sharpness: 'a',
  parameterShapes: ({ classes }) => ({ b: [classes] }),
  merge: ['mean', 'mean'],
  summary: meanAndComplement,
  finish: ([mean, complement], { sharpness: a, parameters }) => {
    const b = parameters.b!;
    const fromThreshold = mul(sub(mean!, b), a);
    const base = sigmoid(mul(b, -a));
    const probability = div(sub(sigmoid(fromThreshold), base), sub(sigmoid(mul(sub(1, b), a)), base));
    const rest = Math.log(-Math.expm1(-a));
    return {
      probability,
      log: sub(add(sub(logSigmoid(fromThreshold), logSigmoid(mul(sub(1, b), a))), logOneLessExp(mean!, a)), rest),
      logComplement: sub(
        add(sub(logSigmoid(neg(fromThreshold)), logSigmoid(mul(b, a))), logOneLessExp(complement!, a)),
        rest,
      ),
    };
  },
};

/** ln(1 - e^(-a·m)) for m in (0, 1]. */
function logOneLessExp(m: Value, a: number): Value {
  return log(sub(1, exp(mul(atLeast(m, LEAST_PROBABILITY), -a))));
}
