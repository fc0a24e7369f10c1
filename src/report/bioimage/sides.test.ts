import { describe, expect, it } from 'vitest';
import { mapSide, smallestField } from '../../network/architecture.ts';
import { declaredSides, largestSide } from './sides.ts';

describe('declaredSides', () => {
  it.each([1, 2, 3, 4])('says exactly how large the map is, enlarged %i times', (enlarge) => {
    const { min, step, pixels, offset } = declaredSides(enlarge);
    expect(min).toBeGreaterThanOrEqual(smallestField(enlarge));
    expect(min - step).toBeLessThan(smallestField(enlarge));
    for (let side = min; side < 3000; side += step) {
      expect(side / pixels + offset).toBe(mapSide(side * enlarge));
    }
  });

  it('finds the largest that fits', () => {
    const sides = declaredSides();
    expect([10, 64, 95, 96, 900].map((most) => largestSide(most, sides))).toEqual([64, 64, 64, 96, 896]);
  });
});
