import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWithSharedData } from '../../../test/shared-data.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { type ImageByHand, writeGroup, zarrImageByHand, zarrPlateByHand } from '../../image/testing/zarr-by-hand.ts';
import { checkFields } from '../check-fields.ts';
import { nameFields } from '../field-names.ts';
import { nodeAccess } from '../node/access.ts';
import { readObjects } from '../objects/read-objects.ts';
import { readField } from '../read-field.ts';
import { readScreen } from '../read-screen.ts';
import { wellKey } from '../well.ts';

const folder = temporaryFolder();
let count = 0;
const fresh = (name = 'plate.ome.zarr') => join(folder, String(++count), name);

/** An image of two channels of 2 × 3 pixels, from `first` up. */
function image(path: string, { first = 0, ...changes }: Partial<ImageByHand> & { first?: number } = {}) {
  const values = Array.from({ length: 12 }, (_, i) => first + i);
  const levels = [
    { shape: [2, 2, 3], values },
    { shape: [2, 1, 1], values: [first, first + 6] },
  ];
  return zarrImageByHand(path, { axes: 'cyx', levels, channels: ['DNA', 'Actin'], ...changes });
}

/** A plate of wells B3 and C10, of two fields each. */
async function plate({
  format = 2,
  path = fresh(),
  ...more
}: { path?: string } & Partial<Parameters<typeof zarrPlateByHand>[1]> = {}): Promise<string> {
  zarrPlateByHand(path, { wells: { 'B/3': ['0', '1'], 'C/10': ['0', '1'] }, format, ...more });
  for (const [i, field] of ['B/3/0', 'B/3/1', 'C/10/0', 'C/10/1'].entries()) {
    await image(join(path, field), { first: 20 * i, format });
  }
  return path;
}

