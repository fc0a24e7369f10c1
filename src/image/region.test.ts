import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { Image } from '../pixels/pixels.ts';
import { createRandom } from '../random.ts';
import type { ImageAccess } from './access.ts';
import { nodeImageAccess } from './node/access.ts';
import { openImage, readImage } from './read.ts';
import { pngByHand } from './testing/png-by-hand.ts';
import { seedImages } from './testing/seeds.ts';
import { tiffByHand } from './testing/tiff-by-hand.ts';
import { zarrImageByHand } from './testing/zarr-by-hand.ts';
import { seedZarrs } from './testing/zarr-seeds.ts';

const folder = temporaryFolder();

function save(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

function noise(length: number, below: number, seed = 1): number[] {
  const random = createRandom(seed);
  return Array.from({ length }, () => random.integer(below));
}

type Range = readonly [number, number];

/** The rectangle of some channels, cut out of the whole image pixel by pixel. */
function cutOf(
  { data, height, width }: Image,
  { channels, rows, columns }: { channels: readonly number[]; rows: Range; columns: Range },
): number[] {
  const out: number[] = [];
  for (const channel of channels) {
    for (let row = rows[0]; row < rows[1]; row++) {
      for (let column = columns[0]; column < columns[1]; column++) {
        out.push(data[(channel * height + row) * width + column]!);
      }
    }
  }
  return out;
}

/** Reads random regions of an image and compares them with the same cuts of the whole. */
async function checkRegions(path: string, { seed, regions }: { seed: number; regions: number }): Promise<void> {
  const whole = await readImage(path, {}, nodeImageAccess);
  const { header, read } = await openImage(path, {}, nodeImageAccess);
  const random = createRandom(seed);
  const range = (most: number): Range => {
    const from = random.integer(most);
    return [from, from + 1 + random.integer(most - from)];
  };
  for (let i = 0; i < regions; i++) {
    const channels = Array.from({ length: header.channels }, (_, channel) => channel);
    const asked = channels.filter(() => random.integer(2) === 0).reverse();
    const part = {
      channels: asked.length > 0 ? asked : channels,
      rows: range(header.height),
      columns: range(header.width),
    };
    const got = await read(part);
    expect([...got.data], `${path} ${JSON.stringify(part)}`).toEqual(cutOf(whole, part));
    expect(got).toMatchObject({ height: part.rows[1] - part.rows[0], width: part.columns[1] - part.columns[0] });
    expect(got.data.constructor).toBe(whole.data.constructor);
  }
}

it('gives of any layout of TIFF and PNG what the whole has in the same place', async () => {
  const recipes = fc.record({
    width: fc.integer({ min: 1, max: 60 }),
    height: fc.integer({ min: 1, max: 60 }),
    bits: fc.constantFrom(1 as const, 4 as const, 8 as const, 12 as const, 16 as const),
    kind: fc.constantFrom('grey', 'pages', 'rgb', 'rgba', 'planar', 'greys', 'png'),
    order: fc.constantFrom('little' as const, 'big' as const),
    big: fc.boolean(),
    compression: fc.constantFrom('none' as const, 'lzw' as const, 'deflate' as const, 'packbits' as const),
    predictor: fc.boolean(),
    tiled: fc.boolean(),
    rowsPerStrip: fc.integer({ min: 1, max: 25 }),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(recipes, async ({ width, height, bits: wanted, kind, tiled, seed, ...recipe }) => {
      const samples = { grey: 1, pages: 1, rgb: 3, rgba: 4, planar: 3, greys: 5, png: 1 }[kind]!;
      const bits = samples > 1 && wanted !== 16 ? 8 : wanted;
      const values = () => noise(width * height * samples, 2 ** bits, seed);
      if (kind === 'png') {
        const depth = bits === 12 ? 8 : bits;
        const png = pngByHand({ width, height, bits: depth, values: noise(width * height, 2 ** depth, seed) });
        return checkRegions(save('region.png', png), { seed, regions: 3 });
      }
      const pages = Array.from({ length: kind === 'pages' ? 3 : 1 }, () => ({ width, height, values: values() }));
      const bytes = tiffByHand({
        ...recipe,
        pages,
        bits,
        samples,
        predictor: recipe.predictor && recipe.compression !== 'none' && bits >= 8 && bits !== 12 && kind !== 'greys',
        compression: bits === 12 && recipe.compression !== 'deflate' ? 'none' : recipe.compression,
        planar: kind === 'planar',
        ...(tiled && { tile: [16, 32] as const }),
        ...(kind === 'greys' && { photometric: 1, tags: [[338, 'SHORT', [0, 0, 0, 0]]] as const }),
        ...(kind === 'rgba' && { tags: [[338, 'SHORT', [2]]] as const }),
      });
      await checkRegions(save('region.tif', bytes), { seed, regions: 3 });
    }),
    { numRuns: 120 },
  );
});

it('gives of every kind of file that is read what the whole has in the same place', async () => {
  for (const [name, bytes] of await seedImages()) await checkRegions(save(name, bytes), { seed: 3, regions: 4 });
  for (const [name, files] of await seedZarrs()) {
    const path = join(folder, `${name}.zarr`);
    for (const [file, bytes] of files) save(join(`${name}.zarr`, file), bytes);
    await checkRegions(path, { seed: 4, regions: 4 });
    rmSync(path, { recursive: true });
  }
});

it('gives of JPEG in strips and tiles what the whole has in the same place', async () => {
  const [width, height] = [90, 70];
  const pixels = { raw: { width, height, channels: 3 as const } };
  const picture = sharp(Buffer.from(noise(3 * width * height, 256)), pixels);
  for (const tile of [false, true]) {
    const bytes = await picture.tiff({ compression: 'jpeg', tile, tileWidth: 32, tileHeight: 32 }).toBuffer();
    await checkRegions(save('jpeg.tif', bytes), { seed: 5, regions: 6 });
  }
});

it('gives of OME-Zarr what the whole has in the same place, however it is cut', async () => {
  const arrays = fc.record({
    format: fc.constantFrom(2 as const, 3 as const),
    shape: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
    chunks: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 })),
    dtype: fc.constantFrom('uint8' as const, 'uint16' as const, 'int16' as const),
    fortran: fc.boolean(),
    isSharded: fc.boolean(),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(arrays, async ({ isSharded, seed, ...rest }) => {
      const values = noise(243, 100, seed);
      const array = { ...rest, values, ...(isSharded && rest.format === 3 && { shard: [1, 2, 3] }) };
      const path = join(folder, 'region.zarr');
      await zarrImageByHand(path, { axes: 'cyx', levels: [array], format: rest.format });
      await checkRegions(path, { seed, regions: 4 });
      rmSync(path, { recursive: true });
    }),
    { numRuns: 60 },
  );
});

