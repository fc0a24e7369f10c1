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
async function cellsOf(fields: readonly string[], cells: readonly string[], more: { pixelSize?: number } = {}) {
  const screen = { ...(await readScreen(write('fields.csv', fields), {}, nodeAccess)), ...more };
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

  it.each([
    ['ImageNumber\tClass\tCentroid X px\tCentroid Y px', '1\tTumor\t5\t6'],
    ['ImageNumber,label,centroid-0,centroid-1', '1,4,6,5'],
    ['ImageNumber,label,centroid-0,centroid-1,centroid-2', '1,4,0,6,5'],
    ['ImageNumber,axis-0,axis-1', '1,6,5'],
    ['Image_Number;Centroid_X;Centroid_Y', '1;5,0;6,0'],
    [' ,ImageNumber,Area,X,Y', '1,1,99,5,6'],
    [' ,ImageNumber,Area,XM,YM', '1,1,99,5,6'],
    ['ImageNumber,Centroid X µm,Centroid Y µm', '1,2.5,3'],
    ['ImageNumber,Centroid X \u03bcm,Centroid Y \u03bcm', '1,2.5,3'],
  ])('may have the centres of other programs: %s', async (header, line) => {
    const { found, notes } = await cellsOf(fields, [header, line], { pixelSize: 0.5 });
    expect(found).toEqual([expect.stringMatching(/^1: \d@5,6$/)]);
    expect(notes.map((note) => /are taken as pixels; if your program wrote micrometres/.test(note))).toEqual(
      /X,Y|XM,|Centroid_X/.test(header) ? [true] : [],
    );
  });

  it('in micrometres need the size of a pixel', async () => {
    const cells = ['ImageNumber,Centroid X µm,Centroid Y µm', '1,2.5,3'];
    await expect(cellsOf(fields, cells)).rejects.toThrow(/column Centroid X µm: centres are in micrometres.*in pixels/);
  });

  it('may have decimal commas, and keep what is written where it is no number', async () => {
    const { byField } = await readCells(
      write('cells.csv', ['ImageNumber;Location_Center_X;Location_Center_Y', '1;12,5;20,25', '2;1.234,5;7', '2;;']),
      await readScreen(write('fields.csv', fields), {}, nodeAccess),
      nodeAccess,
    );
    expect([...byField.values()].flat().map(({ x, y, written }) => [x, y, written])).toEqual([
      [12.5, 20.25, undefined],
      [Number.NaN, 7, '1.234,5 and 7'],
      [Number.NaN, Number.NaN, undefined],
    ]);
  });

  it.each([
    ['Image', 'b.tif', 'a.tif'],
    ['FileName_DNA', 'b.tif', 'a.tif'],
    ['Image_FileName_OrigDNA', 'B.TIF', 'A.tif'],
    ['filename', '/elsewhere/run 7/b.tif', 'C:\\data\\a.tif'],
    ['source_file', 'b', 'a'],
    ['ImageName', 'b.png', 'a.ome.tif'],
    ['Image path', 'b.tif', 'a.tif'],
    ['Image', 'b.tif - Series 1', 'a.ome.tif - A1 - DAPI'],
    ['Label', 'b.tif', 'a.tif'],
    ['Label', 'b.tif:0001-0100', 'a.tif:2:Nucleus 1:z'],
    ['Label', 'b:0001-0100', 'a'],
    ['Label', 'C1-b.tif:0001-0100', 'MAX_C2-a.tif'],
    ['Label', '/data/b.tif:1/3', 'C:\\data\\a:1'],
  ])('are matched by the name of a file in %s', async (name, second, first) => {
    const header = `${name}\tCentroid X px\tCentroid Y px`;
    const { found, unknownCells } = await cellsOf(fields, [header, `${second}\t5\t6`, `${first}\t7\t8`, 'z.tif\t1\t2']);
    expect([found, unknownCells]).toEqual([['2: 1@5,6', '1: 1@7,8'], 1]);
  });

  it('are matched by folder and file where names repeat, however they are composed', async () => {
    const table = ['FileName_A,PathName_A,FileName_B', 'i.tif,Plätte 1,p.tif', 'i.tif,Plätte 2,q.tif'];
    const nfd = (text: string) => text.normalize('NFD');
    const header = 'Image,X,Y';
    const cells = [header, nfd('/other/Plätte 2/i.tif,5,6'), 'Plätte 1\\i.tif,7,8', 'q.tif,1,2'];
    expect((await cellsOf(table, cells)).found).toEqual(['2: 1@5,6', '2: 2@1,2', '1: 1@7,8']);
    const apart = ['FileName_A,PathName_A,X,Y', 'i.tif,/mnt/Plätte 2,5,6'];
    expect((await cellsOf(table, apart)).found).toEqual(['2: 1@5,6']);
    await expect(cellsOf(table, [header, 'i.tif,5,6'])).rejects.toThrow(
      /row 2, column Image.*in rows 2 and 3.*folder before/,
    );
  });

  it('are those of a series of a file by the name behind that of the file', async () => {
    const table = ['FileName_A,Series_A,Metadata_SeriesName', 'a.ome.tif,0,Left', 'a.ome.tif,1,Right'];
    const named = ['Image,X,Y', 'a.ome.tif - Right,5,6'];
    expect((await cellsOf(table, named)).found).toEqual(['2: 1@5,6']);
    await expect(cellsOf(table, ['Image,X,Y', 'a.ome.tif - Series 1,5,6'])).rejects.toThrow(/in rows 2 and 3/);
  });

  it('are told apart by their files where several fields are at one place', async () => {
    const { found } = await cellsOf(fields, ['Well,Image,X,Y', 'A01,b.tif,5,6']);
    expect(found).toEqual(['2: 1@5,6']);
  });

  it('are matched by other names of wells, and by rows and columns', async () => {
    const named = ['Barcode,well_position,Field,X,Y', 'P1,a1,2,5,6'];
    expect((await cellsOf(fields, named)).found).toEqual(['2: 1@5,6']);
    expect((await cellsOf(fields, ['Plate,Row,Column,FOV,X,Y', 'P1,1,1,2,5,6'])).found).toEqual(['2: 1@5,6']);
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

  it('are refused where a row has too many parts, as with decimal commas, or a column stands twice', async () => {
    const header = 'ImageNumber,ObjectNumber,Location_Center_X,Location_Center_Y';
    await expect(cellsOf(fields, [header, '1,1,118,53,122,26'])).rejects.toThrow(
      /row 2.*: the row has another number of cells than the header \(found 6; expected 4\)/,
    );
    await expect(cellsOf(fields, [`${header},location_center_x`, '1,1,5,6,9'])).rejects.toThrow(
      /row 1, column location_center_x: two columns have the same name \(found columns 3 and 5\)/,
    );
    // Measurements may be called as they like.
    const { found } = await cellsOf(fields, [`${header},Area,Area`, '1,1,5,6,9,9']);
    expect(found).toEqual(['1: 1@5,6']);
  });

  it('are each taken once, whatever their numbers', async () => {
    const header = 'ImageNumber,ObjectNumber,Location_Center_X,Location_Center_Y';
    const { found, notes } = await cellsOf(fields, [
      header,
      '1,1,5,6',
      '1,2,7,8',
      '1,1,5,6',
      '1,3,7,8',
      '2,1,5,6',
      '1,4,,8',
      '1,5,,8',
    ]);
    expect(found).toEqual(['1: 1@5,6', '1: 2@7,8', '1: 4@NaN,8', '1: 5@NaN,8', '2: 1@5,6']);
    expect(notes.join()).toMatch(
      /2 rows, 4 the first, have the centre of an earlier row in the same field, and are left out$/,
    );
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
    expect(await refused(fields, ['label,X,Y', '1,1,2'])).toMatch(/MissingColumn: .*ImageNumber/);
    expect(await refused(fields, ['Label,X,Y', 'z.tif:1,1,2'])).toMatch(/BadTable: .*z\.tif:1/);
    expect(await refused(fields, ['ImageNumber,A,B', '1,1,2'])).toMatch(/MissingColumn: .*ImageNumber, A, B/);
    expect(await refused(fields, ['ImageNumber,filename,X,Y', '1,b.tif,1,2'])).toMatch(
      /row 2.*image of the cell.*b\.tif/,
    );
    expect(await refused(fields, [`ImageNumber,${centres}`, '9,1,2', ',1,2'])).toMatch(/BadTable: .*ImageNumber 9/);
    expect(await refused(fields, [`ImageNumber,${centres}`])).toMatch(/EmptyTable/);
    expect(await refused(fields, [''])).toMatch(/EmptyTable/);
    expect(await refused(fields, [`ImageNumber,${centres}`, '"1,2,3'])).toMatch(/BadTable/);
    const screen = await readScreen(write('fields.csv', fields), {}, nodeAccess);
    await expect(readCells(join(folder, 'gone.csv'), screen, nodeAccess)).rejects.toMatchObject({ tag: 'MissingFile' });
    await expect(readCells(folder, screen, nodeAccess)).rejects.toMatchObject({ tag: 'BadTable' });
  });
});
