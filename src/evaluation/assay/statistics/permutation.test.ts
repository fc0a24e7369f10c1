import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../random.ts';
import { type PermutationTest, permutationTest } from './permutation.ts';

const normals = (n: number, ...keys: number[]) => {
  const random = createRandom(3, 'scores', ...keys);
  return Array.from({ length: n }, () => random.normal());
};

describe('permutationTest', () => {
  it('gives 1/15 for two wells above four controls, and multiplies over plates', () => {
    const plate = { treated: [5, 6], controls: [1, 2, 3, 4] };
    expect(permutationTest([plate])).toEqual({ p: 1 / 15, smallestP: 1 / 15, exact: true });
    expect(permutationTest([plate, plate])).toEqual({ p: 1 / 225, smallestP: 1 / 225, exact: true });
  });

  it('counts by hand: sums of two of 1, 2, 3, 4 that reach 2 + 4', () => {
    expect(permutationTest([{ treated: [2, 4], controls: [1, 3] }])?.p).toBeCloseTo(2 / 6, 12);
    expect(permutationTest([{ treated: [2, 4], controls: [1, 3] }], { alternative: 'two-sided' })?.p).toBeCloseTo(
      4 / 6,
    );
  });

  it('counts ties, also those that differ by rounding alone', () => {
    expect(permutationTest([{ treated: [0.1 + 0.2], controls: [0.3, 0.3] }])?.p).toBe(1);
    expect(permutationTest([{ treated: [0.1, 0.2, 0.3], controls: [0.3, 0.2, 0.1] }])?.p).toBeCloseTo(14 / 20, 12);
  });

  it('knows that two sides cannot be told apart with as many wells as controls', () => {
    const test = permutationTest([{ treated: [5, 6], controls: [1, 2] }], { alternative: 'two-sided' });
    expect(test).toEqual({ p: 2 / 6, smallestP: 2 / 6, exact: true });
  });

  it('ignores plates that lack wells of a kind, and says nothing where none has both', () => {
    const plate = { treated: [5, 6], controls: [1, 2, 3, 4] };
    const [alone, bare] = [
      { treated: [9], controls: [] },
      { treated: [], controls: [1, 2] },
    ];
    expect(permutationTest([alone, plate, bare])).toEqual(permutationTest([plate]));
    expect(permutationTest([alone, bare])).toBeNull();
    expect(() => permutationTest([{ treated: [Number.NaN], controls: [1] }])).toThrow('finite');
  });

  it('draws where arrangements are too many, and agrees with counting them', () => {
    const strata = [1, 2].map((key) => ({
      treated: normals(3, key).map((x) => x + 0.6),
      controls: normals(8, key, 1),
    }));
    const [counted, drawn] = [{}, { exactUpTo: 0 }].map(
      (options) => permutationTest(strata, { ...options, alternative: 'two-sided' })!,
    ) as [PermutationTest, PermutationTest];
    expect(counted.exact).toBe(true);
    expect(drawn).toMatchObject({ exact: false, smallestP: 1 / 20_000 });
    expect(Math.abs(drawn.p - counted.p)).toBeLessThan(5 * Math.sqrt((counted.p * (1 - counted.p)) / 19_999));
    // One-sided, the few arrangements that reach the sum are counted from the largest on.
    expect(permutationTest(strata, { exactUpTo: 0 })).toEqual(permutationTest(strata));
    const other = permutationTest(strata, { exactUpTo: 0, alternative: 'two-sided', seed: 1 })!;
    expect(other.p).not.toBe(drawn.p);
  });

  it('never goes below the smallest p, and is never 0', () => {
    const values = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(fc.record({ treated: values, controls: values }), { minLength: 1, maxLength: 2 }),
        (strata) => {
          for (const options of [{}, { alternative: 'two-sided' }, { exactUpTo: 0, draws: 19 }] as const) {
            const { p, smallestP } = permutationTest(strata, options)!;
            expect(p).toBeGreaterThanOrEqual(smallestP - 1e-12);
            expect(p).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('finds no more than its level of treatments that do nothing', () => {
    const ps = Array.from({ length: 1000 }, (_, i) => {
      const strata = [0, 1].map((plate) => ({ treated: normals(2, i, plate), controls: normals(4, i, plate, 9) }));
      return permutationTest(strata, { alternative: i % 2 === 0 ? 'greater' : 'two-sided' })!.p;
    });
    // Each share is below the level but for chance: three deviations.
    for (const level of [0.01, 0.05, 0.2, 0.5]) {
      const share = ps.filter((p) => p <= level + 1e-12).length / ps.length;
      expect(share).toBeLessThan(level + 3 * Math.sqrt((level * (1 - level)) / ps.length));
      expect(share).toBeGreaterThan(level / 2);
    }
  });
});

it('counts few extreme arrangements of very many exactly, so that a lone hit of a large screen is found', () => {
  // One well against 32 on each of four plates: 33^4 arrangements.
  const random = createRandom(1, 'plates of a large screen');
  const plates = (effect: number) =>
    Array.from({ length: 4 }, () => ({
      treated: [effect + random.normal()],
      controls: Array.from({ length: 32 }, () => random.normal()),
    }));
  const strong = permutationTest(plates(12))!;
  expect(strong).toEqual({ p: expect.closeTo(33 ** -4, 12), smallestP: expect.closeTo(33 ** -4, 12), exact: true });
  const none = permutationTest(plates(0))!;
  expect(none.exact).toBe(false);
  expect(none.p).toBeGreaterThan(0.01);
});