/** Counts what is read of files. */
function counted(): { access: ImageAccess; bytes: () => number; paths: Set<string> } {
  let bytes = 0;
  const paths = new Set<string>();
  const { files, decode } = nodeImageAccess;
  const read: ImageAccess['files']['read'] = async (path, range) => {
    const got = await files.read(path, range);
    bytes += got.length;
    paths.add(path);
    return got;
  };
  return { access: { files: { ...files, read }, decode }, bytes: () => bytes, paths };
}

it.each([
  ['of a large TIFF only its header and the strips of the region', 8],
  ['of a whole image in one strip that is not compressed only what is near the region', 4200],
])('reads %s', async (name, rows) => {
  const [width, height] = [4096, 4200];
  const strip = width * rows * 2;
  const count = height / rows;
  const head = tiffByHand({
    pages: [{ width: 1, height: 1, values: [0] }],
    bits: 16,
    tags: [
      [256, 'LONG', [width]],
      [257, 'LONG', [height]],
      [278, 'LONG', [rows]],
      [273, 'LONG', Array.from({ length: count }, (_, i) => 2 ** 16 + i * strip)],
      [279, 'LONG', Array.from({ length: count }, () => strip)],
    ],
  });
  const pixels = new Uint16Array(width * height);
  for (let i = 0; i < pixels.length; i++) pixels[i] = i % 65521;
  const path = save(
    `${name}.tif`,
    Buffer.concat([head, Buffer.alloc(2 ** 16 - head.length), Buffer.from(pixels.buffer)]),
  );
  const { access, bytes } = counted();
  const { read, blocks } = await openImage(path, {}, access);
  expect(bytes()).toBeLessThan(2 ** 17);
  const before = bytes();
  const { data } = await read({ rows: [1001, 1003], columns: [7, 9] });
  expect([...data]).toEqual([1001, 1002].flatMap((row) => [7, 8].map((column) => (row * width + column) % 65521)));
  expect(bytes() - before).toBe(width * blocks.height * 2);
  expect(blocks.height).toBeLessThanOrEqual(128);
  // Across the seam of two strips, and at the end, where the last is shorter.
  for (const [from, to] of [
    [blocks.height - 1, blocks.height + 1],
    [height - 1, height],
  ] as const) {
    const across = await read({ rows: [from, to], columns: [0, 2] });
    const row = Array.from({ length: to - from }, (_, i) => from + i);
    expect([...across.data]).toEqual(row.flatMap((y) => [0, 1].map((x) => (y * width + x) % 65521)));
  }
});

