import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { Projection } from '../pixels/projection.ts';
import { readImageHeader } from './header.ts';
import type { ImageOptions } from './image.ts';
import { nodeImageAccess } from './node/access.ts';
import { openImage, type ReadOptions } from './read.ts';
import { type TiffByHand, tiffByHand } from './testing/tiff-by-hand.ts';
import { zarrImageByHand } from './testing/zarr-by-hand.ts';

const folder = temporaryFolder();
let files = 0;

/** Planes of 3 × 2 pixels, no two alike: the largest value of a pixel is now in one plane, now in another. */
const planeValues = (index: number) => Array.from({ length: 6 }, (_, i) => (37 * index + 11 * i * (index + 1)) % 200);

function save(count: number, recipe: Omit<TiffByHand, 'pages'> = {}, name = `${++files}.tif`): string {
  const path = join(folder, name);
  const pages = Array.from({ length: count }, (_, i) => ({ width: 3, height: 2, values: planeValues(i) }));
  writeFileSync(path, tiffByHand({ pages, ...recipe }));
  return path;
}

const read = async (path: string, wanted: ReadOptions, options: ImageOptions = {}) => [
  ...(await (await openImage(path, options, nodeImageAccess)).read(wanted)).data,
];

/** What a projection of some planes is, from its definition. */
function projected(indices: readonly number[], projection: Projection): number[] {
  const planes = indices.map(planeValues);
  const column = (i: number) => planes.map((plane) => plane[i]!);
  const of = (values: number[]) => Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
  if (projection === 'none') return planes[0]!;
  return planes[0]!.map((_, i) => (projection === 'maximum' ? Math.max(...column(i)) : of(column(i))));
}

const description = (text: string): TiffByHand['tags'] => [[270, 'ASCII', text]];

const omeXml = (images: readonly string[]) => `<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">
${images.join('')}</OME>`;
const omeImage = (pixels: string, data: string, name = '') =>
  `<Image ID="Image:0"${name}><Pixels SizeX="3" SizeY="2" ${pixels}>${data}</Pixels></Image>`;

