import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromFile } from 'geotiff';
import { describe, expect, it } from 'vitest';
import { readImageHeader } from '../header.ts';
import { nodeImageAccess } from '../node/access.ts';
import { readImage } from '../read.ts';

/**
 * Files written by libtiff's `tiffcp` (4.5.0) from pixels of a formula: `<pixels>-<options>.tif`, such as
 * `tiffcp -c zstd:2 -B -t -w 16 -l 16`. The number is the predictor: 2 horizontal, 3 floating point. Those that end in
 * `-tifffile` were written from the same pixels by tifffile (2026.3.3, with imagecodecs); of the stacks in them, `ome5d` and
 * `imagej`, the first plane and point in time has these pixels, and noise is in the others.
 */
const folder = fileURLToPath(new URL('../../../test/fixtures/tiff/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.tif'));

const [width, height] = [37, 29];

/** `[channels, height, width]` */
function pixels(channels: number, make: (value: number, channel: number) => number): number[] {
  return Array.from({ length: channels * width * height }, (_, i) => {
    const [channel, y, x] = [Math.floor(i / (width * height)), Math.floor(i / width) % height, i % width];
    return make((x * 257 + y * 4099 + channel * 21845 + x * y * 8) % 65536, channel);
  });
}

const float = (value: number): number => Math.fround((value - 32768) / 7);

const kinds: Record<string, { expected: Uint8Array | Uint16Array | Float32Array; channels: number }> = {
  u8: { expected: Uint8Array.from(pixels(1, (v) => v % 256)), channels: 1 },
  u12: { expected: Uint16Array.from(pixels(1, (v) => v % 4096)), channels: 1 },
  u16: { expected: Uint16Array.from(pixels(1, (v) => v)), channels: 1 },
  signed: { expected: Float32Array.from(pixels(1, (v) => (v << 16) >> 16)), channels: 1 },
  f32: { expected: Float32Array.from(pixels(1, float)), channels: 1 },
  rgb8: { expected: Uint8Array.from(pixels(3, (v) => v % 256)), channels: 3 },
  rgb16: { expected: Uint16Array.from(pixels(3, (v) => v)), channels: 3 },
  rgbf: { expected: Float32Array.from(pixels(3, float)), channels: 3 },
  grey5: { expected: Uint16Array.from(pixels(5, (v) => v)), channels: 5 },
  pages: { expected: Uint16Array.from(pixels(3, (v) => v)), channels: 3 },
  palette: {
    expected: Uint8Array.from(
      pixels(3, () => 0),
      (_, i) => {
        const channel = Math.floor(i / (width * height));
        const place = pixels(1, (v) => v % 256)[i % (width * height)]!;
        return (place * (channel + 3) + channel * 50) % 256;
      },
    ),
    channels: 3,
  },
};

describe('files that libtiff and tifffile wrote', () => {
  it.each(files)('%s is read bit for bit', async (name) => {
    const { expected, channels } = kinds[name.split(/[-.]/)[0]!]!;
    const image = await readImage(join(folder, name), {}, nodeImageAccess);
    expect(image).toMatchObject({ width, height, channels });
    expect(image.data).toEqual(expected);
    const bitDepth = expected.BYTES_PER_ELEMENT * 8;
    expect(await readImageHeader(join(folder, name), {}, nodeImageAccess)).toMatchObject({
      width,
      height,
      channels,
      bitDepth,
    });
  });

  it('another library, geotiff, finds the same pixels in those of libtiff', async () => {
    for (const name of files.filter((each) => !each.endsWith('-tifffile.tif'))) {
      // geotiff looks no palette up, and takes differences and 12 bits for those of the machine's byte order.
      if (name.startsWith('palette') || /^(u12|.*-2)-.*bigendian|-2-tiles-big/.test(name)) continue;
      const tiff = await fromFile(join(folder, name));
      const found: number[] = [];
      for (let page = 0; page < (await tiff.getImageCount()); page++) {
        const rasters = await (await tiff.getImage(page)).readRasters();
        for (const plane of rasters as unknown as Iterable<ArrayLike<number>>) found.push(...Array.from(plane));
      }
      tiff.close();
      expect([...(await readImage(join(folder, name), {}, nodeImageAccess)).data], name).toEqual(found);
    }
  });
});
