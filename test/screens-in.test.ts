/** The same screen as a table, as the folders of microscopes, and with its labels in tables of their own. */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

type Row = Record<string, string>;
const folder = temporaryFolder();
const run = join(folder, 'run');
const model = join(run, 'model.onnx');
const readRows = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });
let table: string;
let images: string;
let fields: Row[];

const train = (screen: string, out: string, ...more: readonly string[]) =>
  milscope(
    ...['train', screen, '--label', 'Phenotype', '--holdout', 'Plate=Plate2', '--out', out, '--epochs', '1'],
    ...['--batch', '4', '--validation', '0', ...more],
  );

/** What a model says of every field, by plate, well and site. */
async function predictions(path: string): Promise<Map<string, string>> {
  const rows = await readRows(path);
  const said = (row: Row) => Object.entries(row).filter(([name]) => /^MIL_(Pred|Prob|Bag)/.test(name));
  const placeOf = (row: Row) => [row.Metadata_Plate, row.Metadata_Well, row.Metadata_Site].join(' ');
  return new Map(rows.map((row) => [placeOf(row), said(row).join(' ')]));
}

async function predict(screen: string, name: string, ...more: readonly string[]) {
  const out = join(folder, 'predictions', `${name}.csv`);
  const finished = await milscope('predict', model, screen, '--out', out, ...more);
  expect(finished).toMatchObject({ code: 0 });
  return { ...finished, rows: await predictions(out), skipped: out.replace(/csv$/, 'skipped.csv') };
}

/** The images of the screen again, each under the name that `name` gives it. */
async function renamed(name: (row: Row, channel: number) => string): Promise<string> {
  const own = join(folder, `renamed${Math.random()}`);
  for (const row of fields) {
    for (const channel of [1, 2, 3]) {
      const path = join(own, name(row, channel));
      await mkdir(dirname(path), { recursive: true });
      await copyFile(join(images, basename(row[`FileName_w${channel}`]!)), path);
    }
  }
  return own;
}

beforeAll(async () => {
  const simulated = await simulateTinyScreen(join(folder, 'screen'));
  images = join(folder, 'screen', 'images');
  table = await changeTable(simulated, 'waves.csv', ([header, ...rows]) => [
    header!.replace('_DNA', '_w1').replace('_Actin', '_w2').replace('_Tubulin', '_w3'),
    ...rows,
  ]);
  fields = await readRows(table);
  expect(await train(table, run)).toMatchObject({ code: 0 });
});

describe('a folder that a microscope wrote', () => {
  it('predicts as its table does, by whichever microscope', async () => {
    const expected = (await predict(table, 'table')).rows;
    expect(expected.size).toBe(16);
    const guid = '0DA4F1C4-DB5A-4A8E-9C5D-0123456789AB';
    const imageXpress = await renamed(
      (row, n) => `${row.Metadata_Plate}/TimePoint_1/${row.Metadata_Well}_s${row.Metadata_Site}_w${n}${guid}.tif`,
    );
    const harmony = await renamed(({ Metadata_Plate: plate, Metadata_Well: well, Metadata_Site: site }, n) => {
      const row = String(well!.charCodeAt(0) - 64).padStart(2, '0');
      return `${plate}__2020-02-01/Images/r${row}c${well!.slice(1)}f0${site}p01-ch${n}sk1fk1fl1.tiff`;
    });
    for (const plate of ['Plate1', 'Plate2']) {
      const entry = (n: number) => `<Entry><ChannelID>${n}</ChannelID><ChannelName>w${n}</ChannelName></Entry>`;
      const maps = `<Maps><Map>${[1, 2, 3].map(entry).join('')}</Map></Maps>`;
      const xml = `<EvaluationInputData>${maps}<Images><Image><URL>none.tiff</URL></Image></Images></EvaluationInputData>`;
      await writeFile(join(harmony, `${plate}__2020-02-01/Images/Index.xml`), xml);
    }
    const own = await renamed((row, n) => `${row.Metadata_Plate}/w${n}/${row.Metadata_Well}-${row.Metadata_Site}.tif`);
    expect((await predict(images, 'default')).rows).toEqual(expected);
    expect((await predict(imageXpress, 'imagexpress')).rows).toEqual(expected);
    expect((await predict(harmony, 'harmony')).rows).toEqual(expected);
    const pattern = ['--pattern', '(?P<Plate>\\w+)/(?P<Channel>w\\d)/(?P<Well>\\w+)-(?P<Site>\\d)'];
    expect((await predict(own, 'pattern', ...pattern)).rows).toEqual(expected);
  });

  it('trains as its table does, with labels by well, and goes on with the run as it was begun', async () => {
    const labels = join(folder, 'wells.csv');
    const wells = new Map(fields.map((row) => [`${row.Metadata_Plate} ${row.Metadata_Well}`, row]));
    const lines = [...wells.values()].map((row) => [
      row.Metadata_Plate,
      row.Metadata_Well!.replace('0', ''),
      row.Metadata_Phenotype,
    ]);
    await writeFile(labels, stringify([['Plate', 'Well', 'Phenotype'], ...lines]));
    const out = join(folder, 'annotated');
    expect(await train(images, out, '--annotations', labels, '--on', 'plate,well')).toMatchObject({ code: 0 });
    expect(await predictions(join(out, 'predictions.csv'))).toEqual(await predictions(join(run, 'predictions.csv')));
    const { options } = JSON.parse(await readFile(join(out, 'run.json'), 'utf8'));
    expect(options.screen).toEqual({ annotations: labels, on: ['plate', 'well'] });

    expect(await train(images, out, '--resume')).toMatchObject({ code: 0 });
    const other = await train(images, out, '--resume', '--plate-map', labels);
    expect(other).toMatchObject({
      code: 1,
      err: expect.stringContaining('--plate-map: the run in the folder was begun otherwise'),
    });
    await writeFile(labels, stringify([['Plate', 'Well', 'Phenotype'], ...lines.slice(0, -1)]));
    const changed = await train(images, out, '--resume');
    expect(changed).toMatchObject({ code: 1, err: expect.stringContaining('not the one that the run was begun with') });

    const mapped = join(folder, 'mapped');
    const fewer = await train(images, mapped, '--plate-map', labels);
    expect(fewer).toMatchObject({ code: 0, err: expect.stringContaining('2 of 16 fields have no row in') });
    expect(fewer.err).toContain('2 of 16 fields have no label in column Phenotype and are set aside');
  });

  it('loses only the field that lacks a channel', async () => {
    const own = await renamed((row, n) => `${row.Metadata_Plate}_${row.Metadata_Well}_s${row.Metadata_Site}_w${n}.tif`);
    await rm(join(own, 'Plate1_A02_s1_w2.tif'));
    const { rows, skipped } = await predict(own, 'lacking');
    expect(rows.size).toBe(15);
    expect(await readRows(skipped)).toEqual([
      expect.objectContaining({
        ImageNumber: '3',
        Error: 'MissingFile',
        Message: expect.stringContaining('none of channel w2'),
      }),
    ]);
  });
});

