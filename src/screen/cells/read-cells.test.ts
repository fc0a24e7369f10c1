import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeAccess } from '../node/access.ts';
import { readScreen } from '../read-screen.ts';
import { readCells } from './read-cells.ts';

const folder = temporaryFolder();

function write(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** Cells as `field: number@x,y`, of a table of cells beside a table of fields. */
async function cellsOf(fields: readonly string[], cells: readonly string[]) {
  const screen = await readScreen(write('fields.csv', fields), {}, nodeAccess);
  const { byField, ...rest } = await readCells(write('cells.csv', cells), screen, nodeAccess);
  const found = [...byField].flatMap(([{ imageNumber }, own]) =>
    own.map(({ objectNumber, x, y }) => `${imageNumber}: ${objectNumber}@${x},${y}`),
  );
  return { found, ...rest };
}

const fields = ['FileName_DNA,Metadata_Plate,Metadata_Well,Metadata_Site', 'a.tif,P1,A01,1', 'b.tif,P1,A01,2'];

describe('cells', () => {
  it('are those of the fields with their numbers', async () => {
    const { found, unknown } = await cellsOf(fields, [
      'ImageNumber,ObjectNumber,Location_Center_X,Location_Center_Y',
      '2,1,10.5,20',
      '1,7,1,2',
      '',
      '2,2,3,4',
    ]);
    expect(found).toEqual(['2: 1@10.5,20', '2: 2@3,4', '1: 7@1,2']);
    expect(unknown).toEqual([]);
  });

  it.each([
    ['imagenumber;objectnumber;location_center_x;location_center_y', '1;4;5;6'],
    [
      'Image_ImageNumber\tNuclei_Number_Object_Number\tNuclei_Location_Center_X\tNuclei_Location_Center_Y',
      '1\t4\t5\t6',
    ],
    ['ImageNumber,ObjectNumber,AreaShape_Center_X,AreaShape_Center_Y', '1,4,5,6'],
    [
      'ImageNumber,Cells_Location_Center_X,Cells_Location_Center_Y,Nuclei_Location_Center_X,Nuclei_Location_Center_Y,Nuclei_Number_Object_Number,Cells_Number_Object_Number',
      '1,50,60,5,6,4,9',
    ],
    ['ImageNumber,Cells_AreaShape_Center_X,Cells_AreaShape_Center_Y,Cells_Number_Object_Number', '1,5,6,4'],
    [
      'ImageNumber,ObjectNumber,AreaShape_Center_X,AreaShape_Center_Y,Location_Center_X,Location_Center_Y',
      '1,4,0,0,5,6',
    ],
  ])('may have the columns %s', async (header, line) => {
    expect((await cellsOf(fields, [header, line])).found).toEqual(['1: 4@5,6']);
  });

  it('without numbers are numbered as they come in their field; without a centre they have none', async () => {
    const { found } = await cellsOf(fields, [
      'ImageNumber,Location_Center_X,Location_Center_Y',
      '1,5,6',
      '2,5,nan',
      '1,,7',
      '1,8',
    ]);
    expect(found).toEqual(['1: 1@5,6', '1: 2@NaN,7', '1: 3@8,NaN', '2: 1@5,NaN']);
  });

  it('are matched by plate, well and site where there is no number', async () => {
    const { found, unknown, unknownCells } = await cellsOf(fields, [
      'Plate,Well,Site,Location_Center_X,Location_Center_Y',
      'P1,a1,2,5,6',
      'P2,a1,2,5,6',
      'P1,A01,1,7,8',
      'P2,a1,2,5,6',
    ]);
    expect(found).toEqual(['2: 1@5,6', '1: 1@7,8']);
    expect(unknownCells).toBe(2);
    expect(unknown).toEqual([
      expect.objectContaining({ imageNumber: undefined, tag: 'UnknownField', message: expect.stringContaining('P2') }),
    ]);
  });

  it('are matched by table and number where these are unique only together', async () => {
    const parts = ['TableNumber,ImageNumber,FileName_DNA', '1,1,a.tif', '2,1,b.tif'];
    const cells = ['TableNumber,ImageNumber,Location_Center_X,Location_Center_Y', '2,1,5,6', '1,1,7,8'];
    expect((await cellsOf(parts, cells)).found).toEqual(['2: 1@5,6', '1: 1@7,8']);
  });

  it('are not guessed at', async () => {
    const centres = 'Location_Center_X,Location_Center_Y';
    const refused = (table: readonly string[], cells: readonly string[]) =>
      cellsOf(table, cells).catch(({ tag, message }) => `${tag}: ${message}`);
    expect(await refused(fields, [`Well,${centres}`, 'A01,1,2'])).toMatch(/BadTable: .*rows 2 and 3/);
    expect(await refused(fields, [`ImageNumber,Plate,${centres}`, '1,P2,1,2'])).toMatch(/BadTable: .*row 2.*plate.*P2/);
    expect(await refused(fields, [centres, '1,2'])).toMatch(/MissingColumn: .*ImageNumber/);
    expect(await refused(fields, ['ImageNumber,X,Y', '1,1,2'])).toMatch(/MissingColumn: .*ImageNumber, X, Y/);
    expect(await refused(fields, [`ImageNumber,${centres}`, '9,1,2', ',1,2'])).toMatch(/BadTable: .*ImageNumber 9/);
    expect(await refused(fields, [`ImageNumber,${centres}`])).toMatch(/EmptyTable/);
    expect(await refused(fields, [''])).toMatch(/EmptyTable/);
    expect(await refused(fields, [`ImageNumber,${centres}`, '"1,2,3'])).toMatch(/BadTable/);
    const screen = await readScreen(write('fields.csv', fields), {}, nodeAccess);
    await expect(readCells(join(folder, 'gone.csv'), screen, nodeAccess)).rejects.toMatchObject({ tag: 'MissingFile' });
    await expect(readCells(folder, screen, nodeAccess)).rejects.toMatchObject({ tag: 'BadTable' });
  });
});
