import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { correlation } from './correlation.ts';
import { measureIntensity } from './intensity.ts';
import { quantile } from './quantile.ts';
import { regionsOf } from './region.ts';
import { measureTexture, textureNames, toGreyLevels } from './texture.ts';

describe('measureTexture', () => {
  // The example of Haralick, Shanmugam and Dinstein (1973), figure 3, with the matrices that are printed there.
  const grey = Uint8Array.of(0, 0, 1, 1, 0, 0, 1, 1, 0, 2, 2, 2, 2, 2, 3, 3);
  const printed = [
    [4, 2, 1, 0, 2, 4, 0, 0, 1, 0, 6, 1, 0, 0, 1, 2],
    [6, 0, 2, 0, 0, 4, 2, 0, 2, 2, 2, 2, 0, 0, 2, 0],
    [2, 1, 3, 0, 1, 2, 1, 0, 3, 1, 0, 2, 0, 0, 2, 0],
    [4, 1, 0, 0, 1, 2, 2, 0, 0, 2, 4, 1, 0, 0, 1, 0],
  ];

  function measure(levels: number, labels: Int32Array, size = 4) {
    const [region] = regionsOf({ labels, height: labels.length / size, width: size }, 1);
    const values = measureTexture(grey, region!, { labels, levels, distance: 1 });
    return Object.fromEntries(textureNames.map((name, i) => [name, values[i]!]));
  }

  it("is the mean over Haralick's four matrices", () => {
    const mean = (of: (p: number, i: number, j: number) => number) =>
      printed.reduce((sum, counts) => {
        const total = counts.reduce((a, b) => a + b);
        return sum + counts.reduce((s, count, at) => s + of(count / total, at >> 2, at & 3), 0) / 4;
      }, 0);
    const found = measure(4, new Int32Array(16).fill(1));
    expect(found.AngularSecondMoment).toBeCloseTo(mean((p) => p * p));
    expect(found.Contrast).toBeCloseTo((14 / 24 + 24 / 24 + 32 / 18 + 8 / 18) / 4, 12);
    expect(found.InverseDifferenceMoment).toBeCloseTo(
      mean((p, i, j) => p / (1 + (i - j) ** 2)),
      12,
    );
    expect(found.Entropy).toBeCloseTo(
      mean((p) => (p > 0 ? -p * Math.log2(p) : 0)),
      12,
    );
    // Correlation is Pearson's, of the two grey levels of every pair.
    const correlations = printed.map((counts) => {
      const pairs = counts.flatMap((count, at) => Array.from({ length: count }, () => [at >> 2, at & 3] as const));
      return correlation(
        pairs.map(([i]) => i),
        pairs.map(([, j]) => j),
      );
    });
    expect(found.Correlation).toBeCloseTo(correlations.reduce((a, b) => a + b) / 4, 12);
  });

  it('looks at pairs within the object only, and at the directions that have some', () => {
    // The two pixels of the upper right corner: one pair, to the right, both of level 1.
    const labels = new Int32Array(16);
    labels.fill(1, 2, 4);
    expect(measure(4, labels)).toEqual({
      ...{ AngularSecondMoment: 1, Contrast: 0, Correlation: 1, InverseDifferenceMoment: 1, Entropy: 0 },
    });
    labels[3] = 0;
    for (const value of Object.values(measure(4, labels))) expect(value).toBeNaN();
  });

  it('has as many grey levels as asked, whatever the exposure', () => {
    const random = createRandom(1, 'grey');
    const plane = Float32Array.from({ length: 1000 }, () => random.integer(2000));
    const levels = toGreyLevels(plane, 8);
    expect(new Set(levels).size).toBe(8);
    expect(
      toGreyLevels(
        plane.map((value) => 32 * value + 512),
        8,
      ),
    ).toEqual(levels);
    expect(new Set(toGreyLevels(new Float32Array(9).fill(7), 8))).toEqual(new Set([0]));
  });
});

describe('measureIntensity', () => {
  it('knows the values of eight pixels', () => {
    const plane = Float32Array.of(2, 4, 4, 4, 5, 5, 7, 9, 1000);
    const pixels = Int32Array.of(7, 0, 1, 2, 3, 4, 5, 6);
    expect(measureIntensity(plane, pixels, Int32Array.of(0, 7))).toEqual([5, 2, 4.5, 5.5, 5.5]);
  });

  it('knows nothing of no pixel', () => {
    for (const value of measureIntensity(new Float32Array(4), new Int32Array(), new Int32Array()))
      expect(value).toBeNaN();
  });
});

describe('quantile', () => {
  it('is linear between neighbours', () => {
    expect([0, 0.25, 0.5, 0.9, 1].map((q) => quantile([10, 20, 30], q))).toEqual([10, 15, 20, 28, 30]);
    expect(quantile([4], 0.3)).toBe(4);
  });
});

describe('correlation', () => {
  const random = createRandom(4, 'correlation');
  const a = Float32Array.from({ length: 50 }, () => 1000 + random.normal());

  it('is 1 of a channel with itself, -1 with its negative, and the same in other units', () => {
    expect(correlation(a, a)).toBeCloseTo(1, 12);
    expect(
      correlation(
        a,
        a.map((value) => -value),
      ),
    ).toBeCloseTo(-1, 12);
    expect(correlation([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(0.8, 12);
    expect(correlation([10, 20, 30, 40], [1, 3, 2, 4])).toBeCloseTo(0.8, 12);
  });

  it('is not defined for what does not vary', () => {
    expect(correlation(a, new Float32Array(50).fill(0.1))).toBeNaN();
    expect(correlation([], [])).toBeNaN();
  });
});
