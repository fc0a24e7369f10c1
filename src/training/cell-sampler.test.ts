import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOfEpoch } from './cell-sampler.ts';

describe('the cells of a field', () => {
  it('are shown as often as each other, at most so many an epoch, none twice in one', () => {
    const whole = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(whole, whole, whole, (cells, perEpoch, epochs) => {
        const shown = new Array<number>(cells).fill(0);
        for (let epoch = 1; epoch <= epochs; epoch++) {
          const places = cellsOfEpoch(cells, { perEpoch, epoch });
          expect(places).toHaveLength(Math.min(cells, perEpoch));
          expect(new Set(places).size).toBe(places.length);
          for (const place of places) shown[place]!++;
        }
        expect(Math.max(...shown) - Math.min(...shown)).toBeLessThanOrEqual(1);
        if (epochs * perEpoch >= cells) expect(Math.min(...shown)).toBeGreaterThan(0);
      }),
    );
    expect(cellsOfEpoch(0, { perEpoch: 5, epoch: 2 })).toEqual([]);
  });
});
