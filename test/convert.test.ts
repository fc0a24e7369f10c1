/** A screen as OME-Zarr plates, read back by other means than milscope's own. */
import { existsSync } from 'node:fs';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { readImage } from '../src/image/read.ts';
import { readArray, readGroup } from '../src/image/zarr-writer/testing/read-back.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { readField } from '../src/screen/read-field.ts';
import { readScreen } from '../src/screen/read-screen.ts';
import { ngffSchemas } from './ngff-schemas.ts';
import { milscope, startMilscope } from './run-milscope.ts';
import { describeWithSharedData } from './shared-data.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
let table: string;

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { plates: 2, wells: 2, sites: 2 });
});

type Row = Readonly<Record<string, string>>;
const rowsOf = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });

async function convert(from: string, name: string, ...options: readonly string[]) {
  const { code, out, err } = await milscope(
    'convert',
    from,
    '--out',
    join(folder, name),
    '--json',
    '--workers',
    '1',
    ...options,
  );
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

/** The folder of the image that a row of the table beside the plates is of. */
function imageOf(plate: string, { Metadata_Well: well = '', Metadata_Site: site = '' }: Row): string {
  return join(plate, well[0]!, String(Number(well.slice(1))), site);
}

/** Whether an array of a plate holds these numbers. */
async function holds(array: string, data: ArrayLike<number>): Promise<boolean> {
  const read = await readArray(array);
  return read.data.length === data.length && Array.from(data).every((value, i) => value === read.data[i]);
}

describe('milscope convert', () => {
  it.each(['0.4', '0.5'] as const)('writes every field and its labels as they are, OME-Zarr %s', async (version) => {
    const name = `plates-${version}`;
    const result = await convert(
      table,
      name,
      '--ome-zarr',
      version,
      '--levels',
      '2',
      '--chunk',
      '64',
      '--workers',
      '2',
    );
    expect(result).toMatchObject({
      omeZarr: version,
      fields: 8,
      labels: ['Cells', 'Nuclei'],
      skipped: 0,
      skippedFile: null,
    });
    const screen = await readScreen(table, {}, nodeAccess);
    const rows = await rowsOf(join(folder, `${name}.csv`));
    expect(rows).toHaveLength(screen.fields.length);
    for (const { name: plate, path, wells, fields } of result.plates) {
      expect([wells, fields]).toEqual([2, 4]);
      expect(path).toBe(join(folder, name, `${plate}.zarr`));
      const { ome } = readGroup(path);
      expect(ome.plate.name).toBe(plate);
      for (const { path: well, rowIndex, columnIndex } of ome.plate.wells) {
        expect(well).toBe(`${ome.plate.rows[rowIndex].name}/${ome.plate.columns[columnIndex].name}`);
        expect(readGroup(join(path, well)).ome.well.images).toEqual([{ path: '0' }, { path: '1' }]);
      }
    }
    for (const row of rows) {
      const field = screen.fields.find(({ imageNumber }) => String(imageNumber) === row.Metadata_Table_ImageNumber)!;
      const { Metadata_Plate, Metadata_Well, Metadata_Site, Metadata_Phenotype } = field.metadata;
      expect(row).toMatchObject({ Metadata_Plate, Metadata_Well, Metadata_Phenotype });
      expect(row.Metadata_Table_Site).toBe(Metadata_Site);
      const image = imageOf(join(folder, name, `${Metadata_Plate}.zarr`), row);
      expect(await holds(join(image, '0'), (await readField(screen, field, nodeAccess)).data)).toBe(true);
      const truth = await readImage(field.objects!.Cells!, {}, nodeAccess);
      expect(await holds(join(image, 'labels', 'Cells', '0'), truth.data)).toBe(true);
      expect((await readArray(join(image, '1'))).shape).toEqual([screen.channels.length, 48, 48]);
      const { ome } = readGroup(image);
      expect(ome.omero.channels.map(({ label }: { label: string }) => label)).toEqual(screen.channels);
    }
    expect((await readdir(join(folder, name))).sort()).toEqual(['Plate1.zarr', 'Plate2.zarr']);
  });

  it('gives one plate the name that is wanted, and says how its table is joined', async () => {
    const one = await changeTable(table, 'one.csv', (lines) =>
      lines.filter((line, i) => i === 0 || line.includes(',Plate1,')),
    );
    const { code, out } = await milscope('convert', one, '--out', join(folder, 'one.zarr'), '--compression', 'gzip');
    expect(code).toBe(0);
    expect(out).toContain('4 fields in 2 wells of 1 plate');
    expect(out).toContain(`--annotations ${join(folder, 'one.csv')} --on Metadata_Plate,Metadata_Well,Metadata_Site`);
    expect(readGroup(join(folder, 'one.zarr')).ome.plate.name).toBe('Plate1');

    const again = await milscope('convert', one, '--out', join(folder, 'one.zarr'));
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('--overwrite') });
    const { plates } = await convert(one, 'one.zarr', '--overwrite', '--compression', 'none');
    expect(plates).toHaveLength(1);
  });

  it('loses of a broken field nothing but that field, and of broken labels nothing but them', async () => {
    const broken = join(folder, 'broken');
    const fields = await simulateTinyScreen(broken, { plates: 1, wells: 2, sites: 2 });
    const rows = await rowsOf(fields);
    await truncate(join(broken, rows[0]!.FileName_DNA!), 100);
    await truncate(join(broken, rows[3]!.ObjectsFileName_Cells!), 100);
    const result = await convert(fields, 'broken.zarr');
    expect(result).toMatchObject({ fields: 3, skipped: 2, skippedFile: join(folder, 'broken.skipped.csv') });
    expect((await rowsOf(result.skippedFile)).map((row) => row.Error)).toEqual(['BadImage', 'BadImage']);
    const images = ['A/1', 'A/2'].map((well) => readGroup(join(folder, 'broken.zarr', well)).ome.well.images);
    expect(images).toEqual([[{ path: '1' }], [{ path: '0' }, { path: '1' }]]);
    expect(existsSync(join(folder, 'broken.zarr', 'A', '1', '0'))).toBe(false);
    expect(readGroup(join(folder, 'broken.zarr', 'A', '2', '1', 'labels')).ome.labels).toEqual(['Nuclei']);
    expect(await rowsOf(join(folder, 'broken.csv'))).toHaveLength(3);

    for (const { FileName_DNA } of rows) await truncate(join(broken, FileName_DNA!), 100);
    const all = await milscope('convert', fields, '--out', join(folder, 'nothing.zarr'));
    expect(all).toMatchObject({ code: 1, err: expect.stringContaining('none of the 4 fields can be read') });
    expect((await readdir(folder)).filter((name) => name.startsWith('nothing'))).toEqual([]);
  });

  it('lays out fields without plates and wells in the order of the table', async () => {
    const header = (line: string) => line.replaceAll(/Metadata_(Plate|Well|Site)/g, (_, name) => `Metadata_My${name}`);
    const bare = await changeTable(table, 'bare.csv', ([first, ...lines]) => [header(first!), ...lines.slice(0, 5)]);
    const result = await convert(bare, 'bare.zarr');
    expect(result.plates).toMatchObject([{ name: 'bare', wells: 5, fields: 5, wellsAsNamed: false }]);
    const rows = await rowsOf(join(folder, 'bare.csv'));
    expect(rows.map((row) => row.Metadata_Well)).toEqual(['A01', 'A02', 'A03', 'B01', 'B02']);
    const screen = await readScreen(bare, {}, nodeAccess);
    for (const [i, row] of rows.entries()) {
      const { data } = await readField(screen, screen.fields[i]!, nodeAccess);
      expect(await holds(join(imageOf(join(folder, 'bare.zarr'), row), '0'), data)).toBe(true);
    }
    const { out } = await milscope('convert', bare, '--out', join(folder, 'bare.zarr'), '--overwrite');
    expect(out).toContain('laid out in the order of the table');
  });

  it('killed, leaves nothing that looks like a plate, and what it leaves is in nobody’s way', async () => {
    const place = join(folder, 'killed.zarr');
    const one = join(dirname(table), 'one.csv');
    const running = startMilscope('convert', one, '--out', place);
    await running.says(/converting: 0 of 4/);
    running.child.kill('SIGKILL');
    await running.ended;
    expect(existsSync(place)).toBe(false);
    for (const name of ['.zattrs', '.zgroup']) expect(existsSync(join(`${place}.part`, name))).toBe(false);
    await convert(one, 'killed.zarr');
    expect(existsSync(`${place}.part`)).toBe(false);
  });

  it('refuses what it cannot do', async () => {
    const refused = async (...options: string[]) =>
      milscope('convert', table, '--out', join(folder, 'no.zarr'), ...options);
    expect(await refused('--ome-zarr', '0.3')).toMatchObject({ code: 2, err: expect.stringContaining('0.4, 0.5') });
    expect(await refused('--levels', '0')).toMatchObject({ code: 2 });
    expect(await refused('--compression', 'lzma')).toMatchObject({ code: 2 });
    expect(existsSync(join(folder, 'no.zarr'))).toBe(false);
    await writeFile(join(folder, 'no.csv'), '');
    expect(await refused()).toMatchObject({ code: 1, err: expect.stringContaining('no.csv') });
  });
});

