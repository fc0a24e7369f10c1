/** What `predict` writes beside CSV: Parquet, wells and treatments, profiles, and files for CellProfiler Analyst. */
import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { median } from '../src/evaluation/treatments.ts';
import { nodeFiles } from '../src/files/node-files.ts';
import { nodePictures } from '../src/image/node/pictures.ts';
import { writeSimulatedScreen } from '../src/screen/simulation/write-screen.ts';
import { readRecords } from '../src/tables/read-records.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

type Row = Record<string, string>;
const folder = temporaryFolder();
const model = join(folder, 'run', 'model.onnx');
let table: string;

async function rowsOf(path: string): Promise<Row[]> {
  const records: (readonly string[])[] = [];
  for await (const { cells } of readRecords(path, nodeFiles)) records.push(cells);
  const [header, ...rows] = records;
  return rows.map((cells) => Object.fromEntries(header!.map((name, i) => [name, cells[i]!])));
}

async function predict(out: string, ...options: readonly string[]) {
  return predictScreen(table, out, ...options);
}

async function predictScreen(screen: string, out: string, ...options: readonly string[]) {
  const { code, out: said, err } = await milscope('predict', model, screen, '--out', out, '--json', ...options);
  expect(code, err).toBe(0);
  return JSON.parse(said);
}

const numbersOf = (row: Row, prefix: string) =>
  Object.entries(row).flatMap(([name, value]) => (name.startsWith(prefix) ? [Math.fround(Number(value))] : []));

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { sites: 3 });
  const training = ['--label', 'Phenotype', '--out', join(folder, 'run'), '--epochs', '1', '--batch', '4'];
  const { code, err } = await milscope('train', table, ...training);
  expect(code, err).toBe(0);
});

describe('predict --out p.parquet', () => {
  it('holds what the CSV holds, and is evaluated as that is', async () => {
    const [csv, parquet] = [join(folder, 'same', 'p.csv'), join(folder, 'same', 'p.parquet')];
    const results = [await predict(csv), await predict(parquet)];
    expect(results[1]).toEqual({ ...results[0], out: parquet });
    expect(readdirSync(dirname(csv)).sort()).toEqual([
      'p.csv',
      'p.csv.record.json',
      'p.parquet',
      'p.parquet.record.json',
    ]);
    const [first, second] = [await rowsOf(csv), await rowsOf(parquet)];
    expect(second.length).toBe(24);
    for (const [i, row] of second.entries()) {
      expect(Object.keys(row)).toEqual(Object.keys(first[i]!));
      for (const [name, value] of Object.entries(row)) {
        const isNumber = /^(MIL_(Probability|Bag|Novelty)|Intensity)(_|$)/.test(name);
        expect(isNumber ? Math.fround(Number(value)) : value, name).toEqual(
          isNumber ? Math.fround(Number(first[i]![name])) : first[i]![name],
        );
      }
    }
    const evaluated = await Promise.all(
      [csv, parquet].map((path) => milscope('evaluate', path, '--label', 'Phenotype', '--json')),
    );
    expect(evaluated[0]!.code).toBe(0);
    expect(evaluated[1]).toEqual(evaluated[0]);
  });

  it('says what is wrong with a file that is cut short', async () => {
    const [whole, cut] = [join(folder, 'same', 'p.parquet'), join(folder, 'cut.parquet')];
    await writeFile(cut, (await readFile(whole)).subarray(0, 2000));
    const { code, err } = await milscope('evaluate', cut, '--label', 'Phenotype');
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`${cut}: the Parquet file cannot be read`) });
  });
});

