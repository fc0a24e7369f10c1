/** A folder with the tables of BBBC021 goes the whole way: trained on, gone on with, predicted, joined to predictions. */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { beforeAll, expect, it } from 'vitest';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

type Row = Record<string, string>;
const folder = temporaryFolder();
const run = join(folder, 'run');
const readRows = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });
let screen: string;

/** The tables of a tiny screen as those of BBBC021 are; the two fields of its first well have no mechanism. */
beforeAll(async () => {
  const table = await simulateTinyScreen(join(folder, 'screen'));
  screen = dirname(table);
  const fields = await readRows(table);
  const [first] = fields;
  const hasMechanism = (row: Row) =>
    row.Metadata_Plate !== first!.Metadata_Plate || row.Metadata_Well !== first!.Metadata_Well;
  const images = fields.map((row, i) => ({
    TableNumber: '1',
    ImageNumber: String(i),
    ...Object.fromEntries(
      Object.entries(row)
        .filter(([name]) => name.startsWith('FileName_'))
        .flatMap(([name, file]) => [
          [`Image_${name}`, file.replace('images/', '')],
          [`Image_${name.replace('File', 'Path')}`, 'images'],
        ]),
    ),
    Image_Metadata_Plate_DAPI: row.Metadata_Plate!.replace('Plate', 'Week1_'),
    Image_Metadata_Well_DAPI: row.Metadata_Well,
    Replicate: row.Metadata_Replicate,
    Image_Metadata_Compound: hasMechanism(row) ? row.Metadata_Phenotype : 'unknown',
    Image_Metadata_Concentration: '0.300000',
  }));
  const mechanisms = [...new Set(fields.map((row) => row.Metadata_Phenotype!))].map((name) => [
    name,
    '0.3',
    `MOA ${name}`,
  ]);
  await writeFile(join(screen, 'BBBC021_v1_image.csv'), stringify(images, { header: true }));
  await writeFile(
    join(screen, 'BBBC021_v1_moa.csv'),
    stringify([['compound', 'concentration', 'moa'], ...mechanisms], { record_delimiter: '\r' }),
  );
});

const train = (...more: string[]) =>
  milscope(
    ...['train', screen, '--label', 'MOA', '--holdout', 'Replicate=2', '--out', run, '--epochs', '1', '--batch', '4'],
    ...['--validation', '0', ...more],
  );

it('trains on the folder', async () => {
  const { code, err } = await train();
  expect({ code, err }).toEqual({
    code: 0,
    err: expect.stringContaining('2 of 16 fields have no label in column MOA'),
  });
  const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
  expect(record.classes).toHaveLength(2);
  expect(record.classes[0]).toMatch(/^MOA /);
  expect(record.fields[0].files[0].file).toMatch(/^images/);
  expect(record.fields[0].batch).toBe('Week1');
  const held = await readRows(join(run, 'predictions.csv'));
  expect(held.length).toBeGreaterThan(0);
  expect(held[0]).toMatchObject({ Metadata_Batch: 'Week1', Metadata_Replicate: '2', Metadata_Concentration: '0.3' });
});

it('predicts the folder and takes its labels from there', async () => {
  const out = join(folder, 'all.csv');
  expect(await milscope('predict', join(run, 'model.onnx'), screen, '--out', out)).toMatchObject({ code: 0 });
  expect(await readRows(out)).toHaveLength(16);
  const held = join(run, 'predictions.csv');
  const { code, out: text } = await milscope('evaluate', held, '--label', 'MOA', '--labels', screen, '--json');
  expect({ code, n: JSON.parse(text).images.n }).toEqual({ code: 0, n: (await readRows(held)).length });
});

it('goes on with the run only as long as both tables are the same', async () => {
  expect(await train('--resume')).toMatchObject({ code: 0 });
  await appendFile(join(screen, 'BBBC021_v1_moa.csv'), 'taxol,1,Microtubule stabilizers\r');
  const { code, err } = await train('--resume');
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('not the one that the run was begun with') });
});
