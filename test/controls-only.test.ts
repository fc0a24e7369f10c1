/** The commonest design of a screen: controls have labels, and the samples on the same plates have none. */
import { readFile, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
const readRows = async (path: string): Promise<Record<string, string>[]> =>
  parse(await readFile(path), { columns: true });

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
  );
  expect(trained).toMatchObject({ code: 0 });
  expect(trained.err).toContain('8 of 16 fields have no label in column Phenotype and are set aside');
  const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
  expect(record.fields).toHaveLength(8);
  expect(Object.keys(record.plates)).toEqual(['Plate1', 'Plate2']);
  expect((await readRows(join(run, 'skipped.csv'))).map(({ ImageNumber }) => ImageNumber)).toEqual(['5']);

  const out = join(folder, 'p.csv');
  const predicted = await milscope('predict', join(run, 'model.onnx'), table, '--out', out);
  expect(predicted).toMatchObject({ code: 0 });
  const rows = await readRows(out);
  expect(rows).toHaveLength(15);
  const held = await readRows(join(run, 'predictions.csv'));
  expect(held).toHaveLength(4);
  // Only with the same mean and deviation of the plate are all digits the same.
  expect(rows.filter(({ ImageNumber }) => held.some((row) => row.ImageNumber === ImageNumber))).toEqual(held);

  const evaluated = await milscope('evaluate', out, '--label', 'Phenotype', '--run', run, '--json');
  expect(evaluated).toMatchObject({ code: 0 });
  expect(JSON.parse(evaluated.out).images).toMatchObject({ n: 8, unlabelled: 7, usedInTraining: 4 });
  expect(evaluated.err).toContain(
    '7 of 15 predicted fields have no label in column Metadata_Phenotype and are set aside',
  );
});