describe('predict --by', () => {
  it('gives wells and treatments the medians of their fields, as evaluate judges them', async () => {
    const out = join(folder, 'by', 'p.csv');
    const { by } = await predict(out, '--by', 'well,treatment');
    expect(readdirSync(dirname(out)).sort()).toEqual([
      'p.by-treatment.csv',
      'p.by-well.csv',
      'p.csv',
      'p.csv.record.json',
    ]);
    const fields = await rowsOf(out);
    const metrics = await milscope('evaluate', out, '--label', 'Phenotype', '--json');
    for (const [name, keys] of [
      ['well', ['Metadata_Plate', 'Metadata_Well']],
      ['treatment', ['Metadata_Treatment']],
    ] as const) {
      const groups = await rowsOf(by[name].out);
      const keyOf = (row: Row) => keys.map((key) => row[key]).join();
      expect(groups.map(keyOf)).toEqual([...new Set(fields.map(keyOf))]);
      expect(by[name]).toMatchObject({ groups: groups.length, leftOut: 0 });
      for (const group of groups) {
        const members = fields.filter((row) => keyOf(row) === keyOf(group));
        expect(Number(group.Metadata_Site_Count)).toBe(members.length);
        for (const prefix of ['MIL_Probability_', 'MIL_Bag_']) {
          const medians = numbersOf(members[0]!, prefix).map((_, k) =>
            Math.fround(median(members.map((row) => numbersOf(row, prefix)[k]!))),
          );
          expect(numbersOf(group, prefix)).toEqual(medians);
        }
      }
      // The table of groups can itself be evaluated, and says what is said of the groups.
      const own = await milscope('evaluate', by[name].out, '--label', 'Phenotype', '--json');
      const { correct, n } = JSON.parse(own.out).images;
      expect(JSON.parse(metrics.out)[`${name}s`]).toMatchObject({ correct, total: n });
    }
    const [well] = await rowsOf(by.well.out);
    expect(well).toMatchObject({ Metadata_Phenotype: expect.any(String), Metadata_Site_Count: '3' });
    expect(Object.keys(well!)).not.toEqual(expect.arrayContaining(['Metadata_Site']));
    expect(Object.keys(well!)).not.toContain('ImageNumber');
  });

  it('takes compounds with their doses for treatments where no column names these', async () => {
    const undosed = await changeTable(table, 'compounds.csv', (lines) =>
      lines.map((line) => line.replace('Metadata_Treatment', 'Metadata_Note')),
    );
    const { by } = await predictScreen(undosed, join(folder, 'compounds', 'p.csv'), '--by', 'treatment');
    const groups = await rowsOf(by.treatment.out);
    const names = groups.map((row) => `${row.Metadata_Compound} ${row.Metadata_Concentration}`);
    const fields = await rowsOf(join(folder, 'compounds', 'p.csv'));
    expect(names).toEqual([...new Set(fields.map((row) => `${row.Metadata_Compound} ${row.Metadata_Concentration}`))]);
    expect(groups.length).toBeGreaterThan(2);
  });

  it('leaves fields without a treatment out and counts them, knows wells however they are written', async () => {
    const some = await changeTable(table, 'some.csv', (lines) => {
      const [header, ...rows] = lines.map((line) => line.split(','));
      const [well, treatment] = ['Metadata_Well', 'Metadata_Treatment'].map((name) => header!.indexOf(name));
      for (const row of rows.slice(0, 2)) row[treatment!] = '';
      rows[1]![well!] = rows[1]![well!]!.replace('A0', 'a');
      return [header!, ...rows].map((cells) => cells.join());
    });
    const { by } = await predictScreen(
      some,
      join(folder, 'some', 'p.parquet'),
      '--by',
      'treatment,well',
      '--treatment',
      'treatment',
    );
    expect(by.treatment).toMatchObject({ leftOut: 2, out: join(folder, 'some', 'p.by-treatment.parquet') });
    const wells = await rowsOf(by.well.out);
    expect(wells.map((row) => row.Metadata_Site_Count)).toEqual(Array(8).fill('3'));
    expect(wells[0]!.Metadata_Well).toBe('A01');
  });

  it.each([
    [['--by', 'plate'], 2, 'well, treatment'],
    [['--by', 'treatment', '--treatment', 'Drug'], 1, 'Drug, --treatment: the table has no such column'],
    [['--treatment', 'Treatment'], 2, '--by treatment'],
    [['--by', 'field'], 2, '--by field: the table of predictions has a row for each field'],
    [['--by', 'well', '--cells', 'auto'], 2, '--by: the instances of this model are not cells'],
  ])('refuses %j', async (options, code, words) => {
    const out = join(folder, 'refused.csv');
    const refused = await milscope('predict', model, table, '--out', out, ...options);
    expect(refused).toMatchObject({ code, err: expect.stringContaining(words) });
    expect(readdirSync(folder).filter((name) => name.startsWith('refused'))).toEqual([]);
  });
});

