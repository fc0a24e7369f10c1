import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { pngByHand } from '../../image/testing/png-by-hand.ts';
import { tiffByHand } from '../../image/testing/tiff-by-hand.ts';
import { zarrImageByHand } from '../../image/testing/zarr-by-hand.ts';
import { cutBox } from '../../pixels/windows/windowed-image.ts';
import type { ScreenAccess } from '../access.ts';
import { nodeAccess } from '../node/access.ts';
import { readField } from '../read-field.ts';
import { readScreen } from '../read-screen.ts';
import { openWindows } from './open-windows.ts';

const folder = temporaryFolder();
const [height, width] = [70, 90];
const values = Array.from({ length: height * width }, (_, i) => (i * 37) % 60_000);
const page = { width, height, values };
const screenOf = async (file: string, options = {}) => {
  writeFileSync(join(folder, `${file}.csv`), `FileName_A\n${file}`);
  return readScreen(join(folder, `${file}.csv`), options, nodeAccess);
};

/** Bytes that were read of files through the access that is given. */
function counting(): { access: ScreenAccess; decoded: () => number } {
  let pieces = 0;
  const { decode } = nodeAccess;
  const tiffPage: typeof decode.tiffPage = (part, picture) => {
    pieces += part.segments.length;
    return decode.tiffPage(part, picture);
  };
  return { access: { ...nodeAccess, decode: { ...decode, tiffPage } }, decoded: () => pieces };
}

it.each([
  ['tiles.tif', { pages: [page], bits: 16 as const, tile: [16, 16] as const }],
  ['strips.tif', { pages: [page], bits: 16 as const, rowsPerStrip: 5 }],
])('windows of %s are those of the whole field, and no tile or strip is decoded twice', async (file, layout) => {
  writeFileSync(join(folder, file), tiffByHand(layout));
  const screen = await screenOf(file);
  const whole = await readField(screen, screen.fields[0]!, nodeAccess);
  const { access, decoded } = counting();
  const windows = await openWindows(screen, screen.fields[0]!, access, { wholePixels: 100 });
  expect(windows.whole).toBeUndefined();
  expect(windows).toMatchObject({ channels: 1, height, width, sampleBytes: 2, channelNames: ['A'] });
  for (const box of [
    { top: 3, left: 5, height: 20, width: 30 },
    { top: 40, left: 60, height: 30, width: 30 },
    { top: 0, left: 0, height, width },
  ])
    expect(await windows.read(box)).toEqual({ ...cutBox(whole, box) });
  expect(decoded()).toBe('tile' in layout ? 5 * 6 : 14);
});

it('windows of OME-Zarr are those of the whole field', async () => {
  const chunks = [2, 16, 32];
  const twice = [...values, ...values.map((value) => value + 1)];
  const array = { shape: [2, height, width], chunks, dtype: 'uint16' as const, values: twice };
  await zarrImageByHand(join(folder, 'field.zarr'), { axes: 'cyx', levels: [array] });
  const screen = await readScreen(join(folder, 'field.zarr'), {}, nodeAccess);
  const whole = await readField(screen, screen.fields[0]!, nodeAccess);
  const windows = await openWindows(screen, screen.fields[0]!, nodeAccess, { wholePixels: 100 });
  expect(windows.whole).toBeUndefined();
  const box = { top: 13, left: 30, height: 40, width: 50 };
  expect(await windows.read(box)).toEqual(cutBox(whole, box));
});

it('a small field, and a PNG of any size, is decoded whole', async () => {
  writeFileSync(join(folder, 'a.png'), pngByHand({ width, height, bits: 16, values }));
  writeFileSync(join(folder, 'small.tif'), tiffByHand({ pages: [page], bits: 16, tile: [16, 16] }));
  const png = await screenOf('a.png');
  expect((await openWindows(png, png.fields[0]!, nodeAccess, { wholePixels: 100 })).whole?.data.length).toBe(
    height * width,
  );
  const small = await screenOf('small.tif');
  expect((await openWindows(small, small.fields[0]!, nodeAccess)).whole?.data.length).toBe(height * width);
});

it('a field larger than a user allows is refused, though its windows are small', async () => {
  writeFileSync(join(folder, 'large.tif'), tiffByHand({ pages: [page], bits: 16, tile: [16, 16] }));
  const screen = await screenOf('large.tif', { maxPixels: 1000 });
  await expect(openWindows(screen, screen.fields[0]!, nodeAccess, { wholePixels: 100 })).rejects.toThrow(
    /90 × 70 pixels; expected at most 1000 pixels/,
  );
});
