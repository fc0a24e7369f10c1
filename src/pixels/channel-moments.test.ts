import fc from 'fast-check';
import { expect, it } from 'vitest';
import { measureMoments } from './channel-moments.ts';
import { cutBox } from './windows/windowed-image.ts';

const field = fc
  .record({
    channels: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 20 }),
    width: fc.integer({ min: 1, max: 20 }),
  })
  .chain((size) =>
    fc
      .array(fc.float({ min: -1000, max: 60_000, noNaN: true }), {
        minLength: size.channels * size.height * size.width,
        maxLength: size.channels * size.height * size.width,
      })
      .map((values) => ({ ...size, data: Float32Array.from(values) })),
  );

it('mean and deviation are those of all pixels', () => {
  fc.assert(
    fc.property(field, (image) => {
      const { add, result } = measureMoments(image.channels);
      add({ top: 0, image });
      const { mean, deviation } = result();
      const pixels = image.height * image.width;
      for (let c = 0; c < image.channels; c++) {
        const plane = Array.from(image.data.subarray(c * pixels, (c + 1) * pixels));
        const average = plane.reduce((sum, value) => sum + value, 0) / pixels;
        const variance = plane.reduce((sum, value) => sum + (value - average) ** 2, 0) / pixels;
        expect(Math.abs(mean[c]! - average)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(average)));
        expect(Math.abs(deviation[c]! - Math.sqrt(variance))).toBeLessThanOrEqual(
          1e-7 * Math.max(1, Math.sqrt(variance)),
        );
      }
    }),
  );
});

it('do not depend on how a field is cut into strips', () => {
  fc.assert(
    fc.property(field, fc.integer({ min: 1, max: 20 }), (image, rows) => {
      const whole = measureMoments(image.channels);
      whole.add({ top: 0, image });
      const parts = measureMoments(image.channels);
      for (let top = 0; top < image.height; top += rows) {
        const height = Math.min(rows, image.height - top);
        parts.add({ top, image: cutBox(image, { top, left: 0, height, width: image.width }) });
      }
      expect(parts.result()).toEqual(whole.result());
    }),
  );
});
