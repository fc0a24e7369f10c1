import { describe, expect, it } from 'vitest';
import { mapSide, PAPER_LAYERS, smallestField } from '../../network/architecture.ts';
import { OTHER_LAYERS } from '../../network/testing/other-layers.ts';
import { declaredSides, largestSide } from './sides.ts';

describe('declaredSides', () => {
  it.each([1, 2, 3, 4])('says exactly how large the map is, enlarged %i times', (enlarge) => {
    const { min, step, pixels, offset } = declaredSides({ enlarge });
    expect(min).toBeGreaterThanOrEqual(smallestField(PAPER_LAYERS, enlarge));
    expect(min - step).toBeLessThan(smallestField(PAPER_LAYERS, enlarge));
    for (let side = min; side < 3000; side += step) {
      expect(side / pixels + offset).toBe(mapSide(side * enlarge, PAPER_LAYERS));
    }
  });

  it.each(OTHER_LAYERS.flatMap((layers) => [1, 3].map((enlarge) => ({ layers, enlarge }))))(
    'says it of other layers, enlarged $enlarge times',
    ({ layers, enlarge }) => {
      const { min, step, pixels, offset } = declaredSides({ layers, enlarge });
      expect(min).toBeGreaterThanOrEqual(smallestField(layers, enlarge));
      for (let side = min; side < 300; side += step)
        expect(side / pixels + offset).toBe(mapSide(side * enlarge, layers));
    },
  );

  it('is one side for cells behind a window', () => {
    for (const [cellSize, enlarge] of [
      [70, 1],
      [40, 2],
    ] as const) {
      const sides = declaredSides({ cellSize, enlarge, window: { full: 0.4, zero: 0.9 } });
      expect(sides).toMatchObject({ min: cellSize, step: 0 });
      expect(cellSize / sides.pixels + sides.offset).toBeCloseTo(mapSide(cellSize * enlarge, PAPER_LAYERS), 9);
      for (const most of [10, cellSize, 900]) expect(largestSide(most, sides)).toBe(cellSize);
    }
  });

  it('finds the largest that fits', () => {
    const sides = declaredSides({});
    expect([10, 64, 95, 96, 900].map((most) => largestSide(most, sides))).toEqual([64, 64, 64, 96, 896]);
  });
});
