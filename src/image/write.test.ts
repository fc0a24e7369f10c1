import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeWhole } from '../files/write-whole.ts';
import type { Image } from '../pixels/pixels.ts';
import { createRandom } from '../random.ts';
import { nodeImageAccess } from './node/access.ts';
import { writePng, writeTiff } from './node/write.ts';
import { readImage } from './read.ts';

const folder = temporaryFolder();

const images = fc
  .record({
    channels: fc.integer({ min: 1, max: 5 }),
    height: fc.integer({ min: 1, max: 30 }),
    width: fc.integer({ min: 1, max: 30 }),
    wide: fc.boolean(),
    seed: fc.nat(),
  })
  .map(({ wide, seed, ...shape }): Image => {
    const random = createRandom(seed);
    const length = shape.channels * shape.height * shape.width;
    const data = wide ? new Uint16Array(length) : new Uint8Array(length);
    return { ...shape, data: data.map(() => random.integer(wide ? 65536 : 256)) };
  });

it('writes a TIFF of any number of channels that reads back the same', async () => {
  await fc.assert(
    fc.asyncProperty(images, async (image) => {
      await writeTiff(join(folder, 'a.tif'), image);
      expect(await readImage(join(folder, 'a.tif'), {}, nodeImageAccess)).toEqual(image);
    }),
  );
});

it('writes a PNG of one channel or three that reads back the same', async () => {
  const fitting = images.filter(({ channels }) => channels === 1 || channels === 3);
  await fc.assert(
    fc.asyncProperty(fitting, async (image) => {
      await writePng(join(folder, 'a.png'), image);
      expect(await readImage(join(folder, 'a.png'), {}, nodeImageAccess)).toEqual(image);
    }),
  );
});

it('writes the same bytes for the same pixels, from a view into a longer array too', async () => {
  const long = Uint16Array.from({ length: 107 }, (_, i) => i * 600);
  const shape = { channels: 1, height: 10, width: 10 };
  for (const [write, extension] of [[writeTiff, 'tif'] as const, [writePng, 'png'] as const]) {
    await write(join(folder, `view.${extension}`), { data: long.subarray(7), ...shape });
    await write(join(folder, `copy.${extension}`), { data: long.slice(7), ...shape });
    expect(readFileSync(join(folder, `view.${extension}`))).toEqual(readFileSync(join(folder, `copy.${extension}`)));
  }
});

it('makes the folders there are not, and leaves nothing beside the file', async () => {
  const deep = join(folder, 'plate', 'well');
  await writeTiff(join(deep, 'a.tif'), { data: new Uint8Array([1]), channels: 1, height: 1, width: 1 });
  expect(readdirSync(deep)).toEqual(['a.tif']);
});

it('leaves the old file whole when the new one cannot be put in its place', async () => {
  await writeWhole(join(folder, 'taken', 'file.txt'), 'old');
  await expect(writeWhole(join(folder, 'taken'), 'new')).rejects.toThrow();
  expect(readdirSync(join(folder, 'taken'))).toEqual(['file.txt']);
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

it('refuses pixels that it cannot write', async () => {
  const shape = { channels: 1, height: 2, width: 2 };
  const path = join(folder, 'bad.tif');
  const bad = { tag: 'BadImage' };
  await expect(writeTiff(path, { data: new Float32Array(4), ...shape })).rejects.toMatchObject(bad);
  await expect(writeTiff(path, { data: new Uint8Array(3), ...shape })).rejects.toMatchObject(bad);
  await expect(writeTiff(path, { data: new Uint8Array(), ...shape, height: 0 })).rejects.toMatchObject(bad);
  await expect(writePng(path, { data: new Uint8Array(8), ...shape, channels: 2 })).rejects.toThrow('2 channels');
});
