import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otsuThreshold, threeClassOtsu } from './otsu.ts';

/** The variance within the classes that thresholds make, by the definition. */
function varianceWithin(data: Iterable<number>, ...thresholds: readonly number[]): number {
  const classes: number[][] = [[], [], []];
  for (const value of data) classes[thresholds.filter((threshold) => value > threshold).length]!.push(value);
  return classes.reduce((sum, values) => {
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    return sum + values.reduce((scatter, value) => scatter + (value - mean) ** 2, 0);
  }, 0);
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

describe("Otsu's two thresholds", () => {
  it('leave no more variance within the three classes than any other pair', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 25 }), (data) => {
        const [lower, upper] = threeClassOtsu(Uint16Array.from(data));
        expect(lower).toBeLessThanOrEqual(upper);
        const found = varianceWithin(data, lower, upper);
        for (const one of data) {
          for (const other of data) expect(found).toBeLessThanOrEqual(varianceWithin(data, one, other) + 1e-6);
        }
      }),
    );
  });

  it('find classes of 16-bit counts to the count', () => {
    const data = Uint16Array.from({ length: 3000 }, (_, i) => [0, 1000, 60_000][i % 3]! + ((i * 7919) % 400));
    expect(threeClassOtsu(data)).toEqual([399, 1399]);
  });

  it('move with gain and offset', () => {
    const data = Float32Array.from({ length: 600 }, (_, i) => [0, 50, 90][i % 3]! + ((i * 31) % 17));
    const [lower, upper] = threeClassOtsu(data);
    expect([lower > 16, lower <= 50, upper > 66, upper <= 90]).toEqual([true, true, true, true]);
    const moved = threeClassOtsu(data.map((value) => 4 * value - 1000));
    expect(moved[0]).toBeCloseTo(4 * lower - 1000, 3);
    expect(moved[1]).toBeCloseTo(4 * upper - 1000, 3);
  });

  it('are numbers where there are fewer than three values', () => {
    expect(threeClassOtsu(new Uint8Array(0))).toEqual([0, 0]);
    expect(threeClassOtsu(new Uint8Array(9).fill(7))).toEqual([7, 7]);
    expect(threeClassOtsu(new Float32Array(9).fill(0.5))).toEqual([0.5, 0.5]);
    expect(threeClassOtsu(Uint8Array.of(3, 9, 3, 9))).toEqual([3, 3]);
    expect(threeClassOtsu(Uint8Array.of(3, 9, 5))).toEqual([3, 5]);
  });
});
