/** Comparisons that take long: those that are killed and go on, both heads, factor analysis, cells, and kinds of instances. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { milscope, startMilscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
let table: string;
beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { classes: 3, plates: 2, wells: 6, sites: 1, size: 128 });
});

const quick = ['--label', 'Phenotype', '--epochs', '3', '--batch', '4', '--crop', '64', '--replicate', 'Plate'];
const readJson = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
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

it('milscope compare --heads sigmoid: takes several labels a field, and so do the baselines', async () => {
  const several = await changeTable(table, 'several.csv', (lines) =>
    lines.map((line) => line.replace('large nuclei', 'normal | large nuclei')),
  );
  const out = join(folder, 'several');
  const argv = ['compare', several, '--out', out, ...quick, '--protocols', 'replicate', '--nuclei-channel', 'DNA'];
  const refused = await milscope(...argv, '--poolings', 'mean');
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('the field has several labels') });
  const factors = await milscope(...argv, '--heads', 'sigmoid', '--baselines', 'factor-analysis');
  expect(factors).toMatchObject({ code: 2, err: expect.stringContaining('knows one label a field') });
  const options = ['--heads', 'sigmoid', '--poolings', 'mean', '--baselines', 'majority-class,field-features'];
  expect((await milscope(...argv, ...options)).code).toBe(0);
  const rows = await readRows(join(out, 'comparison.csv'));
  expect(rows.map((row) => [row.Method, row.Fields])).toEqual([
    ['majority-class', '10'],
    ['field-features', '10'],
    ['mean', '10'],
  ]);
  const [first] = await readRows(join(out, 'runs/replicate/field-features/seed-1/predictions.csv'));
  expect(Object.keys(first!).filter((name) => name.startsWith('MIL_Probability_'))).toEqual([
    'MIL_Probability_fragmented nuclei',
    'MIL_Probability_large nuclei',
    'MIL_Probability_normal',
  ]);
});

it('milscope compare --baselines factor-analysis finds the factors of cells, and a class for each field', async () => {
  const out = join(folder, 'factors');
  const argv = ['compare', table, '--out', out, ...quick, '--poolings', 'none', '--protocols', 'replicate'];
  const { code, err } = await milscope(...argv, '--baselines', 'factor-analysis', '--nuclei-channel', 'DNA');
  expect({ code, err }).toMatchObject({ code: 0 });
  const [row] = await readRows(join(out, 'comparison.csv'));
  expect(row).toMatchObject({ Method: 'factor-analysis', Fields: '10', Folds: '2' });
});

it('milscope compare --instances: positions, cells of fields and wells, and cropped cells, on the same fields', async () => {
  const size = { classes: 3, wells: 6, sites: 1, size: 200 };
  const larger = await simulateTinyScreen(join(folder, 'larger'), size);
  // The fields of Plate2 are tested, of which field 12 has no cells.
  const cells = await changeTable(join(dirname(larger), 'cells.csv'), 'few.csv', (lines) =>
    lines.filter((line) => !/^12,/.test(line)),
  );
  const out = join(folder, 'instances');
  const held = ['--protocols', 'holdout', '--holdout', 'Plate=Plate2', '--cell-size', '70'];
  const argv = (...more: string[]) =>
    milscope(...['compare', larger, '--out', out, ...quick, ...held, '--poolings', 'mean', '--cells', cells, ...more]);
  const baselines = ['--baselines', 'majority-class'];
  const { code, err } = await argv(...baselines, '--instances', 'positions,cells,cropped-cells');
  expect({ code, err }).toMatchObject({ code: 0 });
  const more = await argv('--baselines', 'none', '--instances', 'cells', '--bags', 'well', '--resume');
  expect(more).toMatchObject({ code: 0 });
  expect(more.err.match(/done before/g)).toHaveLength(4);
  const rows = await readRows(join(out, 'comparison.csv'));
  const told = rows.map((row) => [row.Method, row.Instances, row.Bag, row.Fields].join(' '));
  // The tested field without cells has an answer where cells are pooled; the mean over its cells is none.
  expect(told.sort()).toEqual([
    ...['majority-class   5', 'mean cells field 5', 'mean cells well 5'],
    ...['mean cropped-cells cell 4', 'mean positions field 5'],
  ]);
  const run = await readJson(join(out, 'runs/holdout/mean-cells-well/seed-1/fold-01-Plate-Plate2/run.json'));
  expect(run.options).toMatchObject({
    instances: 'cells',
    bag: 'well',
    crop: 70,
    dropout: 0,
    cells: { file: cells },
  });
  const predicted = await readRows(join(out, 'runs/holdout/mean-cells/seed-1/predictions.csv'));
  expect(predicted.at(-1)).toMatchObject({ ImageNumber: '12', MIL_Bag_normal: '0' });
  expect(await readFile(join(out, 'comparison.md'), 'utf8')).toMatch(/Mean, cells of a well .*Mean, cropped cells/s);
  expect(await readFile(join(out, 'methods.txt'), 'utf8')).toContain('the cells of each field');
  const other = await argv('--resume', '--instances', 'cells', '--cell-size', '72');
  expect(other).toMatchObject({ code: 1, err: expect.stringContaining('--cell-size: the comparison') });
});

describe('milscope compare on cells', () => {
  const options = ['--poolings', 'none', '--protocols', 'replicate'];
  const fold = 'runs/replicate/cropped-cells/seed-1/fold-01-Plate-Plate1/run.json';
  const cellsOf = async (out: string) => {
    const { options: known, fields } = await readJson(join(out, fold));
    expect(fields.every(({ cells }: { cells: number }) => cells > 0)).toBe(true);
    return known.cells;
  };

  // Large enough for every field to have cells.
  let larger: string;
  beforeAll(async () => {
    larger = await simulateTinyScreen(join(folder, 'of cells'), { classes: 3, wells: 6, sites: 1, size: 200 });
  });
  const compareCells = (out: string, ...more: readonly string[]) =>
    milscope('compare', larger, '--out', out, ...quick, ...options, ...more);

  it('trains on the nuclei that it finds, and judges fields', async () => {
    const out = join(folder, 'found');
    const { code, err } = await compareCells(out, '--baselines', 'cropped-cells');
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('--crop changes nothing') });
    expect((await readJson(join(out, 'comparison.json'))).cells).toMatchObject({ nucleiChannel: 'DNA', cellSize: 64 });
    const [row] = await readRows(join(out, 'comparison.csv'));
    expect(row).toMatchObject({ Method: 'cropped-cells', Kind: 'baseline', Fields: '10', Folds: '2' });
    expect(await cellsOf(out)).toMatchObject({ file: 'nuclei in DNA', size: 64 });
    expect(await readFile(join(out, 'comparison.md'), 'utf8')).toContain('Cropped cells');
  });

  it('trains on the cells of a table; where a class has none, that costs this method alone', async () => {
    const truth = await readFile(join(dirname(larger), 'cells.csv'), 'utf8');
    const [header, ...cells] = truth.trim().split('\n');
    const place = header!.split(',').indexOf('Metadata_Phenotype');
    const [every, some] = [join(folder, 'every.csv'), join(folder, 'some.csv')];
    await writeFile(every, truth);
    const others = cells.filter((line) => line.split(',')[place] !== 'large nuclei');
    await writeFile(some, [header, ...others, ''].join('\n'));
    const argv = ['--baselines', 'majority-class,cropped-cells', '--cell-size', '70'];
    const out = join(folder, 'given');
    expect((await compareCells(out, ...argv, '--cells', every)).code).toBe(0);
    expect(await cellsOf(out)).toMatchObject({ file: every, size: 70 });
    const lost = await compareCells(join(folder, 'lost'), ...argv, '--cells', some);
    expect(lost.code).toBe(1);
    expect(lost.out).toMatch(/Majority class.*Not done: cropped-cells.*none of large nuclei/s);
    expect(await readRows(join(folder, 'lost', 'comparison.csv'))).toHaveLength(1);
  });
});