describe('the projection of a stack', () => {
  it('is that of its planes, whatever the order of the dimensions of an OME-TIFF', async () => {
    const order = fc.constantFrom('XYCZT', 'XYCTZ', 'XYZCT', 'XYZTC', 'XYTCZ', 'XYTZC');
    const size = fc.integer({ min: 1, max: 3 });
    const how = fc.constantFrom<Projection>('maximum', 'mean', 'none');
    await fc.assert(
      fc.asyncProperty(order, size, size, size, how, async (order, c, z, t, projection) => {
        const sizes: Readonly<Record<string, number>> = { C: c, Z: z, T: t };
        const pixels = `DimensionOrder="${order}" SizeC="${c}" SizeZ="${z}" SizeT="${t}"`;
        const xml = omeXml([omeImage(pixels, '<TiffData/>')]);
        const path = save(c * z * t, { tags: description(xml) }, 'any.ome.tif');
        const [first, second] = order.slice(2);
        const strides: Record<string, number> = { [first!]: 1, [second!]: sizes[first!]! };
        const strideOf = (axis: string) => strides[axis] ?? sizes[first!]! * sizes[second!]!;
        const expected = Array.from({ length: c }, (_, channel) => {
          const pages = Array.from({ length: z }, (_, depth) => channel * strideOf('C') + depth * strideOf('Z'));
          return projected(pages, projection);
        });
        expect(await read(path, { projection })).toEqual(expected.flat());
      }),
      { numRuns: 25 },
    );
  });

  it('is made of parts of a hyperstack of ImageJ as of the whole, and pages are picked as before', async () => {
    const path = save(6, {
      tags: description('ImageJ=1.53t\nimages=6\nchannels=2\nslices=3\nhyperstack=true\n'),
      bits: 16,
    });
    expect(await read(path, { projection: 'maximum' })).toEqual([
      ...projected([0, 2, 4], 'maximum'),
      ...projected([1, 3, 5], 'maximum'),
    ]);
    const part: ReadOptions = { channels: [1, { page: 5 }], rows: [1, 2], columns: [0, 2], projection: 'mean' };
    expect(await read(path, part)).toEqual([
      ...projected([1, 3, 5], 'mean').slice(3, 5),
      ...planeValues(5).slice(3, 5),
    ]);
  });

  it('takes the planes of a stack of MetaMorph, which one directory stands for', async () => {
    const uic2 = (planes: readonly (readonly [distance: number, time: number])[]): TiffByHand['tags'] => [
      [33629, 'UIC2', planes.flatMap(([distance, time]) => [distance, 1000, 2_459_000, time, 0, 0])],
    ];
    const stk = (tags: TiffByHand['tags'], more = 2) => {
      const path = save(1, { tags }, `${++files}.stk`);
      const whole = tiffByHand({ pages: [{ width: 3, height: 2, values: planeValues(0) }], tags });
      const rest = Array.from({ length: more }, (_, i) => Buffer.from(planeValues(i + 1)));
      const offset: NonNullable<TiffByHand['tags']>[number] = [273, 'LONG', [whole.length]];
      const head = tiffByHand({
        pages: [{ width: 3, height: 2, values: [9, 9, 9, 9, 9, 9] }],
        tags: [...tags!, offset],
      });
      writeFileSync(path, Buffer.concat([head, Buffer.from(planeValues(0)), ...rest]));
      return path;
    };
    const apart = [2000, 2000, 2000].map((distance, i) => [distance, i] as const);
    const path = stk(uic2(apart));
    expect(await readImageHeader(path, {}, nodeImageAccess)).toMatchObject({ channels: 1, stack: { z: 3, t: 1 } });
    expect(await read(path, { projection: 'maximum' })).toEqual(projected([0, 1, 2], 'maximum'));
    expect(await read(path, {})).toEqual(planeValues(0));

    const header = async (planes: Parameters<typeof uic2>[0]) =>
      (await readImageHeader(stk(uic2(planes)), {}, nodeImageAccess)).stack;
    expect(await header([1, 2, 3].map((time) => [0, time] as const))).toEqual({ z: 1, t: 3 });
    expect(await header([1, 1, 1].map((time) => [0, time] as const))).toEqual({ z: 3, t: 1 });
    await expect(readImageHeader(stk(uic2(apart), 1), {}, nodeImageAccess)).rejects.toThrow('1 of 3 planes');
  });

  it('takes pages for planes of depth only where the file or the user says so', async () => {
    const plain = save(7);
    const header = await readImageHeader(plain, {}, nodeImageAccess);
    expect(header).toMatchObject({ channels: 7, assumedChannels: true });
    expect(header.stack).toBeUndefined();
    const asDepth = { pages: 'depth' } as const;
    expect(await readImageHeader(plain, asDepth, nodeImageAccess)).toMatchObject({
      channels: 1,
      stack: { z: 7, t: 1 },
    });
    const all = [0, 1, 2, 3, 4, 5, 6];
    expect(await read(plain, { projection: 'maximum' }, asDepth)).toEqual(projected(all, 'maximum'));
    // ImageJ calls the pages of every stack slices.
    const slices = 'ImageJ=1.53t\nimages=7\nslices=7\nloop=false\n';
    expect((await readImageHeader(save(7, { tags: description(slices) }), {}, nodeImageAccess)).channels).toBe(7);
    const apart = save(7, { tags: description(`${slices}spacing=0.5\n`) });
    expect(await read(apart, { projection: 'mean' })).toEqual(projected(all, 'mean'));
    expect(await read(apart, { projection: 'mean' }, { pages: 'channels' })).toHaveLength(42);
  });

  it('of OME-Zarr reads each level, and chunks of several planes, at every type of pixels', async () => {
    const shape = [2, 3, 5, 2, 3];
    const plane = (t: number, c: number, z: number) => planeValues(t * 15 + c * 5 + z);
    const all = [0, 1].flatMap((t) => [0, 1, 2].flatMap((c) => [0, 1, 2, 3, 4].flatMap((z) => plane(t, c, z))));
    const small = [2, 3, 2, 1, 2];
    for (const dtype of ['uint8', 'int16', 'float64'] as const) {
      for (const fortran of [false, true]) {
        const levels = [
          { shape, values: all, chunks: [1, 2, 3, 2, 2], dtype, fortran },
          { shape: small, values: all.slice(0, 24), dtype },
        ];
        const path = await zarrImageByHand(join(folder, `${++files}.zarr`), { axes: 'tczyx', levels });
        for (const projection of ['maximum', 'mean'] as const) {
          const expected = [2, 0].flatMap((c) =>
            projected(
              [0, 1, 2, 3, 4].map((z) => c * 5 + z),
              projection,
            ),
          );
          const found = await read(path, { channels: [2, 0], projection });
          for (const [i, value] of found.entries())
            expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(dtype === 'uint8' ? 0 : 0.5);
        }
        const [a, b] = [all.slice(0, 2), all.slice(2, 4)];
        const largest = a.map((value, i) => Math.max(value, b[i]!));
        expect(await read(path, { level: 1, channels: [0], projection: 'maximum' })).toEqual(largest);
      }
    }
  });

  it('is refused where a plane of it is damaged, which the lowest plane alone is not', async () => {
    const xml = omeXml([
      omeImage('DimensionOrder="XYZCT" SizeC="1" SizeZ="4" SizeT="1"', '<TiffData IFD="0" PlaneCount="2"/>'),
    ]);
    const path = save(2, { tags: description(xml) });
    expect(await read(path, {})).toEqual(planeValues(0));
    await expect(read(path, { projection: 'maximum' })).rejects.toThrow('no page for channel 0 at depth 2');
  });
});

