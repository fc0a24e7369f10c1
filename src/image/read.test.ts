import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { describeWithSharedData } from '../../test/shared-data.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { isMilscopeError } from '../errors.ts';
import { createRandom } from '../random.ts';
import { readImageHeader } from './header.ts';
import { nodeImageAccess } from './node/access.ts';
import { openImage, readImage } from './read.ts';
import { pngByHand } from './testing/png-by-hand.ts';
import { type TiffByHand, tiffByHand } from './testing/tiff-by-hand.ts';

const folder = temporaryFolder();

function save(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function noise(length: number, below: number, seed = 1): number[] {
  const random = createRandom(seed);
  return Array.from({ length }, () => random.integer(below));
}

/** `[pixels, samples]` to its first `keep` samples as `[keep, pixels]`. */
function planes(values: readonly number[], samples: number, keep = samples): number[] {
  return Array.from({ length: keep }, (_, s) => values.filter((_, i) => i % samples === s)).flat();
}

async function tagOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return isMilscopeError(error) ? error.tag : String(error);
  }
}

it('gives the samples of any layout of TIFF bit for bit, and its header says the same', async () => {
  const recipes = fc.record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
    bits: fc.constantFrom(8 as const, 16 as const),
    kind: fc.constantFrom('grey', 'pages', 'rgb', 'rgba', 'planar', 'greys'),
    order: fc.constantFrom('little' as const, 'big' as const),
    big: fc.boolean(),
    compression: fc.constantFrom('none' as const, 'lzw' as const, 'deflate' as const, 'packbits' as const),
    predictor: fc.boolean(),
    tiled: fc.boolean(),
    rowsPerStrip: fc.integer({ min: 1, max: 45 }),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(recipes, async ({ width, height, bits, kind, tiled, predictor, seed, ...recipe }) => {
      const samples = { grey: 1, pages: 1, rgb: 3, rgba: 4, planar: 3, greys: 5 }[kind]!;
      const pages = Array.from({ length: kind === 'pages' ? 3 : 1 }, (_, page) => ({
        width,
        height,
        values: noise(width * height * samples, 2 ** bits, seed + page),
      }));
      const bytes = tiffByHand({
        ...recipe,
        pages,
        bits,
        samples,
        planar: kind === 'planar',
        predictor: predictor && kind !== 'greys' && (recipe.compression === 'lzw' || recipe.compression === 'deflate'),
        ...(tiled ? { tile: [16, 32] as const } : {}),
        ...(kind === 'greys' ? { photometric: 1 } : {}),
        ...(kind === 'rgba' ? { tags: [[338, 'SHORT', [2]] as const] } : {}),
      });
      const path = save('layout.tif', bytes);
      const image = await readImage(path, {}, nodeImageAccess);
      const expected = pages.flatMap(({ values }) => planes(values, samples, kind === 'rgba' ? 3 : samples));
      expect(image.data).toEqual(bits === 8 ? Uint8Array.from(expected) : Uint16Array.from(expected));
      const channels = kind === 'grey' ? 1 : kind === 'greys' ? 5 : 3;
      expect(image).toMatchObject({ width, height, channels });
      expect(await readImageHeader(path, {}, nodeImageAccess)).toMatchObject({
        format: 'tiff',
        width,
        height,
        channels,
        bitDepth: bits,
      });
    }),
    { numRuns: 150 },
  );
});

