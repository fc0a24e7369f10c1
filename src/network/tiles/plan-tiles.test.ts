import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAPER_LAYERS as layers, mapSide, smallestSide, totalStride } from '../architecture.ts';
import { haloOf, planTiles } from './plan-tiles.ts';

const [SMALLEST_SIDE, TOTAL_STRIDE] = [smallestSide(layers), totalStride(layers)];

const field = fc
  .record({
    enlarge: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: SMALLEST_SIDE, max: 1500 }),
    width: fc.integer({ min: SMALLEST_SIDE, max: 1500 }),
    side: fc.integer({ min: 1, max: 600 }),
    purpose: fc.constantFrom('instances' as const, 'gradient' as const),
  })
  .map((options) => ({ ...options, plan: planTiles(options, { ...options, layers }) }));

describe('tiles of a field', () => {
  it('answer for every pixel and every instance once', () => {
    fc.assert(
      fc.property(field, ({ height, width, enlarge, plan }) => {
        expect(plan.map).toEqual({
          rows: mapSide(height * enlarge, layers),
          columns: mapSide(width * enlarge, layers),
        });
        for (const part of ['pixels', 'instances'] as const) {
          const count = plan.tiles.reduce(
            (sum, { rows, columns }) =>
              sum + (rows[part].to - rows[part].from) * (columns[part].to - columns[part].from),
            0,
          );
          expect(count).toBe(part === 'pixels' ? height * width : plan.map.rows * plan.map.columns);
        }
        for (const axis of ['rows', 'columns'] as const) {
          const ends = new Map(plan.tiles.map(({ [axis]: { pixels } }) => [pixels.from, pixels.to]));
          const [first, ...others] = [...ends];
          expect(first![0]).toBe(0);
          let [, end] = first!;
          for (const [from, to] of others) {
            expect(from).toBe(end);
            end = to;
          }
        }
      }),
    );
  });

  it('are shown on the grid of the network, inside of the field, with all that their numbers depend on', () => {
    fc.assert(
      fc.property(field, ({ height, width, side, enlarge, purpose, plan }) => {
        const { before, after } = haloOf({ layers, enlarge, purpose });
        for (const [axis, shown, length] of [
          ['rows', plan.height, height],
          ['columns', plan.width, width],
        ] as const) {
          expect(shown).toBeLessThanOrEqual(side + before + after + 4 * TOTAL_STRIDE);
          for (const { [axis]: span } of plan.tiles) {
            expect(span.start % TOTAL_STRIDE).toBe(0);
            expect(span.start).toBeGreaterThanOrEqual(0);
            expect(span.start + shown).toBeLessThanOrEqual(length);
            expect(span.start).toBeLessThanOrEqual(Math.max(0, span.pixels.from - before));
            expect(span.start + shown).toBeGreaterThanOrEqual(Math.min(length, span.pixels.to + after));
          }
        }
      }),
    );
  });

  it('depend on two instances more to either side going forward, and on four to five going back', () => {
    expect(haloOf({ layers, enlarge: 1, purpose: 'instances' })).toEqual({ before: 64, after: 95 });
    expect(haloOf({ layers, enlarge: 1, purpose: 'gradient' })).toEqual({ before: 131, after: 162 });
  });
});
