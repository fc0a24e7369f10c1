import { createRandom } from '../random.ts';

/** A linear support vector machine: the sample x is positive where w·x + b > 0. */
export interface LinearSvm {
  /** w `[features]`, then b. */
  readonly weights: Float64Array;
  /** Passes over the samples. */
  readonly iterations: number;
}

export interface LinearSvmOptions {
  /** C, the cost of a sample on the wrong side. */
  readonly cost?: number;
  readonly seed?: number;
  /** Ends when the projected gradients of all samples differ by no more. */
  readonly tolerance?: number;
  readonly iterations?: number;
}

/**
 * Trains a linear support vector machine with the hinge loss, ½ (|w|² + b²) + C Σ max(0, 1 - y (w·x + b)), by coordinate
 * descent in its dual (Hsieh et al., "A dual coordinate descent method for large-scale linear SVM", 2008, algorithm 1: the
 * method of LIBLINEAR, which likewise treats b as the weight of one more feature that is always 1).
 *
 * @param x samples, standardised
 * @param y 1 or -1 for each of them
 */
export function fitLinearSvm(
  x: readonly Float64Array[],
  y: ArrayLike<number>,
  { cost = 1, seed = 1, tolerance = 0.1, iterations: most = 200 }: LinearSvmOptions = {},
): LinearSvm {
  const features = x[0]?.length ?? 0;
  const weights = new Float64Array(features + 1);
  const alphas = new Float64Array(x.length);
  const squares = x.map((row) => row.reduce((sum, value) => sum + value * value, 1));
  const places = x.map((_, i) => i);
  let iterations = 0;
  while (iterations < most) {
    iterations++;
    let [largest, least] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const i of createRandom(seed, 'svm', iterations).shuffle(places)) {
      const [row, sign, alpha] = [x[i]!, y[i]!, alphas[i]!];
      const gradient = sign * decisionValue(weights, row) - 1;
      // At a bound, only a gradient pointing inside counts.
      const projected = alpha === 0 ? Math.min(gradient, 0) : alpha === cost ? Math.max(gradient, 0) : gradient;
      largest = Math.max(largest, projected);
      least = Math.min(least, projected);
      if (projected === 0) continue;
      const next = Math.min(cost, Math.max(0, alpha - gradient / squares[i]!));
      const change = (next - alpha) * sign;
      alphas[i] = next;
      for (let j = 0; j < features; j++) weights[j]! += change * row[j]!;
      weights[features]! += change;
    }
    if (largest - least <= tolerance) break;
  }
  return { weights, iterations };
}

/** w·x + b. */
export function decisionValue(weights: Float64Array, x: Float64Array): number {
  let sum = weights[x.length]!;
  for (let j = 0; j < x.length; j++) sum += weights[j]! * x[j]!;
  return sum;
}
