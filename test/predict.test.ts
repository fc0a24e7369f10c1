/** Prediction of screens that are not perfect, and of screens that are large. */
import { copyFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeUntrainedModel } from '../src/workflows/testing/untrained-model.ts';
import { milscope } from './run-milscope.ts';
import { sharedRun } from './shared-run.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
let model: string;
let table: string;

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'));
  ({ model } = await sharedRun());
});

describe('milscope predict', () => {
  it('goes on without what it cannot read, and lists it beside the predictions', async () => {
    const cut = join(dirname(table), 'images', 'cut.tif');
    await copyFile(join(dirname(table), 'images', 'Plate1_A01_s1_w1.tif'), cut);
    await truncate(cut, 700);
    const screen = await changeTable(table, 'damaged.csv', (lines) =>
      lines.map((line, i) => (i === 3 ? line.replace(/images\/\w+_w2/, 'images/cut') : line)),
    );
    const out = join(folder, 'damaged', 'p.csv');
    const { code, out: said, err } = await milscope('predict', model, screen, '--out', out, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(said)).toMatchObject({
      fields: 15,
      skipped: 1,
      skippedFile: join(folder, 'damaged', 'p.skipped.csv'),
    });
    expect(err).toContain(cut);
    expect((await readdir(dirname(out))).sort()).toEqual(['p.csv', 'p.csv.record.json', 'p.skipped.csv']);
    const rows: { ImageNumber: string }[] = parse(await readFile(out), { columns: true });
    const numbers = rows.map((row) => Number(row.ImageNumber));
    expect(numbers).toEqual([1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    expect(parse(await readFile(join(folder, 'damaged', 'p.skipped.csv')), { columns: true })).toEqual([
      { ImageNumber: '3', File: cut, Error: 'BadImage', Message: expect.stringContaining('cut short') },
    ]);
    // Once mended, the list of yesterday goes.
    expect((await milscope('predict', model, table, '--out', out, '--overwrite')).code).toBe(0);
    expect(await readdir(dirname(out))).toEqual(['p.csv', 'p.csv.record.json']);
  });

  it('finds the channels of the model by name, in any order, among others, and under other names', async () => {
    const few = await changeTable(table, 'few.csv', (lines) => lines.slice(0, 4));
    // The columns backwards, and one more without any image.
    const other = await changeTable(few, 'other.csv', (lines) =>
      lines.map((line, i) =>
        [i === 0 ? 'FileName_BF' : '', ...line.split(',').reverse()].join(',').replace('DNA', i === 0 ? 'dna' : 'DNA'),
      ),
    );
    const renamed = await changeTable(few, 'renamed.csv', ([header, ...rows]) => [
      header!.replace('FileName_DNA', 'FileName_w1').replace('FileName_Actin', 'FileName_w2'),
      ...rows,
    ]);
    const predict = async (name: string, screen: string, ...options: readonly string[]) => {
      const out = join(folder, 'channels', `${name}.csv`);
      const { code, err } = await milscope('predict', model, screen, '--out', out, ...options);
      expect(code, err).toBe(0);
      return { rows: parse(await readFile(out), { columns: true }), err };
    };
    const { rows } = await predict('few', few);
    const reordered = await predict('other', other);
    const sorted = (all: readonly unknown[]) => all.map((row) => Object.entries(row as object).sort());
    expect(sorted(reordered.rows)).toEqual(sorted(rows));
    expect(reordered.err).toContain('without BF: this channel of the screen is left out');
    expect((await predict('renamed', renamed, '--channels', 'Tubulin,DNA=w1,Actin=w2')).rows).toEqual(rows);
    const { code, err } = await milscope('predict', model, renamed, '--out', join(folder, 'channels', 'no.csv'));
    expect(code).toBe(1);
    expect(err).toContain('name them: --channels DNA=w1,Actin=w2,Tubulin');
  });

  it('reads the level that the model was trained at, and refuses another', async () => {
    const tiffs = await simulateTinyScreen(join(folder, 'tiffs'), { plates: 1, wells: 2, sites: 1, size: 264 });
    const zarr = join(folder, 'zarr');
    expect((await milscope('convert', tiffs, '--out', zarr)).code).toBe(0);
    const [before, half] = ['before', 'half'].map((name) => join(folder, `${name}.onnx`)) as [string, string];
    await writeUntrainedModel(before);
    await writeUntrainedModel(half, { level: 1, pixelSize: null });
    const predict = async (by: string, ...options: readonly string[]) => {
      const out = join(folder, 'level', `${options.length}.csv`);
      const result = await milscope('predict', by, zarr, '--out', out, '--overwrite', ...options);
      const rows: Record<string, string>[] = result.code === 0 ? parse(await readFile(out), { columns: true }) : [];
      return { ...result, rows: rows.map(({ MIL_Model: _, ...row }) => row) };
    };
    const whole = await predict(before);
    expect(whole.rows).toHaveLength(2);
    const repeated = await predict(half);
    expect(repeated.rows).not.toEqual(whole.rows);
    expect((await predict(before, '--level', '1')).rows).toEqual(repeated.rows);
    const refused = await predict(half, '--level', '0');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('--level 0: ');
    expect(refused.err).toMatch(/found level 0 .*expected level 1/);
  });

  it('gives the same numbers with any number of workers', async () => {
    const outs = await Promise.all(
      ['1', '2'].map(async (workers) => {
        const out = join(folder, 'workers', `${workers}.csv`);
        expect((await milscope('predict', model, table, '--out', out, '--workers', workers)).code).toBe(0);
        return readFile(out, 'utf8');
      }),
    );
    expect(outs[0]).toBe(outs[1]);
  });

  it('looks at fields in tiles and gives the same table, with symmetries too', async () => {
    const size = 230;
    const large = await simulateTinyScreen(join(folder, 'large'), { plates: 1, wells: 2, sites: 1, size, seed: 2 });
    const predict = async (name: string, ...options: readonly string[]) => {
      const out = join(folder, 'tiles', `${name}.csv`);
      const { code, err } = await milscope('predict', model, large, '--out', out, ...options);
      expect(code, err).toBe(0);
      const rows: Record<string, string>[] = parse(await readFile(out), { columns: true });
      return rows;
    };
    for (const [tile, ...options] of [['64'], ['128', '--symmetries']] as const) {
      const whole = await predict(`whole${tile}`, ...options);
      const tiled = await predict(`tiled${tile}`, '--tile', tile, ...options);
      expect(tiled.length).toBe(whole.length);
      for (const [i, row] of whole.entries()) {
        for (const [column, value] of Object.entries(row)) {
          if (!/^MIL_(Probability|Bag)_/.test(column)) expect(tiled[i]![column]).toBe(value);
          else expect(Math.abs(Number(tiled[i]![column]) - Number(value)), column).toBeLessThan(1e-5);
        }
      }
    }
    const refused = ['predict', model, large, '--out', join(folder, 'c.csv'), '--cells', 'cells.csv', '--tile', '64'];
    const { code, err } = await milscope(...refused);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('--tile: this option applies to whole fields only'),
    });
  });

  it.each([
    ['a model that is not there', async () => [join(folder, 'none.onnx'), table], ['none.onnx', 'model.onnx of a run']],
    [
      'a file that is no model',
      async () => {
        const path = join(folder, 'text.onnx');
        await writeFile(path, 'not a model');
        return [path, table];
      },
      ['text.onnx'],
    ],
    [
      'channels it was not trained on',
      async () => [
        model,
        await changeTable(table, 'channels.csv', ([header, ...rows]) => [
          header!.replace('FileName_Actin', 'FileName_ER'),
          ...rows,
        ]),
      ],
      ['channels.csv', 'DNA, ER, Tubulin', 'DNA, Actin, Tubulin'],
    ],
  ])('refuses %s', async (_, inputs, words) => {
    const out = join(folder, 'refused', 'p.csv');
    await mkdir(dirname(out), { recursive: true });
    const { code, out: said, err } = await milscope('predict', ...(await inputs()), '--out', out);
    expect({ code, said }).toEqual({ code: 1, said: '' });
    for (const word of words) expect(err).toContain(word);
    expect(err).not.toContain('a bug');
    expect(await readdir(dirname(out))).toEqual([]);
  });

  it('writes CSV only', async () => {
    const { code, err } = await milscope('predict', model, table, '--out', 'p.xlsx');
    expect(code).toBe(2);
    expect(err).toContain('.csv');
  });
});
