/** The baseline on cropped cells: each cell labelled by its field, fields predicted by the mean over their cells. */
import { createHash } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeModel } from '../src/library/onnx.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

type Row = Record<string, string>;
const folder = temporaryFolder();
const whole = join(folder, 'whole');
let table: string;
let cells: string;
const rowsOf = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });
const recordOf = async (run: string) => JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));

const argv = (run: string, ...more: string[]) => [
  ...['train', table, '--label', 'Phenotype', '--out', run, '--holdout', 'Plate=Plate2', '--cells', cells],
  ...['--instances', 'cropped-cells', '--cell-size', '66'],
  ...['--epochs', '3', '--batch', '4', '--validation', '0.25', ...more],
];
/** The same without cells. */
const without = (run: string) =>
  argv(run).filter((_, i, all) => ![i, i - 1].some((at) => /^--(cell|instances)/.test(all[at]!)));

/** How many cells of a table have their centre in each field, by `ImageNumber`. */
async function countCells(path: string): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const { ImageNumber: number } of await rowsOf(path)) {
    counts.set(Number(number), (counts.get(Number(number)) ?? 0) + 1);
  }
  return counts;
}

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { size: 160 });
  cells = join(dirname(table), 'cells.csv');
  expect(await milscope(...argv(whole))).toMatchObject({ code: 0 });
});

describe('milscope train --instances cropped-cells --head sigmoid', () => {
  it('gives a field the labels whose mean over its cells reaches the threshold', async () => {
    const run = join(folder, 'sigmoid');
    expect((await milscope(...argv(run, '--head', 'sigmoid'))).code).toBe(0);
    const model = join(run, 'model.onnx');
    const { classes, thresholds } = describeModel(await readFile(model), model);
    expect(thresholds).toHaveLength(classes.length);
    const rows = await rowsOf(join(run, 'predictions.csv'));
    for (const row of rows) {
      const given = classes.filter((name, k) => Number(row[`MIL_Probability_${name}`]) >= thresholds![k]!);
      expect(row.MIL_Predicted).toBe(given.join('|'));
    }
  });
});

