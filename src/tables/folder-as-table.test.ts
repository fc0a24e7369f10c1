import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { nodeFiles } from '../files/node-files.ts';
import { listed } from './folder-as-table.ts';
import { readTable } from './read-table.ts';
import { makeWorkbook } from './testing/make-workbook.ts';

const folder = temporaryFolder();
const wanted = { what: 'a plate map', option: 'plateMap' };
const fits = (header: readonly string[]) => header.includes('Well');
const found = (name: string, options = {}) =>
  expect(readTable(join(folder, name), nodeFiles, { wanted, ...options })).rejects;

beforeAll(async () => {
  for (const name of ['none', 'one', 'some', 'many']) await mkdir(join(folder, name));
  const write = (name: string, text: string | Uint8Array) => writeFile(join(folder, name), text);
  await write('one/map.csv', 'Well,Dose\nA1,3\n');
  await write('one/notes.txt', 'Well,Dose\nA1,3\n');
  await mkdir(join(folder, 'one', 'folder.csv'));
  await write('some/a.csv', 'Name,Dose\nx,3\n');
  await write('some/b.tsv', 'Well\tDose\nA1\t3\n');
  await write(
    'some/c.xlsx',
    await makeWorkbook([
      {
        name: 'S',
        rows: [
          ['Well', 'Dose'],
          ['A1', 3],
        ],
      },
    ]),
  );
  await write('some/d.xlsx', 'no workbook');
  await write('some/.hidden.csv', 'Well,Dose\nA1,3\n');
  for (let i = 0; i < 30; i++) await write(`many/${i + 10}.csv`, 'Well\nA1\n');
});

describe('a folder in place of a table', () => {
  it('is named with what is needed, and the table in it as it is typed', async () => {
    const file = join(folder, 'one');
    await found('one', { fits }).toMatchObject({
      tag: 'BadTable',
      details: {
        ...{ file, option: 'plateMap', problem: 'this is a folder, and a plate map is a file', found: 'map.csv' },
        ...{
          expected: 'a CSV, TSV, Excel (.xlsx) or Parquet file',
          remedy: `give it: plateMap ${join(file, 'map.csv')}`,
        },
      },
    });
  });

  it('names those of several tables that have the columns, or all where none has', async () => {
    await found('some', { fits }).toMatchObject({
      details: { found: 'b.tsv and c.xlsx', remedy: expect.stringMatching(/^give one of these: plateMap .*b.tsv$/) },
    });
    await found('some', { fits: () => false }).toMatchObject({ details: { found: 'a.csv, b.tsv, c.xlsx and d.xlsx' } });
  });

  it('counts the others of many, and says where there is none', async () => {
    await found('many').toMatchObject({ details: { found: '10.csv, 11.csv, 12.csv, 13.csv and 26 other tables' } });
    await found('none').toMatchObject({ details: { found: 'an empty folder', remedy: 'name a plate map' } });
  });
});

it('names are listed in words', () => {
  expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
  expect(listed(['a', 'b', 'c', 'd', 'e'], 'run')).toBe('a, b, c, d and 1 other run');
});
