import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { createActivationHistogram } from './activation-histogram.ts';

/** Mean square of the errors of bytes with a scale. */
function meanError(values: Float32Array, scale: number): number {
  return values.reduce((sum, v) => sum + (Math.min(255, Math.round(v / scale)) * scale - v) ** 2, 0) / values.length;
}

const random = createRandom(1, 'histogram');

describe('the scale of activations', () => {
  it.each([
    ['even ones', () => 7 * random.uniform()],
    ['many small and few large ones', () => (-Math.log(1 - random.uniform())) ** 3],
    ['those after a ReLU', () => Math.max(0, random.uniform() - 0.7)],
  ])('rounds %s with nearly the least error', (_, draw) => {
    const values = Float32Array.from({ length: 20_000 }, () => Math.abs(draw()));
    const histogram = createActivationHistogram();
    histogram.add(values.subarray(0, 5000));
    histogram.add(values.subarray(5000));
    const largest = values.reduce((most, v) => Math.max(most, v));
    const tried = Array.from({ length: 400 }, (_, i) => ((i + 1) * largest) / 400 / 255);
    const least = Math.min(...tried.map((scale) => meanError(values, scale)));
    expect(meanError(values, histogram.scale())).toBeLessThan(1.05 * least);
  });

  it('cuts off a number that is alone', () => {
    const values = Float32Array.from({ length: 1_000_000 }, (_, i) => (i === 0 ? 12 : random.uniform()));
    const histogram = createActivationHistogram();
    histogram.add(values);
    expect(histogram.scale()).toBeLessThan(6 / 255);
  });

  it('is some number where a layer never answers, and what is no number counts for nothing', () => {
    const histogram = createActivationHistogram();
    histogram.add(Float32Array.of(0, 0, -0, Number.NaN, Number.POSITIVE_INFINITY));
    expect(histogram.scale()).toBe(1);
  });
});
