import type { Value } from '../../onnx/graph.ts';
import { atLeast, log, neg, softplus } from '../../onnx/operators/elementwise.ts';

/** Smaller probabilities are replaced by this before the logarithm, so that the loss stays finite in float32. */
export const LEAST_PROBABILITY = 1e-6;

/** ln max(p, 10⁻⁶). */
export function logProbability(p: Value): Value {
  return log(atLeast(p, LEAST_PROBABILITY));
}

/** ln σ(x) = -ln(1 + e⁻ˣ). */
export function logSigmoid(x: Value): Value {
  return neg(softplus(neg(x)));
}
