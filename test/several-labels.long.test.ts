/** Several labels a field, from the table of a screen to the figures of its treatments. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeModel } from '../src/library/onnx.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
const run = join(folder, 'run');
const model = join(run, 'model.onnx');
let table: string;
let plain: string;

/** A copy of the screen whose wells have these labels in turn, and a treatment of the same name each. */
const withLabels = (name: string, labels: readonly string[]) =>
  changeTable(plain, name, ([header, ...rows]) => [
    header!,
    ...rows.map((row, i) => {
      const label = labels[Math.floor(i / 2) % labels.length]!;
      return row.replace(/,[^,]*,[^,]*,([\d.]+)$/, `,on ${label.replaceAll('|', '+')},${label},$1`);
    }),
  ]);
const train = (screen: string, out: string, ...more: readonly string[]) =>
  milscope(
    ...['train', screen, '--label', 'Phenotype', '--out', out, '--epochs', '2', '--batch', '4', '--threads', '2'],
    ...['--validation', '0.25', '--holdout', 'Plate=Plate2', ...more],
  );
type Row = Record<string, string>;
const rowsOf = async (file: string): Promise<Row[]> => parse(await readFile(file), { columns: true });

/** What MIL_Predicted has to be, by the numbers beside it. */
const byThresholds = (row: Row, prefix = 'MIL_Probability_') =>
  ['A', 'B'].filter((name) => Number(row[prefix + name]) >= Number(row[`MIL_Threshold_${name}`])).join('|');

beforeAll(async () => {
  plain = await simulateTinyScreen(join(folder, 'screen'), { wells: 9 });
  table = await withLabels('several.csv', ['A', 'B', ' B | A|A']);
});

describe('milscope train --head sigmoid', () => {
  it('learns labels that stand together, and tests the exact sets', async () => {
    const { code, out, err } = await train(table, run, '--head', 'sigmoid', '--balance', 'weights');
    expect(code).toBe(0);
    expect(err).toContain('2 classes (A, B)');
    expect(out).toMatch(/Labels are given at probabilities of: A from 0\.\d+, B from 0\.\d+\./);
    expect(out).toMatch(/of 18 fields right/);
    expect(out).toContain('given all its labels and no other');

    const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
    expect(record).toMatchObject({ classes: ['A', 'B'], options: { head: 'sigmoid' } });
    const labels = new Set(record.fields.map(({ label }: { label: string }) => label));
    expect([...labels].sort()).toEqual(['A', 'A|B', 'B']);
    for (const split of ['train', 'validation']) {
      const own = record.fields.filter((field: { split: string }) => field.split === split);
      expect(new Set(own.map(({ label }: { label: string }) => label)).size, split).toBe(3);
    }
    const about = describeModel(await readFile(model), model);
    expect(about).toMatchObject({
      head: 'sigmoid',
      classes: ['A', 'B'],
      thresholds: [expect.any(Number), expect.any(Number)],
    });

    const rows = await rowsOf(join(run, 'predictions.csv'));
    expect(rows).toHaveLength(18);
    for (const row of rows) {
      expect(row.MIL_Predicted).toBe(byThresholds(row));
      expect([row.MIL_Threshold_A, row.MIL_Threshold_B].map(Number).map(Math.fround)).toEqual(about.thresholds);
    }
    const metrics = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8'));
    expect(metrics).toMatchObject({
      labels: 'several',
      images: { n: 18 },
      treatments: { total: 3 },
      wells: { total: 9 },
    });
    const right = rows.filter((row) => {
      const truth = row.Metadata_Phenotype!.includes('|') ? 'A|B' : row.Metadata_Phenotype;
      return row.MIL_Predicted === truth;
    });
    expect(metrics.images.correct).toBe(right.length);
    expect(metrics.perClass.map(({ n }: { n: number }) => n)).toEqual([12, 12]);
  });

  it('is evaluated from the table of predictions to the very same figures', async () => {
    const { code, out } = await milscope('evaluate', join(run, 'predictions.csv'), '--label', 'Phenotype', '--json');
    expect(code).toBe(0);
    expect(out).toBe(await readFile(join(run, 'metrics.json'), 'utf8'));
  });

  it('goes on only with the same head', async () => {
    const other = await train(table, run, '--resume');
    expect(other).toMatchObject({ code: 1, out: '' });
    expect(other.err).toContain(
      '--head: the run in the folder was begun otherwise (found "softmax"; expected "sigmoid")',
    );
    expect(await train(table, run, '--resume', '--head', 'sigmoid', '--balance', 'weights')).toMatchObject({ code: 0 });
  });

  it('can begin with a model of one class a field, and says what becomes of its last layer', async () => {
    const first = join(folder, 'one class');
    expect((await train(plain, first, '--epochs', '1')).code).toBe(0);
    const tuned = join(folder, 'tuned');
    const { code, err } = await train(
      table,
      tuned,
      '--head',
      'sigmoid',
      '--from',
      join(first, 'model.onnx'),
      '--epochs',
      '1',
    );
    expect(code).toBe(0);
    expect(err).toContain('its last layer was for one class a field: its weights are kept, its biases begin anew');
    expect(describeModel(await readFile(join(tuned, 'model.onnx')), tuned).head).toBe('sigmoid');
  });

  it('has thresholds of 0.5 where nothing validates', async () => {
    const out = join(folder, 'unvalidated');
    const { code, out: said } = await train(
      table,
      out,
      '--head',
      'sigmoid',
      '--validation',
      '0',
      '--epochs',
      '1',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(said).thresholds).toEqual({ A: 0.5, B: 0.5 });
  });
});

