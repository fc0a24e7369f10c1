import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registry } from 'zarrita';
import { describeWithSharedData } from '../../../test/shared-data.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { readImageHeader } from '../header.ts';
import { nodeImageAccess } from '../node/access.ts';
import { openImage, readImage } from '../read.ts';
import { type ArrayByHand, zarrImageByHand } from '../testing/zarr-by-hand.ts';

const folder = temporaryFolder();
let count = 0;
const fresh = () => join(folder, `${++count}.zarr`);

const ramp = (length: number, step = 7) => Array.from({ length }, (_, i) => (i * step) % 127);
const product = (lengths: readonly number[]) => lengths.reduce((all, length) => all * length, 1);

/** Writes an image of one level and gives its path. */
async function image({
  axes = 'cyx',
  shape = [2, 5, 6],
  channels,
  ...array
}: Partial<ArrayByHand> & { axes?: string; channels?: readonly string[] } = {}): Promise<string> {
  const level = { shape, values: ramp(product(shape)), ...array };
  const { format } = array;
  return zarrImageByHand(fresh(), { axes, levels: [level], ...(channels && { channels }), ...(format && { format }) });
}

describe('pixels of OME-Zarr', () => {
  it('are those that were written, however they are cut, coded and ordered', async () => {
    const codecs = ['none', 'gzip', 'zlib', 'zstd', 'lz4', 'blosc', 'crc32c'] as const;
    const arrays = fc.record({
      format: fc.constantFrom(2 as const, 3 as const),
      shape: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
      chunks: fc.tuple(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 10 }),
      ),
      dtype: fc.constantFrom(
        'uint8' as const,
        'uint16' as const,
        'float32' as const,
        'int16' as const,
        'int64' as const,
      ),
      codec: fc.constantFrom(...codecs),
      bigEndian: fc.boolean(),
      fortran: fc.boolean(),
      separator: fc.constantFrom('.' as const, '/' as const),
      isSharded: fc.boolean(),
      step: fc.integer({ min: 1, max: 250 }),
      asked: fc.shuffledSubarray([0, 1, 2], { minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(arrays, async ({ isSharded, asked, step, ...rest }) => {
        // The checksum of numcodecs is another than that of Zarr 3.
        const codec = rest.format === 2 && rest.codec === 'crc32c' ? 'none' : rest.codec;
        const array = { ...rest, codec, values: ramp(243, step) };
        const shard = isSharded && array.format === 3 ? { shard: [1, 2, 3] } : {};
        const path = await image({ ...array, ...shard });
        const [channels, height, width] = array.shape;
        const { header, read } = await openImage(path, {}, nodeImageAccess);
        expect(header).toMatchObject({ format: 'zarr', channels, height, width });
        expect(header).toEqual(await readImageHeader(path, {}, nodeImageAccess));
        const whole = await read();
        expect([...whole.data]).toEqual(array.values.slice(0, product(array.shape)));
        const planes = asked.filter((plane) => plane < channels);
        const some = await read({ channels: planes });
        const size = height * width;
        expect([...some.data]).toEqual(planes.flatMap((plane) => array.values.slice(plane * size, (plane + 1) * size)));
        rmSync(path, { recursive: true });
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['uint8', Uint8Array, [0, 255]],
    ['bool', Uint8Array, [0, 1]],
    ['uint16', Uint16Array, [0, 65535]],
    ['int8', Float32Array, [-128, 127]],
    ['int16', Float32Array, [-32768, 32767]],
    ['int32', Float32Array, [-(2 ** 24), 2 ** 24]],
    ['uint32', Float32Array, [0, 2 ** 24]],
    ['int64', Float32Array, [-(2 ** 24), 2 ** 24]],
    ['uint64', Float32Array, [0, 2 ** 24]],
    ['float32', Float32Array, [-1.5, 0.1]],
    ['float64', Float32Array, [-1.5, 0.1]],
  ] as const)('of %s become %o', async (dtype, Type, values) => {
    for (const format of [2, 3] as const) {
      const path = await image({ shape: [1, 1, 2], dtype, values: [...values], format });
      const { data } = await readImage(path, {}, nodeImageAccess);
      expect(data).toBeInstanceOf(Type);
      expect([...data]).toEqual([...values].map((value) => (dtype.startsWith('float') ? Math.fround(value) : value)));
    }
  });

  it('are refused where a number cannot be given exactly, or is none', async () => {
    const large = await image({ shape: [1, 1, 2], dtype: 'uint32', values: [0, 2 ** 24 + 1] });
    await expect(readImage(large, {}, nodeImageAccess)).rejects.toMatchObject({
      tag: 'BadImage',
      details: { file: large, found: expect.stringContaining('16777217') },
    });
    const none = await image({ shape: [1, 1, 2], dtype: 'float32', values: [0, Number.NaN] });
    await expect(readImage(none, {}, nodeImageAccess)).rejects.toThrow(/not finite/);
  });

  it('are those of the first time point and of the first plane of a stack', async () => {
    const shape = [2, 3, 4, 2, 2];
    const values = ramp(product(shape), 1);
    const path = await image({ axes: 'tczyx', shape, chunks: [1, 2, 3, 2, 2], values });
    const { channels, data } = await readImage(path, {}, nodeImageAccess);
    expect(channels).toBe(3);
    expect((await readImageHeader(path, {}, nodeImageAccess)).stack).toEqual({ z: 4, t: 2 });
    expect([...data]).toEqual([0, 1, 2].flatMap((c) => values.slice(c * 16, c * 16 + 4)));
  });

  it('may have no axis for channels, or the axes in another order', async () => {
    expect(
      await readImage(await image({ axes: 'yx', shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }), {}, nodeImageAccess),
    ).toMatchObject({
      channels: 1,
      height: 2,
      width: 3,
    });
    const { data } = await readImage(
      await image({ axes: 'yxc', shape: [1, 2, 2], values: [1, 2, 3, 4] }),
      {},
      nodeImageAccess,
    );
    expect([...data]).toEqual([1, 3, 2, 4]);
  });

  it('are the fill value where a chunk was never written', async () => {
    const omit = ([, row]: readonly number[]) => row === 1;
    for (const array of [{ format: 2 }, { format: 3 }, { format: 3, shard: [1, 2, 2] }] as const) {
      const path = await image({ shape: [1, 4, 2], chunks: [1, 2, 2], values: ramp(8), fill: 9, omit, ...array });
      expect([...(await readImage(path, {}, nodeImageAccess)).data]).toEqual([0, 7, 14, 21, 9, 9, 9, 9]);
    }
    expect([...(await readImage(await image({ omit: () => true, fill: 3 }), {}, nodeImageAccess)).data]).toEqual(
      Array(60).fill(3),
    );
  });

  it('come from the level that is asked for', async () => {
    const levels = [4, 2, 1].map((size) => ({ shape: [size, size], values: ramp(size * size) }));
    const path = await zarrImageByHand(fresh(), { axes: 'yx', levels });
    expect(await readImage(path, { level: 1 }, nodeImageAccess)).toMatchObject({ height: 2, width: 2 });
    await expect(readImage(path, { level: 3 }, nodeImageAccess)).rejects.toMatchObject({
      tag: 'BadOption',
      details: { file: path, option: 'level 3', found: '3 levels, 0 to 2' },
    });
  });

  it('carry the names of their channels where these differ and there is one for each', async () => {
    const names = async (channels?: string[]) =>
      (await readImageHeader(await image(channels ? { channels } : {}), {}, nodeImageAccess)).channelNames;
    expect(await names(['DAPI', 'Actin'])).toEqual(['DAPI', 'Actin']);
    for (const channels of [['DAPI', 'DAPI'], ['DAPI', ''], ['DAPI'], undefined]) {
      expect(await names(channels)).toBeUndefined();
    }
  });
});

describe('a damaged image of OME-Zarr', () => {
  /** What becomes of an image after something has been done to one of its files. */
  async function damaged(file: string, change: (path: string) => void, array: Partial<ArrayByHand> = {}) {
    const path = await image(array);
    change(join(path, file));
    return { path, outcome: readImage(path, {}, nodeImageAccess) };
  }
  const edit = (from: string | RegExp, to: string) => (path: string) =>
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));

  it.each<[string, string, (path: string) => void, RegExp, Partial<ArrayByHand>?]>([
    ['attributes cut short', '.zattrs', (path) => truncateSync(path, 40), /\.zattrs is damaged or cut short/],
    ['empty attributes', '.zattrs', (path) => truncateSync(path, 0), /\.zattrs is damaged or cut short/],
    ['no attributes', '.zattrs', (path) => rmSync(path), /this is Zarr, but not OME-Zarr/],
    ['an array cut short', '0/.zarray', (path) => truncateSync(path, 40), /\.zarray is damaged or cut short/],
    ['no array', '0', (path) => rmSync(path, { recursive: true }), /\.zarray cannot be opened/],
    ['a list in place of an array', '0/.zarray', (path) => writeFileSync(path, '[]'), /is no JSON object/],
    [
      'a version that is not known',
      '.zattrs',
      edit('"axes"', '"version":"0.3","axes"'),
      /specification of OME-Zarr 0\.4.*multiscales\.0\.version/,
    ],
    ['a type that is not read', '0/.zarray', edit('<u2', '<c8'), /pixels of this type are not read.*<c8/],
    [
      'a shape of other dimensions',
      '0/.zarray',
      edit('[2,5,6],"chunks":[2,5,6]', '[5,6],"chunks":[5,6]'),
      /other dimensions than the metadata say/,
    ],
    ['a negative length', '0/.zarray', edit('[2,5,6]', '[2,-5,6]'), /array make no sense.*shape\.1/],
    [
      'a shape that is a lie',
      '0/.zarray',
      edit('[2,5,6]', '[2,2147483648,2147483648]'),
      /too large to be read.*2147483648 × 2147483648/,
    ],
    ['channels that are a lie', '0/.zarray', edit('[2,5,6]', '[2147483648,1,1]'), /too large to be read/],
    [
      'chunks that are a lie',
      '0/.zarray',
      edit('"chunks":[2,5,6]', '"chunks":[2147483648,5,6]'),
      /chunks are too large/,
    ],
    [
      'chunks of one pixel',
      '0/.zarray',
      edit('[2,5,6],"chunks":[2,5,6]', '[2,9999,9999],"chunks":[1,1,1]'),
      /too large to be read/,
    ],
    [
      'a codec that nobody knows',
      '0/.zarray',
      edit('"compressor":null', '"compressor":{"id":"zfp"}'),
      /Unknown codec: numcodecs\.zfp.*gzip/,
    ],
    ['a chunk cut short', '0/0/0/0', (path) => truncateSync(path, 50), /chunk 0, 0, 0 cannot be read.*25 pixels of 60/],
    ['an empty chunk', '0/0/0/0', (path) => truncateSync(path, 0), /0 pixels of 60/],
    [
      'a folder in place of a chunk',
      '0/0',
      (path) => {
        rmSync(path, { recursive: true });
        writeFileSync(path, '');
      },
      /ENOTDIR/,
    ],
    [
      'chunks elsewhere',
      '0/.zarray',
      edit('"dimension_separator":"/"', '"dimension_separator":"."'),
      /none of the chunks is where the metadata say/,
    ],
    ['a level outside of the image', '.zattrs', edit('"path":"0"', '"path":"../0"'), /a level outside/],
    ['a gzip cut short', '0/0/0/0', (path) => truncateSync(path, 30), /unexpected end of file/, { codec: 'gzip' }],
    ['a Blosc cut short', '0/0/0/0', (path) => truncateSync(path, 30), /30 bytes of/, { codec: 'blosc' }],
    ['a Zstandard cut short', '0/0/0/0', (path) => truncateSync(path, 30), /codec "numcodecs.zstd"/, { codec: 'zstd' }],
    [
      'a shard cut short',
      '0/c/0/0/0',
      (path) => truncateSync(path, 30),
      /has no|checksum/,
      { format: 3, shard: [1, 1, 1] },
    ],
  ])('with %s is refused by name', async (_, file, change, message, array = {}) => {
    const { path, outcome } = await damaged(file, change, array);
    await expect(outcome).rejects.toMatchObject({ tag: 'BadImage', details: { file: path } });
    await expect(outcome).rejects.toThrow(message);
  });

  it('has pixels or an error whichever byte is changed, and leaves others as they were', async () => {
    const codecs = ['none', 'gzip', 'zlib', 'zstd', 'lz4', 'blosc', 'crc32c'] as const;
    const shape = [1, 40, 40];
    const values = ramp(1600, 3);
    const whole = await Promise.all(codecs.map((codec) => image({ codec, format: 3, shape, values })));
    const change = fc.record({
      codec: fc.nat(codecs.length - 1),
      place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      byte: fc.nat(255),
      isMetadata: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ codec, place, byte, isMetadata }) => {
        const path = whole[codec]!;
        const file = join(path, isMetadata ? '0/zarr.json' : '0/c/0/0/0');
        const bytes = readFileSync(file);
        const changed = Buffer.from(bytes);
        changed[Math.floor(place * bytes.length)] = byte;
        writeFileSync(file, changed);
        const outcome = await readImage(path, {}, nodeImageAccess).catch((error: unknown) => error);
        writeFileSync(file, bytes);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'MilscopeError', details: { file: path } });
        expect([...(await readImage(path, {}, nodeImageAccess)).data]).toEqual(values);
      }),
      { numRuns: 250 },
    );
  });

  it('has pixels or an error whatever stands in its metadata', async () => {
    const whole = await Promise.all(
      ([2, 3] as const).map((format) => image({ format, shape: [2, 9, 9], chunks: [1, 4, 5], codec: 'zlib' })),
    );
    const texts = ['-1', '0', '1', '7', '99999', '2147483648', '1e300', '1.5', 'null', 'true', '""', '"x"', '[]', '{}'];
    const change = fc.record({
      format: fc.constantFrom(2, 3),
      isArray: fc.boolean(),
      place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      text: fc.constantFrom(...texts),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ format, isArray, place, text }) => {
        const path = whole[format - 2]!;
        const file = join(path, isArray ? '0' : '', format === 3 ? 'zarr.json' : isArray ? '.zarray' : '.zattrs');
        const metadata = readFileSync(file, 'utf8');
        const values = [...metadata.matchAll(/-?\d+(\.\d+)?|"[^"]*"|null|true|false/g)];
        const { index, 0: value } = values[Math.floor(place * values.length)]!;
        writeFileSync(file, metadata.slice(0, index) + text + metadata.slice(index + value.length));
        const outcome = await readImage(path, {}, nodeImageAccess).catch((error: unknown) => error);
        writeFileSync(file, metadata);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'MilscopeError', details: { file: path } });
      }),
      { numRuns: 200 },
    );
  });
});