describe('segment --write-labels', () => {
  const model = join(folder, 'run', 'model.onnx');

  beforeAll(async () => {
    const argv = [
      'train',
      table,
      '--label',
      'Phenotype',
      '--out',
      join(folder, 'run'),
      '--epochs',
      '1',
      '--batch',
      '4',
    ];
    const trained = await milscope(...argv);
    expect(trained.code, trained.err).toBe(0);
  });

  const segment = async (screen: string, name: string, ...options: readonly string[]) => {
    const argv = ['segment', model, screen, '--out', join(folder, name), '--gallery', '0', '--json', ...options];
    const { code, out, err } = await milscope(...argv);
    expect(code, err).toBe(0);
    return JSON.parse(out);
  };

  it.each(['0.4', '0.5'] as const)(
    'puts the masks into plates of OME-Zarr %s, beside what is there',
    async (version) => {
      const { plates } = await convert(table, `labelled-${version}`, '--ome-zarr', version, '--levels', '2');
      const screen = join(folder, `labelled-${version}`);
      const { fields, regions } = await segment(screen, `masks-${version}`, '--write-labels');
      expect(fields).toBe(8);
      expect(regions).toBeGreaterThan(0);
      const image = join(plates[0].path, 'A/1/0');
      expect(readGroup(join(image, 'labels')).ome.labels.sort()).toEqual(['Cells', 'Nuclei', 'milscope']);

      // Read as a reference, they are the masks to the pixel; and a second time they are not replaced unasked.
      const again = await segment(screen, `again-${version}`, '--reference', 'objects=milscope');
      expect(again.overlap).toMatchObject({ fields: 8, foregroundIoU: { mean: 1 }, backgroundIoU: { mean: 1 } });
      if (version === '0.4') return;
      const argv = ['segment', model, screen, '--out', join(folder, `third-${version}`), '--write-labels'];
      expect(await milscope(...argv)).toMatchObject({ code: 1, err: expect.stringContaining('such labels already') });
      const other = await milscope(...argv, '--overwrite', '--level', '1');
      expect(other).toMatchObject({ code: 1, err: expect.stringContaining('was trained on images of another level') });
      await segment(screen, `third-${version}`, '--write-labels', '--overwrite', '--least-area', '1');
      const larger = ['--reference', 'objects=milscope', '--least-area', '1'];
      const fourth = await segment(screen, `fourth-${version}`, ...larger);
      expect(fourth.overlap.foregroundIoU.mean).toBe(1);
    },
  );

  it('refuses a screen that is no plate', async () => {
    const argv = ['segment', model, table, '--out', join(folder, 'masks'), '--write-labels'];
    expect(await milscope(...argv)).toMatchObject({ code: 2, err: expect.stringContaining('milscope convert') });
  });
});