describe.each([2, 3] as const)('a plate in Zarr %i', (format) => {
  it('has a field for every image of its wells', async () => {
    const path = await plate({ format });
    const screen = await readScreen(path, {}, nodeAccess);
    expect(screen).toMatchObject({
      source: path,
      channels: ['DNA', 'Actin'],
      columns: ['Metadata_Plate', 'Metadata_Well', 'Metadata_Site'],
    });
    expect(screen.fields.map(({ imageNumber, metadata }) => [imageNumber, Object.values(metadata)])).toEqual([
      [1, ['plate', 'B03', '0']],
      [2, ['plate', 'B03', '1']],
      [3, ['plate', 'C10', '0']],
      [4, ['plate', 'C10', '1']],
    ]);
    expect(screen.fields.map(wellKey)).toEqual(['plate B03', 'plate B03', 'plate C10', 'plate C10']);
    expect([...nameFields(screen.fields).values()]).toEqual([
      'plate_B03_0',
      'plate_B03_1',
      'plate_C10_0',
      'plate_C10_1',
    ]);
    const read = await readField(screen, screen.fields[2]!, nodeAccess);
    expect(read).toMatchObject({ channels: 2, height: 2, width: 3, channelNames: ['DNA', 'Actin'] });
    expect([...read.data]).toEqual([40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51]);
  });

  it('gives the level that is asked for, and says how many there are', async () => {
    const path = await plate({ format });
    const screen = await readScreen(path, { level: 1 }, nodeAccess);
    expect(await readField(screen, screen.fields[1]!, nodeAccess)).toMatchObject({ height: 1, width: 1 });
    await expect(readScreen(path, { level: 2 }, nodeAccess)).rejects.toMatchObject({
      tag: 'BadOption',
      details: { option: 'level 2', found: '2 levels, 0 to 1' },
    });
  });

  it('has its own name, and those of several acquisitions', async () => {
    const acquisitions = [{ id: 4, name: 'first' }, { id: 7 }];
    const path = await plate({
      format,
      plate: { name: 'P 12', acquisitions },
      acquisition: (field) => (field === '0' ? 4 : 7),
    });
    const { fields } = await readScreen(path, {}, nodeAccess);
    expect(fields.slice(0, 2).map(({ metadata }) => [metadata.Metadata_Plate, metadata.Metadata_Acquisition])).toEqual([
      ['P 12', 'first'],
      ['P 12', '7'],
    ]);
  });

  it('that is not whole loses only what is not there', async () => {
    const path = await plate({ format });
    rmSync(join(path, 'B/3/1'), { recursive: true });
    const document = join(path, 'C/10/0', format === 3 ? 'zarr.json' : '.zattrs');
    truncateSync(document, 30);
    const screen = await readScreen(path, {}, nodeAccess);
    const { readable, skipped } = await checkFields(screen, { threads: 2 }, nodeAccess);
    expect(readable.map(({ field }) => field.imageNumber)).toEqual([1, 4]);
    expect(skipped.map(({ imageNumber, file, tag }) => [imageNumber, file, tag])).toEqual([
      [2, join(path, 'B/3/1'), 'MissingFile'],
      [3, join(path, 'C/10/0'), 'BadImage'],
    ]);
    expect(skipped[0]!.message).toContain('the metadata of the plate name this, but it is not there');
  });

  it('has one field that cannot be read for a well of which nothing is known', async () => {
    const path = await plate({ format });
    rmSync(join(path, 'B'), { recursive: true });
    truncateSync(join(path, 'C/10', format === 3 ? 'zarr.json' : '.zattrs'), 10);
    const screen = await readScreen(path, {}, nodeAccess);
    expect(screen.fields.map(({ metadata }) => metadata.Metadata_Well)).toEqual(['B03', 'C10']);
    const { skipped } = await checkFields(screen, { threads: 2 }, nodeAccess);
    expect(skipped.map(({ file, tag }) => [file, tag])).toEqual([
      [join(path, 'B/3'), 'MissingFile'],
      [join(path, 'C/10'), 'BadImage'],
    ]);
  });

  it('refuses fields with other channels', async () => {
    const path = await plate({ format });
    await image(join(path, 'B/3/1'), { format, channels: ['DNA', 'Tubulin'] });
    rmSync(join(path, 'C/10/0'), { recursive: true });
    await zarrImageByHand(join(path, 'C/10/0'), {
      axes: 'yx',
      levels: [{ shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }],
      format,
    });
    const { skipped } = await checkFields(await readScreen(path, {}, nodeAccess), { threads: 1 }, nodeAccess);
    expect(skipped.map(({ tag, message }) => [tag, message])).toEqual([
      ['ChannelMismatch', expect.stringContaining('found DNA, Tubulin; expected Actin in place 2')],
      ['ChannelMismatch', expect.stringContaining('found 1 grey plane; expected 2 planes')],
    ]);
  });

  it('has the label images of its fields', async () => {
    const path = await plate({ format });
    writeGroup(join(path, 'B/3/0/labels'), format, { labels: ['nuclei'] });
    await zarrImageByHand(join(path, 'B/3/0/labels/nuclei'), {
      axes: 'yx',
      levels: [{ shape: [2, 3], dtype: 'uint32', values: [0, 1, 1, 0, 2, 70000] }],
      format,
      also: { 'image-label': { source: { image: '../../' } } },
    });
    const screen = await readScreen(path, {}, nodeAccess);
    const size = { height: 2, width: 3 };
    const labels = await readObjects(screen, screen.fields[0]!, { name: 'nuclei', size }, nodeAccess);
    expect([...labels!.data]).toEqual([0, 1, 1, 0, 2, 70000]);
    expect(await readObjects(screen, screen.fields[1]!, { name: 'nuclei', size }, nodeAccess)).toBeUndefined();
  });

  it.each<[string, (path: string) => void, RegExp]>([
    [
      'metadata cut short',
      (path) => truncateSync(join(path, format === 3 ? 'zarr.json' : '.zattrs'), 50),
      /is damaged or cut short/,
    ],
    [
      'no wells',
      (path) => zarrPlateByHand(path, { wells: {}, format }),
      /specification of OME-Zarr 0\.[45].*plate\.rows/,
    ],
    ['something that is no plate', (path) => writeGroup(path, format, { labels: [] }), /no fields that are known/],
  ])('with %s is refused by name', async (_, change, message) => {
    const path = await plate({ format });
    change(path);
    await expect(readScreen(path, {}, nodeAccess)).rejects.toMatchObject({ tag: 'BadImage', details: { file: path } });
    await expect(readScreen(path, {}, nodeAccess)).rejects.toThrow(message);
  });
});

it('refuses a plate that lists a well twice', async () => {
  const path = await plate();
  const [a, b] = [0, 1].map((columnIndex) => ({ path: 'B/3', rowIndex: 0, columnIndex }));
  writeGroup(path, 2, { plate: { rows: [{ name: 'B' }], columns: [{ name: '3' }, { name: '4' }], wells: [a, b] } });
  await expect(readScreen(path, {}, nodeAccess)).rejects.toMatchObject({
    tag: 'DuplicateField',
    details: { found: join(path, 'B/3/0') },
  });
});

