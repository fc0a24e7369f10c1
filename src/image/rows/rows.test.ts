import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { createRandom } from '../../random.ts';
import { crc32 } from '../crc32.ts';
import { nodeImageAccess } from '../node/access.ts';
import { readImage } from '../read.ts';
import { openGreyPng } from './grey-png.ts';
import { openLabelTiff } from './label-tiff.ts';
import type { RowWriter } from './row-writer.ts';

const folder = temporaryFolder();
const host = { files: nodeFiles };

/** Writes numbers in pieces of some rows. */
async function writeRows<Numbers extends Uint16Array | Int32Array>(
  writer: RowWriter<Numbers>,
  numbers: Numbers,
  { width, rows }: { width: number; rows: number },
): Promise<void> {
  for (let from = 0; from < numbers.length; from += rows * width) {
    await writer.write(numbers.subarray(from, from + rows * width) as Numbers);
  }
  await writer.keep();
}

const sizes = fc.record({
  height: fc.integer({ min: 1, max: 300 }),
  width: fc.integer({ min: 1, max: 300 }),
  rows: fc.integer({ min: 1, max: 400 }),
  seed: fc.nat(),
});

it('writes a 16-bit grey PNG in pieces that reads back the same', () =>
  fc.assert(
    fc.asyncProperty(sizes, async ({ height, width, rows, seed }) => {
      const random = createRandom(seed);
      const data = Uint16Array.from({ length: height * width }, () => random.integer(65536));
      const path = join(folder, 'grey.png');
      await writeRows(await openGreyPng(path, { height, width }, host), data, { width, rows });
      expect(await readImage(path, {}, nodeImageAccess)).toMatchObject({ data, height, width, channels: 1 });
    }),
    { numRuns: 10 },
  ));

it.each([false, true])('writes a TIFF of 32-bit labels in pieces that reads back the same; BigTIFF: %s', (big) =>
  fc.assert(
    fc.asyncProperty(sizes, async ({ height, width, rows, seed }) => {
      const random = createRandom(seed);
      const data = Int32Array.from({ length: height * width }, () => random.integer(2 ** 24));
      const path = join(folder, `labels-${big}.tif`);
      await writeRows(await openLabelTiff(path, { height, width }, host, { big }), data, { width, rows });
      const image = await readImage(path, {}, nodeImageAccess);
      expect(image).toMatchObject({ height, width, channels: 1 });
      expect(Int32Array.from(image.data)).toEqual(data);
      expect(readFileSync(path)[2]).toBe(big ? 43 : 42);
    }),
    { numRuns: 10 },
  ),
);

it('leaves nothing of an image that is discarded', async () => {
  const png = await openGreyPng(join(folder, 'left.png'), { height: 4, width: 4 }, host);
  await png.write(new Uint16Array(8));
  await png.discard();
  const tiff = await openLabelTiff(join(folder, 'left.tif'), { height: 4, width: 4 }, host);
  await tiff.write(new Int32Array(8));
  await tiff.discard();
  expect((await nodeFiles.list(folder)).filter(({ name }) => name.includes('left'))).toEqual([]);
});

it('has the checksum of the standard', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});
