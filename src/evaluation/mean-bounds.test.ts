import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probabilityAtMostZero } from './gamma-sum.ts';
import { meanBounds, type WeightedShare } from './mean-bounds.ts';

const wells = (...groups: readonly (readonly [count: number, share: number, weight?: number])[]): WeightedShare[] =>
  groups.flatMap(([count, share, weight = 1]) => Array.from({ length: count }, () => ({ weight, share })));

describe('probabilityAtMostZero', () => {
  it.each([
    // P(G_a (1 - t) <= G_b t) is the beta distribution's I_t(a, b): values from tables and by hand.
    { a: 1, b: 1, t: 0.3, is: 0.3 },
    { a: 1, b: 2, t: 0.3, is: 0.51 },
    { a: 7, b: 2, t: 0.6, is: 0.10637568 },
    { a: 3, b: 0.5, t: 0.5, is: 0.04982526278 },
    { a: 90, b: 11, t: 0.9, is: 0.583155512266 },
    { a: 1e5, b: 0.75, t: 0.99997, is: 0.028953559523 },
  ])('is the beta distribution of two gamma variables, a = $a, b = $b at $t', ({ a, b, t, is }) => {
    const terms = [
      { shape: a, factor: 1 - t },
      { shape: b, factor: -t },
    ];
    expect(probabilityAtMostZero(terms)).toBeCloseTo(is, 7);
  });

  it('of three exponential variables is what partial fractions give', () => {
    // P(2 X + Y <= 3 Z) = 1 - P(2 X + Y > 3 Z); with rates 1/2 and 1: E[exp(-S / 3)] = 1 / (1 + 2/3) / (1 + 1/3).
    const terms = [2, 1, -3].map((factor) => ({ shape: 1, factor }));
    expect(probabilityAtMostZero(terms)).toBeCloseTo(0.45, 8);
  });

  it('is certain where all factors have one sign', () => {
    expect(probabilityAtMostZero([{ shape: 1, factor: -1 }])).toBe(1);
    expect(probabilityAtMostZero([{ shape: 1, factor: 1 }])).toBe(0);
  });
});

describe('meanBounds', () => {
  it('of n perfect wells are those that solve the equation by hand', () => {
    // P(Beta(1, 3/4) <= low) = 1 - (1 - low)^(3/4)
    expect(meanBounds(wells([1, 1])).low).toBeCloseTo(1 - 0.975 ** (4 / 3), 8);
    expect(meanBounds(wells([1, 1])).high).toBe(1);
    expect(meanBounds(wells([1, 0]))).toEqual({ low: 0, high: expect.closeTo(0.975 ** (4 / 3), 8) });
    expect(meanBounds([])).toEqual({ low: 0, high: 1 });
  });

  it('never claim more than Clopper and Pearson of wells that are all right or wrong, and little less', () => {
    // 7 of 8: 0.4735 to 0.9968; 20 of 24: 0.6262 to 0.9526.
    for (const [right, of, low, high] of [
      [7, 8, 0.4735, 0.9968],
      [20, 24, 0.6262, 0.9526],
    ] as const) {
      const found = meanBounds(wells([right, 1], [of - right, 0]));
      expect(found.low).toBeGreaterThan(low);
      expect(found.high).toBeLessThan(high);
      expect(found.high - found.low).toBeGreaterThan(0.9 * (high - low));
    }
  });

  it('are narrower where wells agree than where they differ', () => {
    const agree = meanBounds(wells([24, 0.75]));
    const differ = meanBounds(wells([18, 1], [6, 0]));
    expect(agree.high - agree.low).toBeLessThan(0.6 * (differ.high - differ.low));
  });

  it('of unequal wells are about those of as many equal ones as they are worth', () => {
    const { low } = meanBounds(wells([4, 1, 3], [12, 1, 1]));
    const [worth, equal] = [(4 * 3 + 12) ** 2 / (4 * 9 + 12), (n: number) => meanBounds(wells([n, 1])).low];
    expect(worth).toBe(12);
    expect(Math.abs(low - equal(12))).toBeLessThan(0.01);
  });

  const share = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9)).map(([n, k]) => ({ n, right: Math.min(n, k) }));
  it('never rise when a share falls, hold the mean, and do not depend on order or scale', () => {
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 12 }), fc.nat(), (counts, at) => {
        const of = (table: typeof counts) => meanBounds(table.map(({ n, right }) => ({ weight: n, share: right / n })));
        const before = of(counts);
        const total = counts.reduce((sum, { n }) => sum + n, 0);
        const mean = counts.reduce((sum, { right }) => sum + right, 0) / total;
        expect(before.low).toBeLessThanOrEqual(mean);
        expect(before.high).toBeGreaterThanOrEqual(mean);
        expect(before.high - before.low).toBeGreaterThan(0);
        expect(of(counts.toReversed())).toEqual(before);
        const place = at % counts.length;
        if (counts[place]!.right === 0) return;
        const after = of(counts.map((one, i) => (i === place ? { ...one, right: one.right - 1 } : one)));
        expect(after.low).toBeLessThanOrEqual(before.low);
        expect(after.high).toBeLessThanOrEqual(before.high);
      }),
      { numRuns: 40 },
    );
  });
});
