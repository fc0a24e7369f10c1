import { expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { decisionValue, fitLinearSvm } from './linear-svm.ts';

/** ½ (|w|² + b²) + C Σ max(0, 1 - y (w·x + b)). */
function objective(weights: Float64Array, x: readonly Float64Array[], y: ArrayLike<number>, cost: number): number {
  const losses = x.map((row, i) => Math.max(0, 1 - y[i]! * decisionValue(weights, row)));
  return weights.reduce((sum, w) => sum + w * w, 0) / 2 + cost * losses.reduce((a, b) => a + b);
}

it('leaves the widest margin between two pairs of points', () => {
  const x = [
    [1, 0],
    [1, 5],
    [-1, 0],
    [-1, 5],
  ].map((row) => Float64Array.from(row));
  const { weights } = fitLinearSvm(x, [1, 1, -1, -1], { cost: 100, tolerance: 1e-9, iterations: 10000 });
  for (const [j, value] of [1, 0, 0].entries()) expect(weights[j]).toBeCloseTo(value, 6);
});

it('finds the least of its objective, which is convex: no step away from it leads down', () => {
  const random = createRandom(1, 'svm');
  const y = Int8Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 1 : -1));
  const x = Array.from(y, (sign) => Float64Array.of(random.normal() + sign, random.normal(), random.normal()));
  for (const cost of [0.01, 1]) {
    const { weights } = fitLinearSvm(x, y, { cost, tolerance: 1e-8, iterations: 20000 });
    const least = objective(weights, x, y, cost);
    for (let i = 0; i < 100; i++) {
      const size = 10 ** -(i % 4);
      const other = weights.map((value) => value + size * random.normal());
      expect(objective(other, x, y, cost)).toBeGreaterThan(least - 1e-7);
    }
  }
});

it('is the same with the same seed, and nearly the same with another', () => {
  const random = createRandom(2, 'svm');
  const y = Int8Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1 : -1));
  const x = Array.from(y, (sign) => Float64Array.of(random.normal() + sign, random.normal()));
  const options = { cost: 0.1, tolerance: 1e-6, iterations: 5000 };
  const first = fitLinearSvm(x, y, options);
  expect(fitLinearSvm(x, y, options)).toEqual(first);
  const other = fitLinearSvm(x, y, { ...options, seed: 7 });
  for (const [j, value] of first.weights.entries()) expect(other.weights[j]).toBeCloseTo(value, 4);
});