it('gives 32-bit floats as they are, and refuses those that are not finite', async () => {
  const values = [0, -1.5, 1e-30, 65536.25, 9e11, 0.1].map(Math.fround);
  const recipe: TiffByHand = { pages: [{ width: 3, height: 2, values }], bits: 32, float: true };
  for (const order of ['little', 'big'] as const) {
    const image = await readImage(save('float.tif', tiffByHand({ ...recipe, order })), {}, nodeImageAccess);
    expect(image.data).toEqual(Float32Array.from(values));
  }
  const holes = tiffByHand({ ...recipe, pages: [{ width: 3, height: 2, values: [Number.NaN, ...values.slice(1)] }] });
  await expect(readImage(save('nan.tif', holes), {}, nodeImageAccess)).rejects.toThrow(
    '1 of 6 that are NaN or infinite',
  );
  const marked = tiffByHand({ ...recipe, pages: [{ width: 3, height: 2, values: [-3e38, ...values.slice(1)] }] });
  await expect(readImage(save('marked.tif', marked), {}, nodeImageAccess)).rejects.toThrow(
    'some pixels are no intensities (found 1 of 6 that are beyond 1000000000000)',
  );
});

it('gives 12 bits as they are, in words of 16 bits or packed, and signed samples as floats', async () => {
  const values = noise(7 * 5, 4096);
  const page = { width: 7, height: 5, values };
  for (const order of ['little', 'big'] as const) {
    for (const recipe of [{ bits: 16 }, { bits: 12 }, { bits: 12, compression: 'deflate', rowsPerStrip: 2 }] as const) {
      const image = await readImage(
        save('twelve.tif', tiffByHand({ pages: [page], order, ...recipe })),
        {},
        nodeImageAccess,
      );
      expect(image.data).toEqual(Uint16Array.from(values));
    }
    for (const bits of [8, 16] as const) {
      const raw = noise(35, 2 ** bits);
      const bytes = tiffByHand({ pages: [{ ...page, values: raw }], bits, order, tags: [[339, 'SHORT', [2]]] });
      const expected = raw.map((value) => (value >= 2 ** (bits - 1) ? value - 2 ** bits : value));
      expect((await readImage(save('signed.tif', bytes), {}, nodeImageAccess)).data).toEqual(
        Float32Array.from(expected),
      );
      const header = await readImageHeader(save('signed.tif', bytes), {}, nodeImageAccess);
      expect(header).toMatchObject({ bitDepth: 32, signedBits: bits });
    }
  }
});

it('gives integers of 32 bits, signed or not, as floats', async () => {
  const values = [0, 1, 255, 65_536, 70_001, 2 ** 24, 3_000_000_000, 2 ** 32 - 1, ...noise(27, 2 ** 24)];
  const page = { width: 7, height: 5, values };
  for (const recipe of [
    {},
    { order: 'big' },
    { compression: 'lzw', rowsPerStrip: 2 },
    { compression: 'deflate', predictor: true },
    { compression: 'deflate', predictor: true, tile: [16, 16], order: 'big' },
  ] as const) {
    const unsigned = save('long.tif', tiffByHand({ pages: [page], bits: 32, ...recipe }));
    expect((await readImage(unsigned, {}, nodeImageAccess)).data).toEqual(Float32Array.from(values));
    const signed = save('signed.tif', tiffByHand({ pages: [page], bits: 32, ...recipe, tags: [[339, 'SHORT', [2]]] }));
    expect((await readImage(signed, {}, nodeImageAccess)).data).toEqual(
      Float32Array.from(values, (value) => value | 0),
    );
  }
});

it.each([1, 2, 4, 8] as const)('gives the places in a palette of %i bits where these are wanted', async (bits) => {
  const count = 2 ** bits;
  const values = noise(7 * 5, count);
  const page = { width: 7, height: 5, values };
  const palette = Array.from({ length: count }, (_, i) => [i % 7, (i * 37) % 256, 255 - i] as const);
  const colours = [0, 1, 2].flatMap((part) => palette.map((of) => of[part]! * 257));
  const tags = [[320, 'SHORT', colours]] as const;
  const files = [
    save('palette.png', pngByHand({ ...page, colour: 'palette', bits, palette })),
    save('palette.tif', tiffByHand({ pages: [page], bits, photometric: 3, tags })),
  ];
  for (const file of files) {
    const { header, read } = await openImage(file, {}, nodeImageAccess);
    expect(header).toMatchObject({ palette: true, channels: 3 });
    expect(await read({ places: true })).toMatchObject({ channels: 1, data: Uint8Array.from(values) });
    expect((await read()).channels).toBe(3);
    const part = await read({ places: true, rows: [1, 3], columns: [2, 4] });
    expect([...part.data]).toEqual([9, 10, 16, 17].map((i) => values[i]));
  }
});

