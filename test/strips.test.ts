import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fieldMeasure } from '../src/pixels/channel-quantiles.ts';
import type { Image, Pixels } from '../src/pixels/pixels.ts';
import { measureImage, type StripMeasure } from '../src/pixels/windows/strips.ts';
import { cutBox } from '../src/pixels/windows/windowed-image.ts';
import { blockMeasure } from '../src/profiling/block-spectrum.ts';
import { createRandom } from '../src/random.ts';
import { shrinkMeasure } from '../src/report/pictures/small-field.ts';

/** A field of noise of a kind of numbers. */
function noise({ seed, type, channels, height, width }: Omit<Image, 'data'> & { seed: number; type: string }): Image {
  const random = createRandom(seed);
  const length = channels * height * width;
  const values = Array.from({ length }, () => 300 + 100 * random.normal());
  const data: Pixels =
    type === 'float32'
      ? Float32Array.from(values)
      : type === 'uint16'
        ? Uint16Array.from(values)
        : Uint8Array.from(values);
  return { data, channels, height, width };
}

/** What a measure says of an image that is shown in strips of so many rows. */
function inStrips<T>(image: Image, rows: number, { add, result }: StripMeasure<T>): T {
  for (let top = 0; top < image.height; top += rows) {
    const height = Math.min(rows, image.height - top);
    add({ top, image: cutBox(image, { top, left: 0, height, width: image.width }) });
  }
  return result();
}

const fields = fc
  .record({
    seed: fc.nat(1000),
    type: fc.constantFrom('uint8', 'uint16', 'float32'),
    channels: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 17, max: 90 }),
    width: fc.integer({ min: 17, max: 90 }),
  })
  .map(noise);

it.each([
  ['sums and quantiles', 1, (image: Image) => fieldMeasure(image, 'median')],
  ['the small field of a report', 1, (image: Image) => shrinkMeasure(image, { side: 16 })],
  ['block spectra', 2, (image: Image) => blockMeasure(image, { levels: 1 })],
  ['block spectra by the field itself', 2, (image: Image) => blockMeasure(image, { levels: 1, alone: true })],
] as const)('%s of a field in strips have the bits of the whole', (_, multiple, make) => {
  fc.assert(
    fc.property(fields, fc.integer({ min: 1, max: 50 }), (image, times) => {
      const whole: unknown = measureImage<unknown>(image, make(image));
      expect(inStrips<unknown>(image, times * multiple, make(image))).toEqual(whole);
    }),
  );
});

it('block spectra of three octaves, of rows that no block is of, and of some rows of many, have the bits of the whole', () => {
  for (const [height, width] of [
    [77, 131],
    [1031, 640],
  ] as const) {
    const image = noise({ seed: 3, type: 'uint16', channels: 2, height, width });
    const whole = measureImage(image, blockMeasure(image, { levels: 3 }));
    expect(inStrips(image, 24, blockMeasure(image, { levels: 3 }))).toEqual(whole);
  }
});