describe('a folder of several', () => {
  it('is a screen of plates, which are told apart', async () => {
    const path = fresh('screen');
    for (const name of ['b.zarr', 'a.ome.zarr']) await plate({ path: join(path, name) });
    writeFileSync(join(path, 'plates.csv'), 'x\n1\n');
    mkdirSync(join(path, 'notes'));
    const { fields } = await readScreen(path, {}, nodeAccess);
    expect(fields.map(({ metadata }) => metadata.Metadata_Plate)).toEqual([
      ...Array(4).fill('a'),
      ...Array(4).fill('b'),
    ]);
    expect(fields.map(({ imageNumber }) => imageNumber)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const name of ['b.zarr', 'a.ome.zarr'])
      await plate({ path: join(path, name), plate: { name: 'Plate Name 0' } });
    const again = await readScreen(path, {}, nodeAccess);
    expect(new Set(again.fields.map(wellKey)).size).toBe(4);
  });

  it('is a screen of images', async () => {
    const path = fresh('screen');
    for (const name of ['one.zarr', 'two.zarr']) await image(join(path, name));
    const { columns, fields } = await readScreen(path, {}, nodeAccess);
    expect(columns).toEqual(['Metadata_Image']);
    expect(fields.map(({ metadata }) => metadata.Metadata_Image)).toEqual(['one', 'two']);
  });
});

describe('a single group', () => {
  it('is an image, whose channels may have no names', async () => {
    const path = fresh('cells.ome.zarr');
    await zarrImageByHand(path, { axes: 'cyx', levels: [{ shape: [2, 1, 1], values: [1, 2] }] });
    const { channels, fields } = await readScreen(path, {}, nodeAccess);
    expect(channels).toEqual(['Image:0', 'Image:1']);
    expect(fields).toMatchObject([{ name: 'cells', metadata: { Metadata_Image: 'cells' } }]);
  });

  it.each([2, 3] as const)('has the series of bioformats2raw, in Zarr %i', async (format) => {
    const path = fresh('slide.zarr');
    writeGroup(path, format, { 'bioformats2raw.layout': 3 });
    for (const series of ['0', '1']) await image(join(path, series), { format });
    const sites = async () =>
      (await readScreen(path, {}, nodeAccess)).fields.map(({ metadata }) => metadata.Metadata_Site);
    expect(await sites()).toEqual(['0', '1']);
    writeGroup(join(path, 'OME'), format, { series: ['1'] });
    expect(await sites()).toEqual(['1']);
  });
});

it('lets a table name images of OME-Zarr', async () => {
  const path = fresh('fields.csv');
  await image(join(path, '../a.zarr'), { first: 3 });
  writeFileSync(path, 'FileName_Image,Metadata_Well\na.zarr,A1\n');
  const screen = await readScreen(path, {}, nodeAccess);
  expect(screen.channels).toEqual(['DNA', 'Actin']);
  expect((await readField(screen, screen.fields[0]!, nodeAccess)).data[0]).toBe(3);
  const small = await readScreen(path, { level: 1 }, nodeAccess);
  expect(await readField(small, small.fields[0]!, nodeAccess)).toMatchObject({ height: 1, width: 1 });
});

describeWithSharedData('images that SpatialData wrote', (data) => {
  it('are a screen of two fields', async () => {
    const screen = await readScreen(join(data, 'formats/ome-zarr'), {}, nodeAccess);
    expect(screen.channels).toEqual(['0', '1', '2']);
    const { readable } = await checkFields(screen, { threads: 2 }, nodeAccess);
    expect(readable.map(({ height, width, bitDepth }) => [height, width, bitDepth])).toEqual([
      [12, 12, 32],
      [12, 12, 32],
    ]);
  });
});