it('loses only the rows that do not say where an image is', async () => {
  const holes = await changeTable(table, 'holes.csv', (lines) =>
    lines.map((line, i) => (i === 4 ? line.replace(/images\/\w+_w2\.tif/, '') : line)),
  );
  const { rows, skipped } = await predict(holes, 'holes');
  expect(rows.size).toBe(15);
  expect(await readRows(skipped)).toEqual([
    expect.objectContaining({
      ImageNumber: '4',
      Error: 'BadTable',
      Message: expect.stringMatching(/row 5, column FileName_w2/),
    }),
  ]);
  const out = join(folder, 'with-holes');
  expect(await train(holes, out)).toMatchObject({ code: 0, err: expect.stringContaining('1 cannot be read') });
  expect(await readRows(join(out, 'skipped.csv'))).toHaveLength(1);
  const detected = join(folder, 'nuclei.csv');
  const found = await milscope('detect', holes, '--channel', 'w1', '--out', detected, '--json');
  expect(JSON.parse(found.out)).toMatchObject({ fields: 16, skipped: 0 });
});

it('judges predictions by labels in a table of their own', async () => {
  const doses = join(folder, 'treatments.csv');
  const classes = new Map(fields.map((row) => [row.Metadata_Treatment!, row.Metadata_Phenotype!]));
  await writeFile(doses, stringify([['Treatment', 'Truth'], ...classes]));
  const judge = ['evaluate', join(run, 'predictions.csv'), '--label', 'Truth', '--json'];
  const joined = await milscope(...judge, '--labels', table, '--annotations', doses, '--on', 'Treatment');
  const plain = await milscope('evaluate', join(run, 'predictions.csv'), '--label', 'Phenotype', '--json');
  expect(joined.code, joined.err).toBe(0);
  expect(JSON.parse(joined.out).images).toEqual(JSON.parse(plain.out).images);
  const alone = await milscope(...judge, '--annotations', doses, '--on', 'Treatment');
  expect(alone).toMatchObject({ code: 2, err: expect.stringContaining('--labels') });
});

it('learns several labels of a field from a second table', async () => {
  const sets = join(folder, 'strains.csv');
  const treatments = [...new Map(fields.map((row) => [row.Metadata_Treatment!, row.Metadata_Phenotype!]))];
  const lines = treatments.map(([name, phenotype], i) => [name, i % 2 === 0 ? phenotype : `${phenotype}|bright`]);
  await writeFile(sets, stringify([['treatment', 'Localisation'], ...lines]));
  const out = join(folder, 'sets');
  const { code, err } = await milscope(
    ...['train', table, '--label', 'Localisation', '--head', 'sigmoid', '--annotations', sets, '--on', 'Treatment'],
    ...['--out', out, '--epochs', '1', '--batch', '4', '--validation', '0'],
  );
  expect(code, err).toBe(0);
  expect(JSON.parse(await readFile(join(out, 'run.json'), 'utf8')).classes).toContain('bright');
});

it.each([
  [['--on', 'Strain'], '--annotations proteins.csv --on Strain'],
  [['--pattern', '(?<Well>x)'], '--pattern: a pattern says how the images of a folder are named'],
  [['--on', 'A,,B', '--annotations', 'a.csv'], 'a text that is not empty'],
])('takes %s for wrong usage with a table', async (options, words) => {
  const finished = await milscope('predict', model, table, '--out', join(folder, 'none.csv'), ...options);
  expect(finished).toMatchObject({ code: 2, err: expect.stringContaining(words) });
});
