import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { drawSets, setsInRound } from './mixtures.ts';

it('has every item in a set of every size in each round, none more than once more often than another', () => {
  const cases = fc
    .record({ count: fc.integer({ min: 1, max: 9 }), seed: fc.nat(), rounds: fc.integer({ min: 1, max: 4 }) })
    .chain((given) =>
      fc
        .tuple(fc.integer({ min: 1, max: given.count }), fc.integer({ min: 1, max: given.count }))
        .map((sizes) => ({ ...given, least: Math.min(...sizes), most: Math.max(...sizes) })),
    );
  fc.assert(
    fc.property(cases, ({ count, seed, rounds, least, most }) => {
      const items = Array.from({ length: count }, (_, i) => i + 10);
      const drawn = drawSets(createRandom(seed), { items, sizes: [least, most], rounds });
      expect(drawn.length).toBe(rounds);
      for (let size = least; size <= most; size++) {
        const bySize = drawn.map((sets) => sets.filter((set) => set.length === size));
        for (const sets of bySize) {
          expect(new Set(sets.flat())).toEqual(new Set(items));
          expect(new Set(sets.map(String)).size).toBe(sets.length);
        }
        const counts = items.map((item) => bySize.flat(2).filter((other) => other === item).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
      for (const sets of drawn) {
        expect(sets.length).toBe(setsInRound(count, [least, most]));
        for (const set of sets) expect(set).toEqual([...new Set(set)].sort((a, b) => a - b));
      }
    }),
    { numRuns: 50 },
  );
});

it('brings items together that have not been together yet', () => {
  const drawn = drawSets(createRandom(1), { items: [0, 1, 2, 3], sizes: [2, 2], rounds: 3 }).flat();
  expect(new Set(drawn.map(String)).size).toBe(6);
});
