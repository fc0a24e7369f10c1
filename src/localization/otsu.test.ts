import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otsuThreshold } from './otsu.ts';

/** The variance within both classes, by the definition. */
function varianceWithin(data: readonly number[], threshold: number): number {
  const scatter = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  };
  return scatter(data.filter((value) => value > threshold)) + scatter(data.filter((value) => value <= threshold));
}

describe("Otsu's threshold", () => {
  it('leaves no more variance within the classes than any other', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 40 }), (data) => {
        const found = varianceWithin(data, otsuThreshold(Uint16Array.from(data)));
        for (const other of data) expect(found).toBeLessThanOrEqual(varianceWithin(data, other) + 1e-6);
      }),
    );
  });

  it('moves with gain and offset', () => {
    const data = Float32Array.from({ length: 200 }, (_, i) => (i % 5 === 0 ? 40 + (i % 7) : i % 11));
    const threshold = otsuThreshold(data);
    expect(otsuThreshold(data.map((value) => 4 * value + 1000))).toBeCloseTo(4 * threshold + 1000, 3);
    expect(threshold).toBeGreaterThan(10);
    expect(threshold).toBeLessThan(40);
  });

  it('is the value itself where there is one only, and 0 of nothing', () => {
    expect(otsuThreshold(new Uint8Array(9).fill(7))).toBe(7);
    expect(otsuThreshold(new Float32Array(9).fill(0.5))).toBe(0.5);
    expect(otsuThreshold(new Uint16Array(0))).toBe(0);
  });

  it('is between the two values of floats that have only two', () => {
    const threshold = otsuThreshold(Float32Array.of(-1, -1, -1, 2));
    expect(threshold).toBeGreaterThanOrEqual(-1);
    expect(threshold).toBeLessThan(2);
  });
});