describe('a series of an OME-TIFF', () => {
  const pixels = 'DimensionOrder="XYCZT" SizeC="2" SizeZ="1" SizeT="1"';
  const series = (n: number, data: string) => omeImage(pixels, data, ` Name="Site ${n}"`);

  it.each([
    ['says where its pages begin', [0, 1, 2].map((n) => series(n, `<TiffData IFD="${2 * n}" PlaneCount="2"/>`))],
    [
      'names each of its pages',
      [0, 1, 2].map((n) => series(n, `<TiffData IFD="${2 * n}"/><TiffData FirstC="1" IFD="${2 * n + 1}"/>`)),
    ],
    ['follows the one before it', [0, 1, 2].map((n) => series(n, '<TiffData/>'))],
  ])('is read where it %s', async (_, images) => {
    const path = save(6, { tags: description(omeXml(images)) });
    const header = await readImageHeader(path, {}, nodeImageAccess);
    expect(header.series).toEqual({ index: 0, own: [0, 1, 2], names: ['Site 0', 'Site 1', 'Site 2'] });
    expect(await read(path, {})).toEqual([...planeValues(0), ...planeValues(1)]);
    expect(await read(path, {}, { series: 2 })).toEqual([...planeValues(4), ...planeValues(5)]);
    expect(await read(path, { channels: [{ page: 1 }] }, { series: 1 })).toEqual(planeValues(3));
    await expect(read(path, {}, { series: 3 })).rejects.toThrow('no series 3, counted from 0 (found 3 series');
  });

  it('is the only one of any other file', async () => {
    expect(await read(save(1), {}, { series: 0 })).toEqual(planeValues(0));
    await expect(read(save(1), {}, { series: 1 })).rejects.toThrow('no series 1');
  });
});

describe('the size of a pixel', () => {
  const sizeOf = async (tags: TiffByHand['tags']) =>
    (await readImageHeader(save(1, { tags }), {}, nodeImageAccess)).pixelSize?.x;
  const resolution = (perUnit: number, unit: number): NonNullable<TiffByHand['tags']> => [
    [282, 'RATIONAL', [Math.round(perUnit * 1000), 1000]],
    [283, 'RATIONAL', [Math.round(perUnit * 1000), 1000]],
    [296, 'SHORT', [unit]],
  ];
  const metaSeries = (state: string, units: string) => `<MetaData>
<prop id="spatial-calibration-state" type="bool" value="${state}"/>
<prop id="spatial-calibration-x" type="float" value="0.65"/>
<prop value="0.65" type="float" id="spatial-calibration-y"/>
<prop id="spatial-calibration-units" type="string" value="${units}"/></MetaData>`;

  it.each<[string, TiffByHand['tags'], number | undefined]>([
    ['MetaXpress', description(metaSeries('on', 'um')), 0.65],
    ['MetaXpress, in nanometres', description(metaSeries('on', 'nm')), 0.000_65],
    ['MetaXpress, not calibrated', description(metaSeries('off', 'um')), undefined],
    ['MetaXpress, in pixels', description(metaSeries('on', 'pixel')), undefined],
    ['ImageJ', [...resolution(4, 1), ...description('ImageJ=1.53t\nunit=micron\n')!], 0.25],
    ['ImageJ, with an escaped µ', [...resolution(2, 1), ...description('ImageJ=1.53t\nunit=\\u00B5m\n')!], 0.5],
    ['ImageJ, with µ in Latin-1', [...resolution(2, 1), ...description('ImageJ=1.53t\nunit=µm\n')!], 0.5],
    ['ImageJ, in inches', [...resolution(72, 2), ...description('ImageJ=1.53t\nunit=inch\n')!], 25_400 / 72],
    ['ImageJ, in pixels', [...resolution(20_000, 3), ...description('ImageJ=1.53t\nunit=pixel\n')!], undefined],
    ['a resolution in centimetres', resolution(20_000, 3), 0.5],
    ['a resolution for printers', resolution(300, 2), undefined],
    ['no unit', resolution(20_000, 1), undefined],
    ['nothing', [], undefined],
  ])('is as the file says: %s', async (_, tags, expected) => {
    const size = await sizeOf(tags);
    if (expected === undefined) expect(size).toBeUndefined();
    else expect(size).toBeCloseTo(expected, 6);
  });

  it('of OME-Zarr is that of the level, times the scale of all levels', async () => {
    const values = Array.from({ length: 16 }, (_, i) => i);
    const levels = [
      { shape: [4, 4], values },
      { shape: [2, 2], values: values.slice(0, 4) },
    ];
    const scaled = async (unit: string, all?: readonly number[]) => {
      const axes = ['y', 'x'].map((name) => ({ name, type: 'space', unit }));
      const datasets = [0, 1].map((level) => ({
        path: String(level),
        coordinateTransformations: [{ type: 'scale', scale: [2 ** level, 2 ** level].map((step) => 0.5 * step) }],
      }));
      const transformed = all && { coordinateTransformations: [{ type: 'scale', scale: all }] };
      const multiscales = [{ version: '0.4', axes, datasets, ...transformed }];
      const path = await zarrImageByHand(join(folder, `${++files}.zarr`), {
        axes: 'yx',
        levels,
        also: { multiscales },
      });
      return (await readImageHeader(path, { level: 1 }, nodeImageAccess)).pixelSize;
    };
    expect(await scaled('micrometer')).toEqual({ x: 1, y: 1, unit: 'µm' });
    expect(await scaled('nanometer', [4, 4])).toEqual({ x: 0.004, y: 0.004, unit: 'µm' });
    expect(await scaled('second')).toBeUndefined();
  });
});
