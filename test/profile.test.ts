/** The table of classical features: of fields, of cells, and of screens that are not perfect. */
import { existsSync } from 'node:fs';
import { readdir, readFile, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

type Row = Record<string, string>;
const readRows = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });

const folder = temporaryFolder();
let table: string;

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { wells: 2, sites: 1, size: 160 });
});

describe('milscope profile', () => {
  it('writes a row of features for every field and every cell', async () => {
    const [out, cells] = [join(folder, 'all', 'profiles.csv'), join(folder, 'all', 'cells.csv')];
    const argv = [table, '--nuclei-channel', 'dna', '--out', out, '--cells', cells];
    const { code, out: said } = await milscope('profile', ...argv);
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('4 fields') });
    expect((await readdir(dirname(out))).sort()).toEqual(['cells.csv', 'profiles.csv', 'profiles.csv.record.json']);

    const [fields, each, truth] = await Promise.all([readRows(out), readRows(cells), readRows(table)]);
    const columns = Object.keys(fields[0]!);
    const metadata = Object.keys(truth[0]!).filter((name) => name.startsWith('Metadata_'));
    expect(columns.slice(0, metadata.length + 2)).toEqual([...metadata, 'ImageNumber', 'Count_Cells']);
    expect(columns).toEqual(expect.arrayContaining(['Image_Intensity_MeanIntensity_DNA', 'Nuclei_AreaShape_Area']));
    for (const [i, field] of fields.entries()) {
      for (const name of [...metadata, 'ImageNumber']) expect(field[name]).toBe(truth[i]![name]);
      const own = each.filter((cell) => cell.ImageNumber === field.ImageNumber);
      expect(own.map((cell) => cell.ObjectNumber)).toEqual(own.map((_, k) => String(k + 1)));
      expect(own).toHaveLength(Number(field.Count_Cells));
      const mean = own.reduce((sum, cell) => sum + Number(cell.Nuclei_AreaShape_Area), 0) / own.length;
      expect(Number(field.Nuclei_AreaShape_Area)).toBeCloseTo(mean, 3);
      for (const { Nuclei_Location_Center_X: x, Nuclei_Location_Center_Y: y } of own) {
        expect(Number(x)).toBeLessThan(160);
        expect(Number(y)).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('gives the same numbers with one thread and with several, in the order of the table', async () => {
    const [one, several] = await Promise.all(
      ['1', '3'].map(async (threads) => {
        const [out, cells] = [`${threads}.csv`, `${threads} cells.csv`].map((name) => join(folder, 'threads', name));
        const argv = ['--nuclei-channel', 'DNA', '--out', out!, '--cells', cells!, '--threads', threads];
        expect((await milscope('profile', table, ...argv)).code).toBe(0);
        return Promise.all([out!, cells!].map((path) => readFile(path, 'utf8')));
      }),
    );
    expect(several).toEqual(one);
    expect(one![0]).toBe(await readFile(join(folder, 'all', 'profiles.csv'), 'utf8'));
  });

  it('sees the phenotype in the feature that it is named after', async () => {
    const rows = await readRows(join(folder, 'all', 'profiles.csv'));
    const areas = (phenotype: string) =>
      rows.filter((row) => row.Metadata_Phenotype === phenotype).map((row) => Number(row.Nuclei_AreaShape_Area));
    expect(areas('normal').length).toBeGreaterThan(0);
    expect(Math.min(...areas('large nuclei'))).toBeGreaterThan(1.3 * Math.max(...areas('normal')));
  });

  it('goes on without what it cannot read, and lists it beside the table', async () => {
    const out = join(folder, 'damaged', 'p.csv');
    const argv = ['--nuclei-channel', 'DNA', '--out', out, '--json'];
    const damaged = await changeTable(table, 'damaged.csv', (lines) =>
      lines.map((line, i) => (i === 2 ? line.replace(/images\/\w+_w2/, 'images/none') : line)),
    );
    const { code, out: said } = await milscope('profile', damaged, ...argv);
    expect(code).toBe(0);
    expect(JSON.parse(said)).toMatchObject({ fields: 3, skipped: 1, cellsFile: null });
    expect((await readdir(dirname(out))).sort()).toEqual(['p.csv', 'p.csv.record.json', 'p.skipped.csv']);
    expect((await readRows(out)).map((row) => row.ImageNumber)).toEqual(['1', '3', '4']);
    expect(await readRows(join(folder, 'damaged', 'p.skipped.csv'))).toMatchObject([
      { ImageNumber: '2', Error: 'MissingFile' },
    ]);
  });

  it('leaves nothing where no field can be read', async () => {
    const out = join(folder, 'nothing', 'p.csv');
    const lost = await simulateTinyScreen(join(folder, 'lost'), { plates: 1, wells: 2, sites: 1 });
    for (const { FileName_DNA: file } of await readRows(lost)) await truncate(join(dirname(lost), file!), 100);
    const { code, err } = await milscope('profile', lost, '--nuclei-channel', 'DNA', '--out', out);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('none of the 2 fields can be read') });
    expect(existsSync(dirname(out))).toBe(false);
  });

  it.each([
    ['a channel that is not there', ['--nuclei-channel', 'ER', '--out', 'p.csv'], ['ER', 'DNA, Actin, Tubulin'], 1],
    ['another kind of table', ['--nuclei-channel', 'DNA', '--out', 'p.xlsx'], ['--out p.xlsx', '.csv'], 2],
    [
      'another kind of table of cells',
      ['--nuclei-channel', 'DNA', '--out', 'p.csv', '--cells', 'c.xlsx'],
      ['--cells c.xlsx', '.parquet'],
      2,
    ],
    [
      'one file for both tables',
      ['--nuclei-channel', 'DNA', '--out', 'p.csv', '--cells', './p.csv'],
      ['--cells ./p.csv', '--out'],
      2,
    ],
  ])('refuses %s', async (_, argv, words, expected) => {
    const { code, out, err } = await milscope('profile', table, ...argv);
    expect({ code, out }).toEqual({ code: expected, out: '' });
    for (const word of words) expect(err).toContain(word);
  });

  it('replaces nothing unasked', async () => {
    const out = join(folder, 'all', 'profiles.csv');
    const argv = ['profile', table, '--nuclei-channel', 'DNA', '--out', out];
    expect(await milscope(...argv)).toMatchObject({ code: 1, err: expect.stringContaining('--overwrite') });
    expect((await milscope(...argv, '--overwrite')).code).toBe(0);
  });
});