describe('milscope train --instances cropped-cells', () => {
  it('records the cells, and how many each field has', async () => {
    const { options, fields } = await recordOf(whole);
    const sha256 = createHash('sha256')
      .update(await readFile(cells))
      .digest('hex');
    // Crops of 7/8 of 160 pixels have the pixels of 4.5 cells of 66.
    expect(options).toMatchObject({ crop: 66, cells: { file: cells, sha256, size: 66, shift: 4, perField: 4 } });
    const counts = await countCells(cells);
    expect(fields).toHaveLength(16);
    for (const { imageNumber, cells: count } of fields) expect(count).toBe(counts.get(imageNumber));
    const sides = new Map<string, string>();
    for (const { well, split } of fields) expect(sides.set(well, sides.get(well) ?? split).get(well)).toBe(split);
    const lines = (await readFile(join(whole, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(3);
  });

  it('predicts a field by the mean over its cells, as predict shows them to the model', async () => {
    const model = join(whole, 'model.onnx');
    expect(describeModel(await readFile(model), model).cellSize).toBe(66);
    const out = join(folder, 'cells.csv');
    const predicted = await milscope('predict', model, table, '--cells', cells, '--out', out);
    expect(predicted).toMatchObject({ code: 0, err: expect.not.stringContaining('single cells') });
    const ofCells = await rowsOf(out);
    const rows = await rowsOf(join(whole, 'predictions.csv'));
    expect(rows.map((row) => row.Metadata_Plate)).toEqual(new Array(8).fill('Plate2'));
    const names = Object.keys(rows[0]!).filter((name) => /^MIL_(Probability|Bag)_/.test(name));
    expect(names).toHaveLength(4);
    for (const row of rows) {
      const own = ofCells.filter(({ ImageNumber: number }) => number === row.ImageNumber);
      for (const name of names) {
        expect(Number(row[name])).toBeCloseTo(own.reduce((sum, cell) => sum + Number(cell[name]), 0) / own.length, 5);
      }
      const probability = (name: string) => Number(row[`MIL_Probability_${name}`]);
      expect(probability(row.MIL_Predicted!)).toBe(Math.max(probability('normal'), probability('large nuclei')));
      expect(Number(row.Intensity_MeanIntensity_DNA)).toBeGreaterThan(0);
    }
    const metrics = JSON.parse(await readFile(join(whole, 'metrics.json'), 'utf8'));
    expect(metrics.images.n).toBe(8);

    const other = join(folder, 'other size.csv');
    await milscope('predict', model, table, '--cells', cells, '--out', other, '--cell-size', '64');
    expect((await rowsOf(other)).map((row) => row[names[0]!])).not.toEqual(ofCells.map((row) => row[names[0]!]));
    const fields = await milscope('predict', model, table, '--out', join(folder, 'fields.csv'));
    expect(fields.code).toBe(0);
    expect(fields.err.split('\n').filter((line) => /single cells .*66 pixels/.test(line))).toHaveLength(1);
  });

  it('refuses to go on with other cells, or with none before', async () => {
    const other = join(folder, 'same cells.csv');
    await copyFile(cells, other);
    for (const [option, value] of [
      ['--cell-size', '64'],
      ['--cells', other],
    ] as const) {
      const { code, err } = await milscope(...argv(whole, '--resume', option, value));
      expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`${option}: the run in the folder`) });
    }
    const fields = join(folder, 'on fields');
    expect(await milscope(...without(fields), '--epochs', '1')).toMatchObject({ code: 0 });
    expect(await recordOf(fields)).toMatchObject({ options: { cells: null, crop: 140 } });
    const { code, err } = await milscope(...argv(fields, '--epochs', '1', '--resume'));
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('--instances: the run in the folder') });

    const run = join(folder, 'changed');
    const own = await changeTable(cells, 'own.csv', (lines) => lines);
    expect(await milscope(...argv(run, '--cells', own, '--epochs', '1'))).toMatchObject({ code: 0 });
    await changeTable(cells, 'own.csv', (lines) => lines.slice(0, -1));
    const changed = await milscope(...argv(run, '--cells', own, '--epochs', '1', '--resume'));
    expect(changed).toMatchObject({ code: 1, err: expect.stringContaining(`${own}: the table of cells is not`) });
  });

  it('leaves out fields without a cell and cells outside of their field, and lists them', async () => {
    // Field 1 is trained on or validates, field 16 is held out.
    const odd = await changeTable(cells, 'odd.csv', (lines) => [
      ...lines.filter((line) => !/^(1|16),/.test(line)),
      '16,1,5000,3,Plate2,A04,2,2,x,1,x,normal,0,normal',
      '2,900,nan,3,Plate1,A01,2,1,x,1,x,normal,0,normal',
      '99,1,10,10,Plate1,A01,1,1,x,1,x,normal,0,normal',
    ]);
    const run = join(folder, 'odd');
    const { code, err } = await milscope(...argv(run, '--cells', odd, '--epochs', '1'));
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('no cell is in field 16') });
    const { fields } = await recordOf(run);
    const numbers = fields.map(({ imageNumber }: { imageNumber: number }) => imageNumber);
    expect(numbers).toEqual(Array.from({ length: 14 }, (_, i) => i + 2));
    expect(fields[0].cells).toBe((await countCells(cells)).get(2));
    const skipped = await rowsOf(join(run, 'skipped.csv'));
    expect(skipped.map((row) => `${row.ImageNumber} ${row.Error}`)).toEqual([
      ...['99 UnknownField', '1 NoCell', '2 BadCell', '16 BadCell', '16 NoCell'],
    ]);
    expect((await rowsOf(join(run, 'predictions.csv'))).map((row) => row.ImageNumber)).not.toContain('16');
  });

  it.each([
    ['a crop beside cells', async () => ['--crop', '64'], 2, ['--crop and --cells']],
    ['a size that the network sees nothing in', async () => ['--cell-size', '62'], 2, ['--cell-size', '63']],
    ['a size larger than the fields', async () => ['--cell-size', '161'], 1, ['160 × 160', '161 × 161', '--cell-size']],
    ['a table that is not there', async () => ['--cells', join(folder, 'none.csv')], 1, ['none.csv', 'does not exist']],
    [
      'cells of the held-out fields only',
      async () => [
        '--cells',
        await changeTable(cells, 'held.csv', (all) => all.filter((line) => !/Plate1/.test(line))),
      ],
      1,
      ['held.csv', 'trained on', 'large nuclei, normal'],
    ],
    [
      'cells of one class only',
      async () => [
        '--cells',
        await changeTable(cells, 'one.csv', (all) => all.filter((line) => !/Plate1.*,normal,/.test(line))),
      ],
      1,
      ['one.csv', 'none of normal'],
    ],
  ] as const)('refuses %s before any training', async (_, more, status, words) => {
    const { code, out, err } = await milscope(...argv(join(folder, 'refused'), ...(await more())));
    expect({ code, out }).toEqual({ code: status, out: '' });
    for (const word of words) expect(err).toContain(word);
    expect(err).not.toMatch(/a bug|training:/);
  });

  it('refuses the size of cells without cells', async () => {
    const { code, err } = await milscope(...without(join(folder, 'refused')), '--cell-size', '64');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('--cell-size: whole fields') });
  });
});
