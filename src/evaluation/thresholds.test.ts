import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseThreshold, chooseThresholds, classesAbove, labelsAbove } from './thresholds.ts';

/** F1 of calling positive what reaches the threshold. */
function f1(positive: readonly boolean[], scores: readonly number[], threshold: number): number {
  const above = scores.map((score) => Math.fround(score) >= Math.fround(threshold));
  const hits = above.filter((is, i) => is && positive[i]).length;
  return (2 * hits) / (positive.filter(Boolean).length + above.filter(Boolean).length);
}

const fields = fc.array(
  fc.tuple(
    fc.boolean(),
    fc.oneof(
      fc.integer({ min: 0, max: 8 }).map((eighth) => eighth / 8),
      fc.float({ min: 0, max: 1, noNaN: true }),
    ),
  ),
  { minLength: 1, maxLength: 30 },
);

describe('the threshold of a class', () => {
  it('reaches an F1 that no other threshold exceeds', () => {
    fc.assert(
      fc.property(fields, (pairs) => {
        const positive = pairs.map(([is]) => is);
        const scores = pairs.map(([, score]) => score);
        const threshold = chooseThreshold(positive, scores);
        expect(Math.fround(threshold)).toBe(threshold);
        fc.pre(positive.includes(true));
        const reached = f1(positive, scores, threshold);
        const grid = Array.from({ length: 201 }, (_, i) => i / 200);
        for (const other of [...grid, ...scores]) expect(f1(positive, scores, other)).toBeLessThanOrEqual(reached);
      }),
    );
  });

  it('lies in the middle between neighbouring scores, of equally good places the one nearest 0.5', () => {
    expect(chooseThreshold([true, true, false], [0.875, 0.75, 0.25])).toBe(0.5);
    expect(chooseThreshold([true, false], [0.25, 0.125])).toBe(0.1875);
    expect(chooseThreshold([true, false], [1, 0.75])).toBe(0.875);
    // F1 is 2/3 between 1 and 0.625, and again between 0.375 and 0.125, where 2 of 4 are hits.
    expect(chooseThreshold([true, false, false, true], [1, 0.625, 0.375, 0.125])).toBe(0.8125);
    expect(chooseThreshold([false, true, true, false, false], [0.9375, 0.625, 0.5, 0.125, 0.125])).toBe(0.3125);
    // All fields of the class: half of the lowest score.
    expect(chooseThreshold([true, true], [0.75, 1])).toBe(0.375);
  });

  it('lets no score of the other side in, however near the two are', () => {
    const low = 0.5;
    const high = 0.5 + 2 ** -24 * 2;
    const threshold = chooseThreshold([true, false], [high, low]);
    expect(classesAbove([low, high], [threshold, threshold])).toEqual([1]);
    expect(chooseThreshold([true, true, false], [0, 1, 0.5])).toBe(0);
  });

  it('is that of each class, and 0.5 for one without a field or where nothing validates', () => {
    const truth = [[0], [0, 2], [2]];
    const probabilities = [0.75, 0.125, 0.25, 1, 0.25, 0.625, 0.25, 0.375, 0.875];
    expect(chooseThresholds(truth, probabilities, 3)).toEqual([0.5, 0.5, 0.4375]);
    expect(chooseThresholds([], [], 2)).toEqual([0.5, 0.5]);
  });
});

describe('labels', () => {
  it('are the classes that reach their threshold, in the order of the classes; maybe none', () => {
    const given = { classes: ['A', 'B', 'C'], thresholds: [0.5, 0.25, 0.75] };
    expect(labelsAbove([0.5, 0.3, 0.7], given)).toBe('A|B');
    expect(labelsAbove([0.4, 0.2, 0.8], given)).toBe('C');
    expect(labelsAbove([0.4, 0.2, 0.1], given)).toBe('');
  });

  it('are those of the numbers as float32, in which tables hold them', () => {
    expect(classesAbove([0.1], [Math.fround(0.1)])).toEqual([0]);
    expect(classesAbove(Float32Array.of(0.1), [0.1])).toEqual([0]);
  });
});
