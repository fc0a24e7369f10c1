/** The commonest design of a screen: controls have labels, and the samples on the same plates have none. */
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { expect, it } from 'vitest';
import { milscope } from './run-milscope.ts';
import { sharedRun } from './shared-run.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = join(temporaryFolder(), 'a folder');
const readRows = async (path: string): Promise<Record<string, string>[]> =>
  parse(await readFile(path), { columns: true });

/** The words of the command that a summary recommends, with other words in place of some of them. */
function recommended(out: string, others: Readonly<Record<string, string>> = {}): string[] {
  const [, command = ''] = /: milscope (.*)\n$/.exec(out) ?? [];
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
  return words.map((word) => others[word] ?? word);
}

it('trains on the controls of a screen, and sees plates as predict does', async () => {
  const whole = await simulateTinyScreen(join(folder, 'screen'));
  // On each plate, the samples are A03 and A04. One of their files is cut short.
  const samples = ['', 'NaN', 'n/a', '#N/A'];
  const table = await changeTable(whole, 'controls.csv', (lines) =>
    lines.map((line, i) =>
      /_A0[34]_/.test(line) ? line.replace(/,[a-z ]+,([\d.]+)$/, `,${samples[i % 4]},$1`) : line,
    ),
  );
  await truncate(join(dirname(whole), 'images', 'Plate1_A03_s1_w1.tif'), 700);
  const run = join(folder, 'run');
  const trained = await milscope(
    ...['train', table, '--label', 'Phenotype', '--holdout', 'Plate=Plate2', '--normalization', 'plate'],
    ...['--epochs', '1', '--batch', '4', '--validation', '0', '--out', run],
    ...['--control-column', 'Well', '--negative', 'A1', '--positive', 'A2'],
  );
  expect(trained).toMatchObject({ code: 0 });
  const { assay } = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8'));
  expect(assay.plates).toMatchObject([{ plate: 'Plate2', negatives: 1, positives: 1, zPrime: null }]);
  expect(trained.err).toContain('8 of 16 fields have no label in column Phenotype and are set aside');
  const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
  expect(record.fields).toHaveLength(8);
  expect(Object.keys(record.plates)).toEqual(['Plate1', 'Plate2']);
  expect((await readRows(join(run, 'skipped.csv'))).map(({ ImageNumber }) => ImageNumber)).toEqual(['5']);

  const out = join(folder, 'p.csv');
  const predicted = await milscope(...recommended(trained.out, { 'predictions.csv': out }));
  expect(predicted).toMatchObject({ code: 0 });
  const rows = await readRows(out);
  expect(rows).toHaveLength(15);
  const held = await readRows(join(run, 'predictions.csv'));
  expect(held).toHaveLength(4);
  // Only with the same mean and deviation of the plate are all digits the same.
  expect(rows.filter(({ ImageNumber }) => held.some((row) => row.ImageNumber === ImageNumber))).toEqual(held);

  const evaluated = await milscope(...recommended(predicted.out), '--json');
  expect(evaluated).toMatchObject({ code: 0 });
  expect(JSON.parse(evaluated.out).images).toMatchObject({ n: 8, unlabelled: 7, usedInTraining: 4 });
  expect(evaluated.err).toContain(
    '7 of 15 predicted fields have no label in column Metadata_Phenotype and are set aside',
  );
});

it('recommends an evaluation that works with labels of a plate map, of annotations, and of a table of wells', async () => {
  const { table, screen, model, run } = await sharedRun();
  const fields = await readRows(table);
  const place = { PathName_DNA: screen, PathName_Actin: screen, PathName_Tubulin: screen };
  const bare = join(folder, 'bare.csv');
  const withoutLabels = fields.map(({ Metadata_Phenotype: _, ...field }) => ({ ...field, ...place }));
  await writeFile(bare, stringify(withoutLabels, { header: true }));
  const controls = fields.filter(({ Metadata_Well: well }) => well === 'A01' || well === 'A02');
  const truth = (key: string) =>
    controls.map((field) => ({
      [key]: field[key],
      Metadata_Plate: field.Metadata_Plate,
      Phenotype: field.Metadata_Phenotype,
    }));
  const wells = join(folder, 'wells.csv');
  await writeFile(wells, stringify(truth('Metadata_Well'), { header: true }));
  const compounds = join(folder, 'compounds.csv');
  await writeFile(compounds, stringify(truth('Metadata_Compound'), { header: true }));

  const options = [
    ['--plate-map', wells],
    ['--annotations', compounds, '--on', 'Compound,Plate'],
    // Without any label, the place of their table is left open.
    [],
  ];
  for (const [i, how] of options.entries()) {
    const out = join(folder, `p${i}.csv`);
    const predicted = await milscope('predict', model, bare, '--out', out, ...how);
    expect(predicted).toMatchObject({ code: 0 });
    const words = recommended(predicted.out, { 'LABELS.csv': wells });
    expect(words).toEqual(expect.arrayContaining(['evaluate', out, '--run', run]));
    const evaluated = await milscope(...words, '--json');
    expect(evaluated).toMatchObject({ code: 0 });
    const { n, unlabelled } = JSON.parse(evaluated.out).images;
    expect(n + unlabelled).toBe(fields.length);
    if (i !== 1) expect(n).toBe(controls.length);
  }
});