it.each([1, 2, 4] as const)('spreads %i bits over 0 to 255, in PNG and TIFF alike', async (bits) => {
  const values = noise(7 * 5, 2 ** bits);
  const expected = Uint8Array.from(values, (value) => (value * 255) / (2 ** bits - 1));
  const page = { width: 7, height: 5, values };
  expect((await readImage(save('few.tif', tiffByHand({ pages: [page], bits })), {}, nodeImageAccess)).data).toEqual(
    expected,
  );
  expect((await readImage(save('few.png', pngByHand({ ...page, bits })), {}, nodeImageAccess)).data).toEqual(expected);
});

it.each([1, 8, 16] as const)('turns %i bits round where white is zero', async (bits) => {
  const values = noise(12, 2 ** bits);
  const bytes = tiffByHand({ pages: [{ width: 4, height: 3, values }], bits, photometric: 0 });
  const white = bits === 1 ? 255 : 2 ** bits - 1;
  expect([...(await readImage(save('white.tif', bytes), {}, nodeImageAccess)).data]).toEqual(
    values.map((v) => white - (bits === 1 ? v * 255 : v)),
  );
});

it.each(['grey', 'rgb', 'grey-alpha', 'rgba'] as const)('gives PNG samples (%s) and drops alpha', async (colour) => {
  const samples = { grey: 1, rgb: 3, 'grey-alpha': 2, rgba: 4 }[colour];
  const channels = samples >= 3 ? 3 : 1;
  for (const bits of [8, 16] as const) {
    const values = noise(11 * 6 * samples, 2 ** bits);
    const path = save('samples.png', pngByHand({ width: 11, height: 6, values, colour, bits }));
    expect([...(await readImage(path, {}, nodeImageAccess)).data]).toEqual(planes(values, samples, channels));
    expect(await readImageHeader(path, {}, nodeImageAccess)).toMatchObject({
      format: 'png',
      width: 11,
      height: 6,
      channels,
      bitDepth: bits,
    });
  }
});

it('looks a palette up, and takes one of greys for one channel whatever the pixels use', async () => {
  const random = noise(3 * 256, 256);
  const palettes = {
    ramp: random.slice(0, 256).map((_, i) => [i, i, i] as const),
    inverted: random.slice(0, 256).map((_, i) => [255 - i, 255 - i, 255 - i] as const),
    colours: random.slice(0, 256).map((_, i) => [random[i]!, random[256 + i]!, random[512 + i]!] as const),
    'one colour': random.slice(0, 256).map((_, i) => [i, i, i === 255 ? 0 : i] as const),
  };
  const values = noise(9 * 8, 200);
  for (const [name, palette] of Object.entries(palettes)) {
    const channels = name.includes('colour') ? 3 : 1;
    const expected = Array.from({ length: channels }, (_, c) => values.map((value) => palette[value]![c]!)).flat();
    const page = { width: 9, height: 8, values };
    const colorMap = [0, 1, 2].flatMap((c) => palette.map((colour) => colour[c]! * 257));
    const tiff = tiffByHand({ pages: [page], photometric: 3, tags: [[320, 'SHORT', colorMap]] });
    for (const path of [
      save('palette.tif', tiff),
      save('palette.png', pngByHand({ ...page, colour: 'palette', palette })),
    ]) {
      const image = await readImage(path, {}, nodeImageAccess);
      expect([...image.data], name).toEqual(expected);
      expect(await readImageHeader(path, {}, nodeImageAccess)).toMatchObject({ channels, palette: true });
    }
  }
});

