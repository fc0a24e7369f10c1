import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { Image, Pixels } from '../../pixels/pixels.ts';
import { COMPRESSIONS } from './compression.ts';
import { chunkFiles } from './node/chunk-files.ts';
import { OME_ZARR_VERSIONS } from './ome-zarr-version.ts';
import { levelsFor } from './pyramid.ts';
import { readArray, readGroup } from './testing/read-back.ts';
import { channelWindows } from './windows.ts';
import { writeZarrImage, type ZarrImageOptions } from './write-image.ts';

const folder = temporaryFolder();

const images = fc
  .record({
    channels: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 1, max: 70 }),
    width: fc.integer({ min: 1, max: 70 }),
    Type: fc.constantFrom(Uint8Array, Uint16Array, Float32Array),
    seed: fc.nat(),
  })
  .map(({ channels, height, width, Type, seed }): Image => {
    let state = seed;
    const data = Array.from({ length: channels * height * width }, () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return Type === Float32Array ? state / 1e6 - 500 : state >> 8;
    });
    return { data: Type.from(data) as Pixels, channels, height, width };
  });

function displayed({ channels }: Image, options: Partial<ZarrImageOptions> = {}): ZarrImageOptions {
  const window = { start: 1, end: 9, least: 0, most: 10 };
  return {
    ...{ version: '0.4', levels: 3, chunk: 32, compression: 'blosc', name: 'A01' },
    channels: Array.from({ length: channels }, (_, i) => ({
      label: `C${i}`,
      colour: [255, 0, 10 * i] as const,
      window,
    })),
    ...options,
  };
}

/** The mean of what lies under a pixel of the level above, said once more in the plainest way. */
function meanUnder(image: Image, channel: number, y: number, x: number): number {
  const values: number[] = [];
  for (let row = 2 * y; row < Math.min(2 * y + 2, image.height); row++) {
    for (let column = 2 * x; column < Math.min(2 * x + 2, image.width); column++) {
      values.push(image.data[(channel * image.height + row) * image.width + column]!);
    }
  }
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('writeZarrImage', () => {
  it('keeps the pixels of any size and type, and makes means of them', async () => {
    await fc.assert(
      fc.asyncProperty(
        images,
        fc.constantFrom(...OME_ZARR_VERSIONS),
        fc.constantFrom(...COMPRESSIONS),
        fc.integer({ min: 16, max: 80 }),
        async (image, version, compression, chunk) => {
          const place = join(await mkdtemp(join(folder, 'image-')), 'A', '1', '0');
          await writeZarrImage(place, image, displayed(image, { version, compression, chunk }), chunkFiles);
          const read = await readArray(join(place, '0'));
          expect(read.shape).toEqual([image.channels, image.height, image.width]);
          expect(read.chunks).toEqual([1, Math.min(chunk, image.height), Math.min(chunk, image.width)]);
          expect(read.data.constructor).toBe(image.data.constructor);
          expect(image.data.every((value, i) => value === read.data[i])).toBe(true);
          let below = image;
          for (const level of ['1', '2']) {
            const { shape, data } = await readArray(join(place, level));
            const [channels, height, width] = shape as [number, number, number];
            expect(shape).toEqual([image.channels, Math.ceil(below.height / 2), Math.ceil(below.width / 2)]);
            expect(data.constructor).toBe(image.data.constructor);
            const whole = !(image.data instanceof Float32Array);
            let wrong = 0;
            for (let at = 0; at < data.length; at++) {
              const [c, y, x] = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width];
              const mean = meanUnder(below, c, y, x);
              if (Math.abs(data[at]! - (whole ? Math.round(mean) : mean)) > (whole ? 0 : 1e-4)) wrong++;
            }
            expect(wrong).toBe(0);
            below = { ...image, data: data as unknown as Pixels, channels, height, width };
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each(OME_ZARR_VERSIONS)('says in %s where pixels are and how channels are shown', async (version) => {
    const image = { data: new Uint16Array(2 * 30 * 20), channels: 2, height: 30, width: 20 };
    const place = join(folder, `described-${version}`);
    await writeZarrImage(place, image, displayed(image, { version, levels: 2, pixelSize: 0.5 }), chunkFiles);
    const { ome } = readGroup(place);
    const [{ axes, datasets, name }] = ome.multiscales;
    expect(name).toBe('A01');
    expect(axes).toEqual([
      { name: 'c', type: 'channel' },
      { name: 'y', type: 'space', unit: 'micrometer' },
      { name: 'x', type: 'space', unit: 'micrometer' },
    ]);
    // The middle of the first pixel of a level is that of the four that it was made of.
    expect(datasets).toEqual([
      { path: '0', coordinateTransformations: [{ type: 'scale', scale: [1, 0.5, 0.5] }] },
      {
        path: '1',
        coordinateTransformations: [
          { type: 'scale', scale: [1, 1, 1] },
          { type: 'translation', translation: [0, 0.25, 0.25] },
        ],
      },
    ]);
    expect(ome.omero.channels).toMatchObject([
      { label: 'C0', color: 'FF0000', active: true, window: { min: 0, max: 65535, start: 1, end: 9 } },
      { label: 'C1', color: 'FF000A', active: true },
    ]);
    expect(version === '0.5' ? ome.version : ome.multiscales[0].version).toBe(version);
  });

  it('gives floats the window that was seen of them, for their type has no end', async () => {
    const image = { data: new Float32Array(64), channels: 1, height: 8, width: 8 };
    await writeZarrImage(join(folder, 'float'), image, displayed(image), chunkFiles);
    expect(readGroup(join(folder, 'float')).ome.omero.channels[0].window).toEqual({
      min: 0,
      max: 10,
      start: 1,
      end: 9,
    });
  });

  it('writes a chunk for every place, one of zeros too', async () => {
    const image = { data: new Uint8Array(40 * 40), channels: 1, height: 40, width: 40 };
    await writeZarrImage(join(folder, 'zeros'), image, displayed(image, { version: '0.5' }), chunkFiles);
    const files = await readdir(join(folder, 'zeros', '0', 'c'), { recursive: true });
    expect(files.filter((name) => /\d+.\d+.\d+$/.test(name))).toHaveLength(4);
  });
});

it('a pyramid ends where the longer side is at most 256 pixels', () => {
  expect([1, 256, 257, 512, 513, 1080, 2160].map((width) => levelsFor({ height: 10, width }))).toEqual([
    1, 1, 2, 2, 3, 4, 5,
  ]);
});

describe('channelWindows', () => {
  it('leaves a hundredth dark and a few specks too bright, in all images together', () => {
    const ramp = Uint16Array.from({ length: 1000 }, (_, i) => i);
    const [one, two] = [ramp.subarray(0, 500), ramp.subarray(500)].map((data) => ({
      ...{ data, channels: 1, height: 20, width: 25 },
    }));
    expect(channelWindows([one!, two!], 1)).toEqual([{ start: 10, end: 997, least: 0, most: 999 }]);
  });

  it('always has a width', () => {
    const flat = { data: new Uint8Array(9).fill(7), channels: 1, height: 3, width: 3 };
    for (const images of [[], [flat]]) {
      for (const { start, end, least, most } of channelWindows(images, 1)) {
        expect(end).toBeGreaterThan(start);
        expect(most).toBeGreaterThan(least);
      }
    }
  });
});