describe('predict --profile', () => {
  const features = (row: Row) => numbersOf(row, 'MIL_Feature_');

  it('writes what the instances are made of, in a shape that pipelines of profiles read', async () => {
    const [out, profile] = [join(folder, 'profile', 'p.csv'), join(folder, 'profile', 'f.parquet')];
    expect(await predict(out, '--profile', profile)).toMatchObject({ profile, fields: 24 });
    const [rows, predictions] = [await rowsOf(profile), await rowsOf(out)];
    const columns = Object.keys(rows[0]!);
    const metadata = Object.keys(predictions[0]!).filter((name) => name.startsWith('Metadata_'));
    expect(columns.slice(0, metadata.length + 3)).toEqual([
      ...metadata,
      ...['Metadata_MIL_Model', 'ImageNumber', 'MIL_Feature_0001'],
    ]);
    expect(columns.slice(metadata.length + 2)).toHaveLength(1000);
    expect(columns.at(-1)).toBe('MIL_Feature_1000');
    expect(columns.slice(metadata.length + 2).toSorted()).toEqual(columns.slice(metadata.length + 2));
    expect(rows.map((row) => row.ImageNumber)).toEqual(predictions.map((row) => row.ImageNumber));
    // A field of 96 pixels has few instances; that their features are not below 0 shows that they come after the ReLU.
    expect(Math.min(...rows.flatMap(features))).toBe(0);
    expect(Math.max(...rows.flatMap(features))).toBeGreaterThan(0.1);
    const plain = join(folder, 'profile', 'plain.csv');
    await predict(plain);
    for (const [i, row] of (await rowsOf(plain)).entries()) {
      const [a, b] = [numbersOf(row, 'MIL_Prob'), numbersOf(predictions[i]!, 'MIL_Prob')];
      for (const [k, value] of a.entries()) expect(b[k]!).toBeCloseTo(value, 5);
    }
  });

  it('gives the same profiles in tiles, as CSV too', async () => {
    const profile = join(folder, 'profile', 'tiles.csv');
    await predict(join(folder, 'profile', 'tiled.csv'), '--profile', profile, '--tile', '32');
    const whole = await rowsOf(join(folder, 'profile', 'f.parquet'));
    for (const [i, row] of (await rowsOf(profile)).entries()) {
      const expected = features(whole[i]!);
      const largest = Math.max(...expected);
      for (const [k, value] of features(row).entries()) {
        expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-5 * largest);
      }
    }
  });

  it('tells classes of a screen apart that the model knows nothing of, by the nearest neighbour in another well', async () => {
    const { fields: other } = await writeSimulatedScreen(
      join(folder, 'other'),
      {
        ...{ classes: 1, empty: 0.5, plates: 2, wells: 4, sites: 2, size: 192, seed: 5, responders: [0, 0] },
        overwrite: false,
      },
      { files: nodeFiles, pictures: nodePictures },
    );
    const profile = join(folder, 'profile', 'other.parquet');
    await predictScreen(other, join(folder, 'profile', 'other.csv'), '--profile', profile);
    const rows = (await rowsOf(profile)).map((row) => ({ row, numbers: features(row) }));
    const wellOf = (row: Row) => `${row.Metadata_Plate} ${row.Metadata_Well}`;
    const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((value, k) => value - b[k]!));
    const right = rows.filter(({ row, numbers }) => {
      const others = rows.filter((one) => wellOf(one.row) !== wellOf(row));
      const distances = others.map((one) => distance(one.numbers, numbers));
      const nearest = others[distances.indexOf(Math.min(...distances))]!;
      return nearest.row.Metadata_Phenotype === row.Metadata_Phenotype;
    });
    expect(new Set(rows.map(({ row }) => row.Metadata_Phenotype))).toEqual(new Set(['normal', 'empty']));
    expect(right).toHaveLength(rows.length);
  });

  it('is given for cells too, and refuses one file for both tables', async () => {
    const cells = join(dirname(table), 'cells.csv');
    const profile = join(folder, 'profile', 'cells.parquet');
    const out = join(folder, 'profile', 'cells.csv');
    const { cells: count } = await predict(out, '--cells', cells, '--profile', profile);
    const rows = await rowsOf(profile);
    expect(rows).toHaveLength(count);
    for (const [i, row] of (await rowsOf(out)).entries()) {
      expect(rows[i]).toMatchObject(
        Object.fromEntries(
          Object.entries(row).filter(([name]) => /^(Metadata_|ImageNumber|ObjectNumber|Location_)/.test(name)),
        ),
      );
    }
    // Cells near one another at the edge of a field share a square; others do not.
    expect(new Set(rows.map((row) => features(row).join())).size).toBeGreaterThan(count / 2);
    const refused = await milscope(
      'predict',
      model,
      table,
      '--out',
      join(folder, 'x.csv'),
      '--profile',
      join(folder, 'x.csv'),
    );
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('cannot be that of predictions') });
  });
});