it('decodes only the planes asked for, in the order asked', async () => {
  const pages = [1, 2, 3, 4].map((seed) => ({ width: 5, height: 4, values: noise(20, 65536, seed) }));
  const stack = await openImage(save('stack.tif', tiffByHand({ pages, bits: 16 })), {}, nodeImageAccess);
  expect(stack.header).toMatchObject({ channels: 4, pages: 4, samples: 1 });
  expect([...(await stack.read({ channels: [3, 1] })).data]).toEqual([...pages[3]!.values, ...pages[1]!.values]);
  expect([...(await stack.read({ channels: [{ page: 2 }] })).data]).toEqual(pages[2]!.values);
  const values = noise(60, 256);
  const colour = await openImage(
    save('rgb.png', pngByHand({ width: 5, height: 4, values, colour: 'rgb' })),
    {},
    nodeImageAccess,
  );
  expect([...(await colour.read({ channels: [2] })).data]).toEqual(planes(values, 3).slice(40));
});

it('reads JPEG in a TIFF, which is not exact but close', async () => {
  const raw = { width: 16, height: 16 };
  for (const channels of [1, 3] as const) {
    const picture = sharp(Buffer.alloc(256 * channels, 90), { raw: { ...raw, channels } });
    const jpeg = picture.toColourspace(channels === 1 ? 'b-w' : 'srgb').tiff({ compression: 'jpeg' });
    const image = await readImage(save('jpeg.tif', await jpeg.toBuffer()), {}, nodeImageAccess);
    expect(image).toMatchObject({ ...raw, channels });
    expect([...image.data].every((value) => Math.abs(value - 90) <= 2)).toBe(true);
  }
});

it('keeps no pixels of a file that was written over', async () => {
  const page = { width: 3, height: 3, values: noise(9, 256, 1) };
  const path = save('again.png', pngByHand(page));
  await readImage(path, {}, nodeImageAccess);
  const values = noise(9, 256, 2);
  writeFileSync(path, pngByHand({ ...page, values }));
  expect([...(await readImage(path, {}, nodeImageAccess)).data]).toEqual(values);
});

it('refuses every file that was cut short, wherever it was cut', async () => {
  const page = { width: 20, height: 15, values: noise(300, 256) };
  const colour = { width: 10, height: 10, values: noise(300, 256) };
  const files = {
    'strips.tif': tiffByHand({ pages: [page], rowsPerStrip: 4 }),
    'tiles.tif': tiffByHand({ pages: [page], tile: [16, 16] }),
    'big.tif': tiffByHand({ pages: [page], big: true }),
    'lzw.tif': tiffByHand({ pages: [page], compression: 'lzw', rowsPerStrip: 5 }),
    'deflate.tif': tiffByHand({ pages: [page], compression: 'deflate', predictor: true }),
    'packbits.tif': tiffByHand({ pages: [page], compression: 'packbits' }),
    'pages.tif': tiffByHand({ pages: [page, page, page] }),
    'rgb.tif': tiffByHand({ pages: [colour], samples: 3 }),
    'grey.png': pngByHand(page),
    'rgb.png': pngByHand({ ...colour, colour: 'rgb' }),
  };
  for (const [name, bytes] of Object.entries(files)) {
    expect(await tagOf(readImage(save(name, bytes), {}, nodeImageAccess))).toBe('no error');
    for (let length = 0; length < bytes.length; length += length < bytes.length - 40 ? 7 : 1) {
      expect(
        await tagOf(readImage(save(name, bytes.subarray(0, length)), {}, nodeImageAccess)),
        `${name} cut to ${length}`,
      ).toBe('BadImage');
    }
  }
});

