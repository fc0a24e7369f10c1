/** What a newcomer tries first with a screen of theirs: look at it, take it to OME-Zarr, and predict both. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { expect, it } from 'vitest';
import { milscope } from './run-milscope.ts';
import { describeWithSharedData } from './shared-data.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

type Row = Record<string, string>;
const folder = temporaryFolder();
const rowsOf = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });

async function run(...words: string[]): Promise<string> {
  const { code, out, err } = await milscope(...words);
  expect(code, err).toBe(0);
  return out;
}

/** Trains for an epoch, then inspects, converts, and predicts both forms, which must say the same. */
async function takeThrough(table: string, { name, label }: { name: string; label: string }): Promise<void> {
  const at = (file: string) => join(folder, name, file);
  const model = at('run/model.onnx');
  await run(
    ...['train', table, '--label', label, '--out', at('run'), '--epochs', '1', '--batch', '2', '--crop', '64'],
    ...['--validation', '0'],
  );
  const inspected = JSON.parse(await run('inspect', table, '--label', label, '--out', at('report.html'), '--json'));
  expect(await readFile(at('report.html'), 'utf8')).toContain('<html');
  expect(inspected).toBeTypeOf('object');
  await run('convert', table, '--out', at('screen.zarr'));
  await run('predict', model, table, '--out', at('table.csv'));
  await run('predict', model, at('screen.zarr'), '--out', at('zarr.csv'));
  const probabilities = async (file: string) => {
    const rows = await rowsOf(at(file));
    const columns = Object.keys(rows[0]!).filter((column) => /^MIL_(Probability|Bag)_/.test(column));
    return rows.map((row) => columns.map((column) => row[column]).join()).sort();
  };
  const expected = await probabilities('table.csv');
  expect(expected).toHaveLength((await rowsOf(table)).length);
  expect(await probabilities('zarr.csv')).toEqual(expected);

  // The plate has no labels; the table beside it has them.
  const places = 'Metadata_Plate,Metadata_Well,Metadata_Site';
  const joined = ['--annotations', at('screen.csv'), '--on', places];
  await run('predict', model, at('screen.zarr'), '--out', at('joined.csv'), ...joined);
  const labels = async (file: string) => (await rowsOf(file)).map((row) => row[`Metadata_${label}`] ?? '').sort();
  expect(await labels(at('joined.csv'))).toEqual(await labels(at('table.csv')));
}

/** A table of some fields of another, with absolute paths, in a folder of its own. */
async function someOf(table: string, { name, change }: { name: string; change: (rows: Row[]) => Row[] }) {
  const rows = change(await rowsOf(table));
  const whole = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, text]) => [
        column,
        /^(Objects)?FileName_/.test(column) ? resolve(dirname(table), text) : text,
      ]),
    ),
  );
  const path = join(folder, `${name}.csv`);
  await writeFile(path, stringify(whole, { header: true }));
  return path;
}

it('a simulated screen says the same as a table and as OME-Zarr', async () => {
  const table = await simulateTinyScreen(join(folder, 'screen'));
  await takeThrough(table, { name: 'simulated', label: 'Phenotype' });
});

describeWithSharedData('real screens say the same as a table and as OME-Zarr', (data) => {
  it('fkhr, two grey PNGs a field', async () => {
    const table = await someOf(join(data, 'fkhr/fields.csv'), {
      name: 'fkhr',
      change: (rows) => rows.filter((row) => row.Metadata_Phenotype !== ''),
    });
    await takeThrough(table, { name: 'f', label: 'Phenotype' });
  });

  it('yeast, 16 bits and no wells', async () => {
    const table = await someOf(join(data, 'yeast/fields.csv'), {
      name: 'yeast',
      change: (rows) => rows.map((row, i) => ({ ...row, Metadata_Strain: `strain ${i}` })),
    });
    await takeThrough(table, { name: 'y', label: 'Strain' });
  });

  it('bbbc021, RGB of 20 plates', async () => {
    const table = await someOf(join(data, 'bbbc021/fields.csv'), {
      name: 'bbbc021',
      change: (rows) => rows.filter((_, i) => i % 10 === 0),
    });
    await takeThrough(table, { name: 'b', label: 'MOA' });
  });
});
