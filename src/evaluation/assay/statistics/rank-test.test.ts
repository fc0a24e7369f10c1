import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankSumTest } from './rank-test.ts';
import { midRanks } from './ranks.ts';

const values = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 });

/** All choices of `k` of the values. */
function choose<T>(items: readonly T[], k: number): T[][] {
  if (k === 0) return [[]];
  return items.flatMap((item, i) => choose(items.slice(i + 1), k - 1).map((rest) => [item, ...rest]));
}

describe('midRanks', () => {
  it('shares ranks among equal values', () => {
    expect(midRanks([3, 1, 3, 2])).toEqual({ ranks: [3.5, 1, 3.5, 2], ties: [1, 1, 2] });
  });
});

describe('rankSumTest', () => {
  it('is exact for the worked case of 3 against 4', () => {
    expect(rankSumTest([1, 2, 3], [4, 5, 6, 7])).toEqual({ p: 2 / 35, exact: true, delta: -1 });
  });

  it('agrees with counting all choices, ties or not', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const { ranks } = midRanks([...a, ...b]);
        const far = (some: readonly number[]) =>
          Math.abs(some.reduce((sum, rank) => sum + rank, 0) - (a.length * (a.length + b.length + 1)) / 2);
        const all = choose(ranks, a.length);
        const expected = all.filter((some) => far(some) >= far(ranks.slice(0, a.length)) - 1e-9).length / all.length;
        const test = rankSumTest(a, b);
        expect(test.p).toBeCloseTo(expected, 10);
        expect(rankSumTest(b, a)).toEqual({
          ...test,
          p: expect.closeTo(test.p, 12),
          delta: expect.closeTo(-test.delta, 12),
        });
      }),
    );
  });

  it("has Cliff's delta of all pairs", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const pairs = a.flatMap((x) => b.map((y) => Math.sign(x - y)));
        expect(rankSumTest(a, b).delta).toBeCloseTo(pairs.reduce((sum: number, s) => sum + s, 0) / pairs.length, 12);
      }),
    );
  });

  it('passes over to the normal distribution without a break', () => {
    const sample = (n: number, shift: number) => Array.from({ length: n }, (_, i) => ((i * 37) % n) / n + shift);
    const [exact, normal] = [
      rankSumTest(sample(30, 0.22), sample(28, 0)),
      rankSumTest(sample(60, 0.155), sample(56, 0)),
    ];
    expect([exact.exact, normal.exact]).toEqual([true, false]);
    expect(Math.abs(Math.log(normal.p / exact.p))).toBeLessThan(0.3);
  });

  it('says nothing of equal values', () => {
    expect(rankSumTest([1, 1], [1, 1, 1])).toEqual({ p: 1, exact: true, delta: 0 });
    expect(rankSumTest(Array(300).fill(1), Array(300).fill(1))).toEqual({ p: 1, exact: false, delta: 0 });
    expect(rankSumTest([], [1])).toEqual({ p: 1, exact: true, delta: 0 });
  });
});