it('refuses a TIFF whose directory is whole but whose pixels are not', async () => {
  const bytes = tiffByHand({
    pages: [{ width: 4, height: 4, values: noise(16, 256) }],
    tags: [[273, 'LONG', [100_000]]],
  });
  await expect(readImageHeader(save('early.tif', bytes), {}, nodeImageAccess)).rejects.toThrow('cut short');
});

it('refuses damaged pixels where the file has a checksum', async () => {
  const page = { width: 20, height: 15, values: noise(300, 256) };
  const bytes = { 'd.png': pngByHand(page), 'd.tif': tiffByHand({ pages: [page], compression: 'deflate' }) };
  for (const [name, whole] of Object.entries(bytes)) {
    const at = whole.indexOf(deflateSync(Buffer.alloc(1)).subarray(0, 2)) + 60;
    whole[at] = whole[at]! ^ 0xff;
    expect(await tagOf(readImage(save(name, whole), {}, nodeImageAccess)), name).toBe('BadImage');
  }
});

it('says of a file that is no image what it is', async () => {
  const remote = join(folder, 'no', 'such', 'folder.tif');
  mkdirSync(join(folder, 'folder.tif'), { recursive: true });
  save('well.TIF', pngByHand({ width: 1, height: 1, values: [3] }));
  const cases: [string, string, RegExp][] = [
    [join(folder, 'absent.tif'), 'MissingFile', /the file does not exist/],
    [join(folder, 'well.tif'), 'MissingFile', /well\.TIF in the same folder/],
    [remote, 'MissingFile', /its folder does not exist/],
    [join(folder, 'folder.tif'), 'BadImage', /folder|no file/],
    [save('empty.tif', Buffer.alloc(0)), 'BadImage', /the file is empty/],
    [save('text.tif', Buffer.from('FileName_DNA\n')), 'BadImage', /neither a PNG nor a TIFF/],
    [save('photo.tif', Buffer.from('ffd8ffe000104a46', 'hex')), 'BadImage', /a JPEG image/],
    [save('head.png', Buffer.from('89504e470d0a1a0a', 'hex')), 'BadImage', /cut short/],
    [save('head.tif', Buffer.from('49492a0008000000', 'hex')), 'BadImage', /cut short/],
    [save('none.tif', Buffer.from('49492a0000000000', 'hex')), 'BadImage', /no page/],
  ];
  for (const [path, tag, message] of cases) {
    await expect(readImage(path, {}, nodeImageAccess)).rejects.toMatchObject({
      tag,
      message: expect.stringMatching(message),
    });
    await expect(readImageHeader(path, {}, nodeImageAccess)).rejects.toThrow(message);
  }
});