describe.each([2, 3] as const)('a plate as Fractal leaves it, in Zarr %i', (format) => {
  const wells = { 'B/03': ['0', '0_illum_corr'], 'C/10': ['0', '0_illum_corr'] };

  /** Two wells with raw and corrected images of two acquisitions, their labels in names of any kind, and tables beside them. */
  const fractal = async (change: (path: string) => void = () => {}) => {
    const path = fresh('20200812-Cardio.zarr');
    zarrPlateByHand(path, {
      wells,
      format,
      plate: { acquisitions: [{ id: 0, name: '20200812-Cardio', maximumfieldcount: 0 }] },
    });
    for (const [well, images] of Object.entries(wells)) {
      writeGroup(join(path, well), format, {
        well: { images: images.map((name, i) => ({ path: name, ...(i === 0 && { acquisition: 0 }) })) },
      });
      for (const name of images) {
        const place = join(path, well, name);
        await image(place, { format });
        writeGroup(join(place, 'labels'), format, { labels: ['nuclei_2D', 'Zellkerne gro\u00df', '../out', ''] });
        writeGroup(join(place, 'tables'), format, { tables: ['FOV_ROI_table'] });
      }
    }
    change(path);
    return path;
  };
  const paths = (path: string) =>
    Object.entries(wells).flatMap(([well, images]) => images.map((name) => join(path, well, name)));

  it('has its images, whatever their names are', async () => {
    const path = await fractal();
    const screen = await readScreen(path, {}, nodeAccess);
    expect(screen.fields.map(({ sources }) => sources[0]!.file)).toEqual(paths(path));
    expect(screen.fields.map(({ metadata }) => metadata)).toMatchObject([
      { Metadata_Well: 'B03', Metadata_Site: '0', Metadata_Acquisition: '20200812-Cardio' },
      { Metadata_Well: 'B03', Metadata_Site: '0_illum_corr', Metadata_Acquisition: '' },
      { Metadata_Well: 'C10', Metadata_Site: '0' },
      { Metadata_Well: 'C10', Metadata_Site: '0_illum_corr' },
    ]);
    expect(Object.keys(screen.fields[1]!.objects ?? {})).toEqual(['nuclei_2D', 'Zellkerne gro\u00df']);
    expect((await checkFields(screen, { threads: 1 }, nodeAccess)).skipped).toEqual([]);
  });

  it('loses an image that leads elsewhere, and no other, with the true reason', async () => {
    const path = await fractal((plate) =>
      writeGroup(join(plate, 'B/03'), format, {
        well: {
          images: [{ path: '0' }, { path: '../../C/10/0' }, { path: 7 }, { path: '0_illum_corr' }, { path: '/0' }],
        },
      }),
    );
    const screen = await readScreen(path, {}, nodeAccess);
    const { skipped, readable } = await checkFields(screen, { threads: 1 }, nodeAccess);
    expect(readable.map(({ field }) => field.imageNumber)).toEqual([1, 4, 6, 7]);
    expect(skipped.map(({ imageNumber, file }) => [imageNumber, file])).toEqual(
      [2, 3, 5].map((number) => [number, join(path, 'B/03')]),
    );
    expect(skipped[0]!.message).toContain('found well.images.1.path: not the path of something in this folder');
  });

  it.each<[string, (well: string) => void, RegExp]>([
    ['no images', (well) => writeGroup(well, format, { well: { version: '0.4' } }), /found well\.images/],
    [
      'metadata cut short',
      (well) => truncateSync(join(well, format === 3 ? 'zarr.json' : '.zattrs'), 10),
      /(zarr\.json|\.zattrs) is damaged or cut short/,
    ],
  ])('loses a well with %s, and says so', async (_, change, message) => {
    const path = await fractal((plate) => change(join(plate, 'B/03')));
    const { skipped, readable } = await checkFields(await readScreen(path, {}, nodeAccess), { threads: 1 }, nodeAccess);
    expect(readable).toHaveLength(2);
    expect(skipped.map(({ file }) => file)).toEqual([join(path, 'B/03')]);
    expect(skipped[0]!.message).toMatch(message);
    expect(skipped[0]!.message).not.toContain('expected multiscales');
  });

  it('may have rows and columns of any name', async () => {
    const path = fresh();
    zarrPlateByHand(path, { wells: { 'row_1/col-02': ['0'] }, format });
    await image(join(path, 'row_1/col-02/0'), { format });
    const { fields } = await readScreen(path, {}, nodeAccess);
    expect(fields.map(({ metadata }) => metadata.Metadata_Well)).toEqual(['ROW_1/COL-02']);
    const outside = fresh();
    zarrPlateByHand(outside, { wells: { '../B': ['0'] }, format });
    await expect(readScreen(outside, {}, nodeAccess)).rejects.toThrow(/not the path of something in this folder/);
  });
});