describeWithSharedData('converted screens, by the official schemas', (data) => {
  it.each(['0.4', '0.5'] as const)('all metadata of OME-Zarr %s are valid', async (version) => {
    const schemas = ngffSchemas(data, version);
    const check = (place: string, ...names: readonly string[]) => {
      const { file } = readGroup(place);
      for (const name of names) {
        const validate = schemas(name);
        expect([place, name, validate(version === '0.5' ? file.attributes : file), validate.errors]).toEqual([
          ...[place, name, true, null],
        ]);
      }
    };
    const { plates } = await convert(table, `valid-${version}`, '--ome-zarr', version, '--pixel-size', '0.65');
    for (const { path } of plates) {
      check(path, 'plate', 'strict_plate');
      for (const { path: well } of readGroup(path).ome.plate.wells) {
        check(join(path, well), 'well', 'strict_well');
        for (const { path: image } of readGroup(join(path, well)).ome.well.images) {
          check(join(path, well, image), 'image', 'strict_image');
          check(join(path, well, image, 'labels', 'Cells'), 'label', 'strict_label', 'strict_image');
        }
      }
    }
  });

  it('yeast: large fields with labels come through as they are', async () => {
    const { plates } = await convert(join(data, 'yeast/fields.csv'), 'yeast.zarr');
    expect(plates).toMatchObject([{ name: 'CycleNET', wells: 1, fields: 2, wellsAsNamed: true }]);
    const screen = await readScreen(join(data, 'yeast/fields.csv'), {}, nodeAccess);
    for (const [i, field] of screen.fields.entries()) {
      const image = join(folder, 'yeast.zarr', 'A', '1', String(i));
      expect(await holds(join(image, '0'), (await readField(screen, field, nodeAccess)).data)).toBe(true);
      expect(
        await holds(
          join(image, 'labels', 'Cells', '0'),
          (await readImage(resolve(field.objects!.Cells!), {}, nodeAccess)).data,
        ),
      ).toBe(true);
      const sides = await Promise.all(['1', '2', '3'].map((level) => readArray(join(image, level))));
      expect(sides.map(({ shape }) => shape)).toEqual([540, 270, 135].map((side) => [3, side, side]));
      expect(existsSync(join(image, '4'))).toBe(false);
    }
  });
});