describe('predict --cells --cpa', () => {
  it('writes tables and properties that fit one another and what CellProfiler Analyst asks for', async () => {
    const out = join(folder, 'cpa', 'p.csv');
    const { cpa, cells } = await predict(out, '--cells', join(dirname(table), 'cells.csv'), '--cpa');
    const beside = ['p.csv.record.json', 'p.per_image.csv', 'p.per_object.csv', 'p.properties'];
    expect(readdirSync(dirname(out)).sort()).toEqual(['p.csv', ...beside]);
    expect(basename(cpa)).toBe('p.properties');
    const lines = (await readFile(cpa, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const about = Object.fromEntries(lines.map((line) => line.split(/ = (.*)/).slice(0, 2) as [string, string]));
    const list = (name: string) => about[name]!.split(', ');
    expect(about).toMatchObject({ db_type: 'sqlite', plate_type: '96', image_tile_size: '64' });
    expect(list('image_names')).toEqual(['DNA', 'Actin', 'Tubulin']);
    expect(list('image_channel_colors')).toEqual(['blue', 'red', 'green']);
    expect(list('channels_per_image')).toEqual(['1', '1', '1']);

    const images: Row[] = parse(await readFile(join(dirname(cpa), about.image_csv_file!)), { columns: true });
    const objects: Row[] = parse(await readFile(join(dirname(cpa), about.object_csv_file!)), { columns: true });
    const named = ['image_id', 'plate_id', 'well_id', 'image_path_cols', 'image_file_cols'].flatMap(list);
    expect(Object.keys(images[0]!)).toEqual(expect.arrayContaining(named));
    const ofObjects = ['image_id', 'object_id', 'cell_x_loc', 'cell_y_loc', 'classifier_ignore_columns'].flatMap(list);
    expect(Object.keys(objects[0]!)).toEqual(expect.arrayContaining(ofObjects));
    for (const columns of [images, objects].map((rows) => Object.keys(rows[0]!))) {
      for (const name of columns) expect(name).toMatch(/^[A-Za-z_]\w*$/);
      expect(new Set(columns.map((name) => name.toLowerCase())).size).toBe(columns.length);
    }
    const grouped = lines.filter((line) => line.startsWith('group_SQL_'));
    expect(grouped).toEqual([
      'group_SQL_Well = SELECT ImageNumber, Metadata_Plate, Metadata_Well FROM Per_Image',
      'group_SQL_Treatment = SELECT ImageNumber, Metadata_Treatment FROM Per_Image',
    ]);

    expect(images).toHaveLength(24);
    expect(objects).toHaveLength(cells);
    const predictions = await rowsOf(out);
    const classes = Object.keys(images[0]!).filter((name) => name.startsWith('MIL_Count_'));
    expect(classes).toContain('MIL_Count_large_nuclei');
    for (const image of images) {
      const own = predictions.filter((row) => row.ImageNumber === image.ImageNumber);
      expect(Number(image.Image_Count_Cells)).toBe(own.length);
      for (const name of classes) {
        const given = own.filter((row) => `MIL_Count_${row.MIL_Predicted!.replaceAll(' ', '_')}` === name);
        expect(Number(image[name])).toBe(given.length);
      }
      const paths = list('image_path_cols').map((name, i) => join(image[name]!, image[list('image_file_cols')[i]!]!));
      for (const path of paths) expect(readFileSync(path).length).toBeGreaterThan(0);
    }
    expect(objects.map((row) => `${row.ImageNumber} ${row.ObjectNumber} ${row.MIL_Predicted}`)).toEqual(
      predictions.map((row) => `${row.ImageNumber} ${row.ObjectNumber} ${row.MIL_Predicted}`),
    );
  });

  it('needs cells, and replaces nothing unasked', async () => {
    const out = join(folder, 'cpa', 'other.csv');
    const alone = await milscope('predict', model, table, '--out', out, '--cpa');
    expect(alone).toMatchObject({ code: 2, err: expect.stringContaining('--cpa: this option needs --cells') });
    await copyFile(table, join(folder, 'cpa', 'other.per_image.csv'));
    const there = await milscope('predict', model, table, '--out', out, '--cpa', '--cells', 'cells.csv');
    expect(there).toMatchObject({ code: 1, err: expect.stringContaining('other.per_image.csv') });
  });
});
