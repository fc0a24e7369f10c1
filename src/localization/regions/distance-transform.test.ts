import fc from 'fast-check';
import { expect, it } from 'vitest';
import { distanceTransform } from './distance-transform.ts';

/** The distance of every pixel, by comparison with all others. */
function bySearch(data: Uint8Array, width: number): number[] {
  return Array.from(data, (_, p) =>
    data.reduce((least, inside, q) => {
      if (inside === 1) return least;
      const distance = Math.hypot((p % width) - (q % width), Math.floor(p / width) - Math.floor(q / width));
      return Math.min(least, distance);
    }, Number.POSITIVE_INFINITY),
  );
}

it('is the distance to the nearest pixel outside, for any mask', () => {
  const masks = fc.integer({ min: 1, max: 12 }).chain((width) =>
    fc.integer({ min: 1, max: 12 }).chain((height) =>
      fc
        .array(fc.constantFrom(0, 1, 1, 1, 1), { minLength: width * height, maxLength: width * height })
        .map((pixels) => ({
          data: Uint8Array.from(pixels),
          height,
          width,
        })),
    ),
  );
  fc.assert(
    fc.property(masks, (mask) => {
      expect(distanceTransform(mask)).toEqual(Float32Array.from(bySearch(mask.data, mask.width)));
    }),
  );
});

it('is infinite where nothing is outside', () => {
  expect(distanceTransform({ data: Uint8Array.of(1, 1), height: 1, width: 2 })).toEqual(
    Float32Array.of(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY),
  );
});
