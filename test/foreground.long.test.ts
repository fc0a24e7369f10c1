/** Positions that hold cells as instances: from training to every command that takes the model. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeModel } from '../src/library/onnx.ts';
import { openPackage } from './bioimage-package.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

type Row = Record<string, string>;
const folder = temporaryFolder();
const rowsOf = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });
const run = join(folder, 'run');
let table: string;
let cells: string;
const argv = (out: string, ...more: string[]) => [
  ...['train', table, '--label', 'Phenotype', '--out', out, '--holdout', 'Plate=Plate2', '--instances', 'foreground'],
  ...['--cells', 'auto', '--epochs', '2', '--batch', '4', '--validation', '0', '--crop', '96', ...more],
];
const outputs = (row: Row) => Object.entries(row).filter(([name]) => /^MIL_(Probability|Bag)_/.test(name));

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { size: 128, sites: 1 });
  cells = join(dirname(table), 'cells.csv');
  const { code, err } = await milscope(...argv(run));
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('the positions that hold some are pooled') });
});

describe('milscope train --instances foreground', () => {
  it('says in run and model what an instance is, and how nuclei were found', async () => {
    const { options } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
    expect(options).toMatchObject({
      ...{ instances: 'foreground', crop: 96, cells: null },
      foreground: { file: 'nuclei in DNA', nuclei: { channel: 'DNA' } },
    });
    const about = describeModel(await readFile(join(run, 'model.onnx')), 'model.onnx');
    expect(about).toMatchObject({ instances: 'foreground', nuclei: { channel: 'DNA' } });
    expect(about.cellSize).toBeUndefined();
  });

  it.each([
    ['a square around a cell', ['--cell-size', '66'], '--cell-size'],
    ['wells', ['--bag', 'well'], '--bag well'],
  ])('refuses %s', async (_, more, words) => {
    const { code, err } = await milscope(...argv(join(folder, 'refused'), ...more));
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(words) });
  });

  it('says beforehand what it would do', async () => {
    const { code, out } = await milscope(...argv(join(folder, 'rehearsed'), '--dry-run'));
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining('pooling of the positions that hold cells'),
    });
  });
});

describe('a model that pools positions that hold cells', () => {
  const predict = async (...more: string[]) => {
    const out = join(folder, `${Math.random()}.csv`);
    return { ...(await milscope('predict', run, table, '--out', out, ...more)), out };
  };

  it('predicts fields as it was tested, and wells of them', async () => {
    const predicted = await predict('--cells', 'auto', '--by', 'well', '--profile', join(folder, 'profiles.csv'));
    expect(predicted).toMatchObject({ code: 0 });
    const rows = await rowsOf(predicted.out);
    expect(rows).toHaveLength(8);
    for (const row of await rowsOf(join(run, 'predictions.csv'))) {
      const same = rows.find(({ ImageNumber: number }) => number === row.ImageNumber)!;
      for (const [name, value] of outputs(row)) expect(Number(same[name])).toBeCloseTo(Number(value), 5);
    }
    expect(await rowsOf(predicted.out.replace(/csv$/, 'by-well.csv'))).toHaveLength(8);
    const evaluated = await milscope('evaluate', predicted.out, '--label', 'Phenotype', '--run', run, '--json');
    expect(JSON.parse(evaluated.out).images.n).toBe(8);
  });

  it('says of a field without cells that no class is found, and lists cells beside it', async () => {
    const few = await changeTable(cells, 'few.csv', (lines) => [
      ...lines.filter((line) => !/^3,/.test(line)),
      '3,1,5000,3,Plate1,A03,1,1,x,1,x,normal,0,normal',
    ]);
    const predicted = await predict('--cells', few, '--symmetries');
    expect(predicted).toMatchObject({ code: 0, out: expect.any(String) });
    const rows = await rowsOf(predicted.out);
    expect(rows).toHaveLength(8);
    expect(rows[2]).toMatchObject({ ImageNumber: '3', 'MIL_Bag_large nuclei': '0', MIL_Bag_normal: '0' });
    expect(Number(rows[3]!.MIL_Bag_normal)).toBeGreaterThan(0);
    const [lost] = await rowsOf(predicted.out.replace(/csv$/, 'skipped.csv'));
    expect(lost).toMatchObject({ ImageNumber: '3', Error: 'BadCell' });
  });

  it.each([
    ['no cells', [], '--cells auto'],
    ['tiles', ['--cells', 'auto', '--tile', '96'], '--tile'],
    ['a row a field twice', ['--cells', 'auto', '--by', 'field'], '--by field'],
  ])('refuses %s', async (_, more, words) => {
    expect(await predict(...more)).toMatchObject({ code: 2, err: expect.stringContaining(words) });
  });

  it('draws maps, and is a package that says what its file pools', async () => {
    const segmented = await milscope('segment', run, table, '--out', join(folder, 'segmented'));
    expect(segmented.code, segmented.err).toBe(0);
    const out = join(folder, 'model.zip');
    const { code, err } = await milscope('export', run, '--out', out, '--screen', table);
    expect(code, err).toBe(0);
    const { files } = await openPackage(await readFile(out));
    expect(Buffer.from(files.get('README.md')!).toString()).toContain('pool all positions');
  });
});
