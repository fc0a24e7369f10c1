import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { countCells } from './count-cells.ts';
import { assayTable } from './testing/assay-table.ts';

const folder = temporaryFolder();
const table = assayTable([
  { well: 'A01', site: 1, p: 0 },
  { well: 'A01', site: 2, p: 0 },
  { well: 'A02', site: 1, p: 0 },
]);
const counts = async (lines: readonly string[]) => {
  const path = join(folder, 'cells.csv');
  await writeFile(path, lines.join('\n'));
  return table.rows.map(await countCells(path, table, nodeFiles));
};

it('counts cells by plate, well and site, whatever the numbers of the fields are', async () => {
  const header = 'ImageNumber,ObjectNumber,Metadata_Plate,Metadata_Well,Metadata_Site,Location_Center_X';
  expect(await counts([header, '9,1,P1,a1,1,5', '9,2,P1,A01,1,6', '7,1,P1,A01,2,6', '1,1,P2,A01,1,6'])).toEqual([
    2, 1, 0,
  ]);
});

it('shares the cells of a well among fields that it does not tell apart', async () => {
  expect(await counts(['Metadata_Well', 'A01', 'A01', 'A01', 'A02'])).toEqual([1.5, 1.5, 1]);
});

it('counts by number where no wells are named', async () => {
  expect(await counts(['ImageNumber,ObjectNumber', '1,1', '3,1', '3,2'])).toEqual([1, 0, 2]);
});

it('refuses a table of other fields, and one that names none', async () => {
  await expect(counts(['ImageNumber', '77'])).rejects.toThrow('no cell of the table is in a field of p.csv');
  await expect(counts(['X,Y', '1,2'])).rejects.toThrow('nothing in the table tells which field a cell is in');
  await expect(counts(['Metadata_Well,Count_Cells', 'A01,100', 'A02,90'])).rejects.toThrow('has more than one row');
});
