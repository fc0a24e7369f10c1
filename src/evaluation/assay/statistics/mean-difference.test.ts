import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../random.ts';
import { meanDifference } from './mean-difference.ts';

describe('meanDifference', () => {
  it('has the effect over plates, weighted by the wells of the treatment', () => {
    const found = meanDifference([
      { treated: [5, 7], controls: [1, 3] },
      { treated: [20], controls: [10, 11, 12] },
      { treated: [99], controls: [] },
    ]);
    expect(found!.effect).toBeCloseTo((3 + 5 + 9) / 3, 12);
  });

  it('covers the truth about 95 times in 100, with plates and deviations that differ', () => {
    const random = createRandom(4, 'difference');
    const normals = (n: number, mean: number, deviation: number) =>
      Array.from({ length: n }, () => mean + deviation * random.normal());
    const covered = Array.from({ length: 600 }, (_, i) => {
      const strata = [0, 3].map((plate) => ({
        treated: normals(2, plate + 1, i % 2 === 0 ? 2 : 0.3),
        controls: normals(6, plate, 1),
      }));
      const { low, high } = meanDifference(strata)!;
      return low! <= 1 && high! >= 1;
    }).filter(Boolean).length;
    expect(covered / 600).toBeGreaterThan(0.92);
    expect(covered / 600).toBeLessThan(0.99);
  });

  it('has no interval of too few wells, or of wells that do not differ', () => {
    expect(meanDifference([{ treated: [5], controls: [1, 2, 3] }])).toEqual({ effect: 3, low: null, high: null });
    expect(meanDifference([{ treated: [5, 6], controls: [1] }])).toEqual({ effect: 4.5, low: null, high: null });
    expect(meanDifference([{ treated: [5, 5], controls: [1, 1] }])).toEqual({ effect: 4, low: null, high: null });
    expect(meanDifference([{ treated: [], controls: [1] }])).toBeNull();
  });
});