describeWithSharedData('images that SpatialData wrote', (data) => {
  /** The numbers of the one chunk, decoded without what reads them. */
  async function byHand(chunk: string, codec: 'blosc' | 'zstd'): Promise<number[]> {
    const { fromConfig } = await registry.get(codec)!();
    const bytes = await fromConfig({ cname: 'lz4', level: 0 }, {
      dataType: 'float64',
      shape: [3, 12, 12],
    } as never).decode(readFileSync(chunk) as never);
    const view = new DataView((bytes as unknown as Uint8Array).slice().buffer);
    return Array.from({ length: 3 * 12 * 12 }, (_, i) => Math.fround(view.getFloat64(8 * i, true)));
  }

  it.each([
    ['blobs_image_v04.ome.zarr', '0/0/0/0', 'blosc'],
    ['blobs_image_v05.ome.zarr', '0/c/0/0/0', 'zstd'],
  ] as const)('%s has the pixels of its chunk', async (name, chunk, codec) => {
    const path = join(data, 'formats/ome-zarr', name);
    const { data: pixels, channels, height, width } = await readImage(path, {}, nodeImageAccess);
    expect({ channels, height, width }).toEqual({ channels: 3, height: 12, width: 12 });
    expect([...pixels]).toEqual(await byHand(join(path, chunk), codec));
    expect((await readImageHeader(path, {}, nodeImageAccess)).channelNames).toEqual(['0', '1', '2']);
    expect(new Set(pixels).size).toBeGreaterThan(50);
  });
});