it('reads of OME-Zarr only the chunks of the region', async () => {
  const path = join(folder, 'chunks.zarr');
  const array = { shape: [2, 8, 8], chunks: [1, 4, 4], values: noise(128, 200) };
  await zarrImageByHand(path, { axes: 'cyx', levels: [array] });
  const { access, paths } = counted();
  const { read } = await openImage(path, {}, access);
  paths.clear();
  await read({ channels: [1], rows: [4, 5], columns: [0, 3] });
  const chunks = [...paths]
    .map((file) => file.slice(path.length + 1))
    .filter((file) => !/zarray|zarr\.json|zattrs/.test(file));
  expect(chunks).toHaveLength(1);
  expect(chunks[0]).toMatch(/1[./]1[./]0$/);
});

it('reads any level of a pyramid, and says how large they are', async () => {
  const path = join(folder, 'levels.zarr');
  const levels = [8, 4].map((side) => ({ shape: [side, side], values: noise(side * side, 200, side) }));
  await zarrImageByHand(path, { axes: 'yx', levels });
  const { header, levels: sizes, read } = await openImage(path, { level: 1 }, nodeImageAccess);
  expect(header).toMatchObject({ height: 4, width: 4 });
  expect(await sizes()).toEqual([
    { height: 8, width: 8 },
    { height: 4, width: 4 },
  ]);
  expect([...(await read()).data]).toEqual(levels[1]!.values);
  expect([...(await read({ level: 0, rows: [7, 8] })).data]).toEqual(levels[0]!.values.slice(56));
  const grey = await openImage(
    save('one.png', pngByHand({ width: 2, height: 1, values: [1, 2] })),
    {},
    nodeImageAccess,
  );
  expect(await grey.levels()).toEqual([{ height: 1, width: 2 }]);
  await expect(grey.read({ level: 1 })).rejects.toMatchObject({ tag: 'BadOption', details: { option: 'level 1' } });
});

it.each([
  ['rows', [0, 8], 'from 0 to before 7'],
  ['rows', [-1, 3], 'from 0 to before 7'],
  ['rows', [3, 3], 'from 0 to before 7'],
  ['columns', [4, 2], 'from 0 to before 9'],
  ['columns', [0.5, 2], 'from 0 to before 9'],
  ['columns', [0, Number.NaN], 'from 0 to before 9'],
] as const)('refuses %s %s', async (option, range, expected) => {
  const path = save('small.png', pngByHand({ width: 9, height: 7, values: noise(63, 256) }));
  const { read } = await openImage(path, {}, nodeImageAccess);
  const reading = read({ [option]: range });
  await expect(reading).rejects.toMatchObject({ tag: 'BadOption', details: { file: path, option } });
  await expect(reading).rejects.toThrow(expected);
});