describe('milscope predict with several labels', () => {
  it('gives a field every label that reaches its threshold, and counts each', async () => {
    const out = join(folder, 'predicted.csv');
    const { code, out: said } = await milscope('predict', model, plain, '--out', out, '--json');
    expect(code).toBe(0);
    const rows = await rowsOf(out);
    for (const row of rows) expect(row.MIL_Predicted).toBe(byThresholds(row));
    const count = (label: string) => rows.filter((row) => row.MIL_Predicted!.split('|').includes(label)).length;
    expect(JSON.parse(said)).toMatchObject({ predicted: { A: count('A'), B: count('B') }, unlabelled: count('') });
    const names = Object.keys(rows[0]!);
    const from = names.indexOf('MIL_Model');
    expect(names.slice(from, from + 3)).toEqual(['MIL_Model', 'MIL_Threshold_A', 'MIL_Threshold_B']);

    const judged = await milscope('evaluate', out, '--label', 'Phenotype', '--labels', table, '--run', run, '--json');
    expect(judged.code).toBe(0);
    expect(JSON.parse(judged.out)).toMatchObject({ labels: 'several', images: { n: 36, usedInTraining: 18 } });
  });

  it('gives a cell every label whose pooling layer says so', async () => {
    const out = join(folder, 'cells.csv');
    const cells = join(folder, 'screen', 'cells.csv');
    const { code } = await milscope('predict', model, plain, '--cells', cells, '--out', out, '--json');
    expect(code).toBe(0);
    const rows = await rowsOf(out);
    expect(rows.length).toBeGreaterThan(36);
    for (const row of rows) {
      expect([row.MIL_Threshold_A, row.MIL_Threshold_B]).toEqual(['0.5', '0.5']);
      expect(row.MIL_Predicted).toBe(byThresholds(row, 'MIL_Bag_'));
    }
  });
});

describe('labels that cannot be learned', () => {
  const refuse = async (screen: string, ...more: readonly string[]) => {
    const { code, out, err } = await train(screen, join(folder, 'refused'), ...more);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).not.toContain('training:');
    return err;
  };

  it('are several ones with a softmax', async () => {
    const err = await refuse(table);
    for (const word of ['several.csv, row 6', 'column Metadata_Phenotype', '12 of 36 rows', '--head sigmoid']) {
      expect(err).toContain(word);
    }
  });

  it('are empty ones between others', async () => {
    const err = await refuse(await withLabels('empty part.csv', ['A', 'A||B']), '--head', 'sigmoid');
    expect(err).toContain('empty part.csv, row 4, column Metadata_Phenotype: one of the labels of the field is empty');
  });

  it('are the same ones for every field', async () => {
    const err = await refuse(await withLabels('alike.csv', ['A|B', 'B|A']), '--head', 'sigmoid');
    expect(err).toContain('there is nothing to tell apart');
  });
});