it('refuses what it could not give exactly, and says what it found', async () => {
  const page = { width: 4, height: 4, values: noise(16, 256) };
  const wide = (samples: number) => ({ pages: [{ ...page, values: noise(16 * samples, 256) }], samples });
  const circle = tiffByHand({ pages: [page] });
  circle.writeUInt32LE(circle.readUInt32LE(4), circle.length - 4);
  const huge = pngByHand(page);
  huge.writeUInt32BE(2 ** 30, 16);
  const cases: [string, Uint8Array, RegExp][] = [
    ['white', tiffByHand({ pages: [page], bits: 32, photometric: 0 }), /unsigned integer of 32 bits/],
    ['half', tiffByHand({ pages: [page], bits: 16, tags: [[339, 'SHORT', [3]]] }), /float of 16 bits/],
    ['ten', tiffByHand({ pages: [page], tags: [[258, 'SHORT', [10]]] }), /unsigned integer of 10 bits/],
    ['twelve', tiffByHand({ pages: [page], bits: 12, compression: 'lzw' }), /12.*save the image with 16 bits/is],
    ['lzma', tiffByHand({ pages: [page], tags: [[259, 'SHORT', [34925]]] }), /code 34925.*Zstandard/],
    ['zstd', tiffByHand({ pages: [page], tags: [[259, 'SHORT', [50000]]] }), /no Zstandard/],
    ['cmyk', tiffByHand({ ...wide(4), photometric: 5 }), /photometric interpretation 5/],
    [
      'five',
      tiffByHand({ ...wide(5), photometric: 1, compression: 'lzw', predictor: true }),
      /5 samples of 8 bits, LZW/,
    ],
    ['spare', tiffByHand(wide(4)), /4 samples a pixel/],
    ['premultiplied', tiffByHand({ ...wide(4), tags: [[338, 'SHORT', [1]]] }), /multiplied by alpha/],
    [
      'rgb-pages',
      tiffByHand({ pages: [wide(3).pages[0]!, wide(3).pages[0]!], samples: 3 }),
      /pages of the TIFF are RGB/,
    ],
    ['unlike', tiffByHand({ pages: [page, { width: 2, height: 2, values: [1, 2, 3, 4] }] }), /page 1: grey 2 × 2/],
    ['imagej', tiffByHand({ pages: [page], tags: [[270, 'ASCII', 'ImageJ=1.53t\nimages=40\n']] }), /1 of 40 planes/],
    ['huge', huge, /header is corrupt/],
    ['circle', circle, /in a circle/],
  ];
  for (const [name, bytes, message] of cases) {
    const path = save(`${name}.tif`, bytes);
    await expect(readImage(path, {}, nodeImageAccess), name).rejects.toMatchObject({
      tag: 'BadImage',
      message: expect.stringMatching(message),
    });
  }
});

describeWithSharedData('files that other programs wrote', (data) => {
  const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);
  /** Sizes and sums of all samples, computed with tifffile and Pillow. */
  const truth: [string, object, number][] = [
    ['formats/tiff/grey8.tif', { width: 30, height: 90, channels: 1, bitDepth: 8 }, 559358],
    ['formats/tiff/grey8-lzw.tif', { width: 30, height: 90, channels: 1, bitDepth: 8 }, 559358],
    ['formats/tiff/grey16.tif', { width: 30, height: 90, channels: 1, bitDepth: 16 }, 143707800],
    ['formats/tiff/grey16-multi.tif', { width: 30, height: 90, channels: 2, bitDepth: 16 }, 287415600],
    ['formats/tiff/color16.tif', { width: 160, height: 120, channels: 3, bitDepth: 16 }, 2961356215],
    ['formats/tiff/color8-lzw.tif', { width: 160, height: 120, channels: 3, bitDepth: 8 }, 11522791],
    ['formats/tiff/tile_rgb_deflate.tif', { width: 128, height: 128, channels: 3, bitDepth: 16 }, 47942371],
    ['formats/tiff/stack.tif', { width: 128, height: 128, channels: 10, bitDepth: 16 }, 80349120],
    ['formats/tiff/float32.tif', { width: 141, height: 125, channels: 1, bitDepth: 32 }, 8887.051861263812],
    ['formats/tiff/bw1bit.tif', { width: 2, height: 2, channels: 1, bitDepth: 8 }, 2 * 255],
    ['formats/tiff/crosshair_tiled.tif', { width: 15, height: 15, channels: 1, bitDepth: 8 }, 89 * 255],
    ['formats/tiff/palette.tif', { width: 9, height: 9, channels: 3, palette: true }, 30996],
    ['fkhr/original_tiff/Channel1-01-A-01.tif', { width: 640, height: 640, channels: 1, palette: true }, 8587250],
    ['formats/imagexpress/9987_Plate_3435/TimePoint_1/9987_B02_s1_w1.TIF', { channels: 1, bitDepth: 16 }, 46609876],
  ];

  it.each(truth)('%s', async (name, header, total) => {
    const image = await readImage(join(data, name), {}, nodeImageAccess);
    expect(await readImageHeader(join(data, name), {}, nodeImageAccess)).toMatchObject(header);
    expect(sum(image.data)).toBeCloseTo(total, 6);
  });
});
