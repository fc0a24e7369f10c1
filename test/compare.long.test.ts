/** Comparisons that take long: those that are killed and go on, both heads, and factor analysis. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, expect, it } from 'vitest';
import { milscope, startMilscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
let table: string;
beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { classes: 3, plates: 2, wells: 6, sites: 1, size: 128 });
});

const quick = ['--label', 'Phenotype', '--epochs', '3', '--batch', '4', '--crop', '64', '--replicate', 'Plate'];
const readRows = async (path: string): Promise<Record<string, string>[]> =>
  parse(await readFile(path), { columns: true });

it('milscope compare after a kill comes to the same table', async () => {
  const options = ['--poolings', 'mean,max', '--baselines', 'none', '--protocols', 'replicate'];
  const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
  const argv = (out: string) => ['compare', table, '--out', out, ...quick, ...options];
  expect((await milscope(...argv(whole))).code).toBe(0);
  const { child, says, ended } = startMilscope(...argv(killed));
  await says(/fold 2 of 2.* fields to train on/);
  child.kill('SIGKILL');
  await ended;
  // A checkpoint that was cut off in the middle would be another story: it is written beside its place and renamed.
  const { code, err } = await milscope(...argv(killed), '--resume');
  expect({ code, err }).toMatchObject({ code: 0 });
  const read = async (out: string) =>
    (await readRows(join(out, 'comparison.csv'))).map(({ Seconds: _, ...row }) => row);
  expect(await read(killed)).toEqual(await read(whole));
});

it('milscope compare --heads: softmax and sigmoid stand side by side, and the thresholds of the folds become one', async () => {
  const out = join(folder, 'heads');
  const options = ['--poolings', 'mean', '--heads', 'softmax,sigmoid', '--baselines', 'none'];
  const argv = ['compare', table, '--out', out, ...quick, ...options, '--protocols', 'replicate'];
  expect((await milscope(...argv)).code).toBe(0);
  const rows = await readRows(join(out, 'comparison.csv'));
  expect(rows.map((row) => row.Head)).toEqual(['softmax', 'sigmoid']);
  const unit = join(out, 'runs/replicate/mean-sigmoid/seed-1');
  const joined = await readRows(join(unit, 'predictions.csv'));
  const folds = await Promise.all(
    ['fold-01-Plate-Plate1', 'fold-02-Plate-Plate2'].map((fold) => readRows(join(unit, fold, 'predictions.csv'))),
  );
  for (const row of folds.flat()) {
    const same = joined.find(({ ImageNumber }) => ImageNumber === row.ImageNumber)!;
    expect(same.MIL_Predicted).toBe(row.MIL_Predicted);
    expect(same.MIL_Threshold_normal).toBe('0.5');
  }
  const { out: said } = await milscope('evaluate', join(unit, 'predictions.csv'), '--label', 'Phenotype', '--json');
  expect(JSON.parse(said)).toMatchObject({ labels: 'several', images: { correct: Number(rows[1]!.CorrectFields) } });
});

it('milscope compare --baselines factor-analysis finds the factors of cells, and a class for each field', async () => {
  const out = join(folder, 'factors');
  const argv = ['compare', table, '--out', out, ...quick, '--poolings', 'none', '--protocols', 'replicate'];
  const { code, err } = await milscope(...argv, '--baselines', 'factor-analysis', '--nuclei-channel', 'DNA');
  expect({ code, err }).toMatchObject({ code: 0 });
  const [row] = await readRows(join(out, 'comparison.csv'));
  expect(row).toMatchObject({ Method: 'factor-analysis', Fields: '10', Folds: '2' });
});
