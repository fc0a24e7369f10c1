import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { makeWorkbook } from '../../tables/testing/make-workbook.ts';
import { comparableCell } from '../compare-cells.ts';
import { labelsOf } from '../labels.ts';
import { nodeAccess } from '../node/access.ts';
import { readScreen } from '../read-screen.ts';
import type { ScreenOptions } from '../screen-options.ts';

const folder = temporaryFolder();
const save = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const fields = (text: string) => save('fields.csv', text);
const joined = async (table: string, text: string, on: string, more: ScreenOptions = {}) =>
  readScreen(fields(table), { annotations: save('other.csv', text), on: on.split(','), ...more }, nodeAccess);
const column = ({ fields: all }: Awaited<ReturnType<typeof readScreen>>, name: string) =>
  all.map(({ metadata }) => metadata[name]);

const strains = 'FileName_GFP,Metadata_Strain,Plate\na.tif,YAL001C,0012\nb.tif,YAL002W,0012\nc.tif,YAL003W,0013\n';

describe('annotations', () => {
  it('give fields the labels of their protein, several to one, as sets', async () => {
    const screen = await joined(
      strains,
      'strain,Localisation\nYAL002W,nucleus|cytoplasm\nYAL001C, ER \nYBR,x\n',
      'STRAIN',
    );
    expect(screen.columns).toEqual(['Metadata_Strain', 'Plate', 'Metadata_Localisation']);
    expect(column(screen, 'Metadata_Localisation')).toEqual(['ER', 'nucleus|cytoplasm', '']);
    expect(labelsOf(screen, 'localisation')).toEqual(['ER', 'nucleus|cytoplasm', '']);
    expect(screen.notes).toEqual([
      `1 of 3 fields has no row in ${join(folder, 'other.csv')}, such as YAL003W: it is left empty in Metadata_Localisation`,
    ]);
    expect(screen.tables).toEqual([join(folder, 'fields.csv'), join(folder, 'other.csv')]);
  });

  it('compare wells as wells, numbers as numbers, and codes as they are written', async () => {
    const table = 'FileName_A,Plate,Well,Dose\na,0012,A01,0.003000\nb,0012,a2,0.01\nc,12,A01,0.003';
    const plates = 'plate,well,Drug\n0012,A1,x\n12,A001,y\n0012,A-2,z';
    expect(column(await joined(table, plates, 'Metadata_Plate,Well'), 'Metadata_Drug')).toEqual(['x', 'z', 'y']);
    const doses = 'Dose,Step\n.003,1\n1e-2,2';
    expect(column(await joined(table, doses, 'Dose'), 'Metadata_Step')).toEqual(['1', '2', '1']);
  });

  it('may be joined by what the plate map says of the wells', async () => {
    const plateMap = save('strains.csv', ',1,2\nA,YAL001C,YAL002W\n');
    const table = 'FileName_A,Metadata_Well\na,A02\nb,A1';
    const screen = await joined(table, 'Strain,Gene\nYAL001C,TFC3\nYAL002W,VPS8', 'strains', { plateMap }).catch(
      (error) => error,
    );
    expect(screen).toMatchObject({
      tag: 'MissingColumn',
      details: { file: join(folder, 'other.csv'), option: 'on' },
    });
    const right = await joined(table, 'Strains,Gene\nYAL001C,TFC3\nYAL002W,VPS8', 'strains', { plateMap });
    expect(column(right, 'Metadata_Gene')).toEqual(['VPS8', 'TFC3']);
    expect(right.tables).toHaveLength(3);
  });

  it('fill a cell that says NaN or the like, and put none in its place', async () => {
    const table = 'FileName_A,Strain,Gene\na,x,NaN\nb,y,VPS8\nc,z,n/a';
    const screen = await joined(table, 'Strain,Gene\nx,TFC3\ny,NA\nz,', 'Strain');
    expect(column(screen, 'Gene')).toEqual(['TFC3', 'VPS8', 'n/a']);
    expect(labelsOf(screen, 'Gene')).toEqual(['TFC3', 'VPS8', '']);
  });

  it('never find a row by an empty key, but by one of which a part is empty', async () => {
    const table = 'FileName_A,Plate,Strain\na,P1,x\nb,P1,\nc,,x\nd,,';
    const rows = 'Strain,Note\nx,1\n,total\n,sum';
    expect(column(await joined(table, rows, 'Strain'), 'Metadata_Note')).toEqual(['1', '', '1', '']);
    const both = 'Plate,Strain,Note\nP1,x,1\n,x,2\nP1,,3\n,,4\n,,5';
    expect(column(await joined(table, both, 'Plate,Strain'), 'Metadata_Note')).toEqual(['1', '3', '2', '']);
  });

  it('leave what both say alike, fill what only they say, and bring no files or numbers along', async () => {
    const table = 'FileName_A,Strain,Dose,Gene\na,x,0.30,\nb,y,1,VPS8';
    const other =
      'Strain,Metadata_Dose,Gene,FileName_A,ImageNumber,,Note\nx,0.3,TFC3,z.tif,7,,n\ny,,VPS8,z.tif,8,,\n,,,,,,total';
    const screen = await joined(table, other, 'Strain');
    expect(screen.fields.map(({ metadata }) => metadata)).toEqual([
      { Strain: 'x', Dose: '0.30', Gene: 'TFC3', Metadata_Note: 'n' },
      { Strain: 'y', Dose: '1', Gene: 'VPS8', Metadata_Note: '' },
    ]);
    expect(screen.notes).toEqual([]);
  });

  it.each([
    [
      'rows of one key that differ',
      'Strain,Loc\nYAL001C,ER\nYAL002W,x\nYAL001C,ER\nYAL001C,nucleus',
      {
        tag: 'BadTable',
        details: { row: 5, column: 'Loc', found: 'nucleus', expected: 'ER', problem: expect.stringContaining('row 2') },
      },
    ],
    [
      'rows of one key of which one is empty',
      'Strain,Loc\nYAL001C,ER\nYAL001C, ',
      { tag: 'BadTable', details: { row: 3, column: 'Loc', found: 'an empty cell', expected: 'ER' } },
    ],
    [
      'a column that says something else',
      'Strain,Plate\nYAL001C,0012\nYAL002W,P2',
      { tag: 'BadTable', details: { row: 3, column: 'Plate', found: 'P2', expected: '0012' } },
    ],
    [
      'keys that are nowhere',
      'Strain,Loc\nyal1,ER\nyal2,ER',
      {
        tag: 'BadTable',
        details: { found: 'rows of yal1; yal2', expected: 'such as YAL001C; YAL002W; YAL003W', option: 'on Strain' },
      },
    ],
    ['a key that they do not have', 'Protein,Loc\nx,ER', { tag: 'MissingColumn', details: { found: 'Protein, Loc' } }],
    [
      'nothing but the key',
      'Strain\nYAL001C',
      { tag: 'MissingColumn', details: { expected: 'columns beside Strain' } },
    ],
    [
      'a column twice',
      'Strain,Loc,Metadata_loc\nYAL001C,a,b',
      { tag: 'BadTable', details: { row: 1, column: 'Metadata_loc' } },
    ],
    ['no rows', 'Strain,Loc\n', { tag: 'EmptyTable' }],
  ])('refuse %s', async (_, text, error) => {
    const file = join(folder, 'other.csv');
    await expect(joined(strains, text, 'Strain')).rejects.toMatchObject({
      ...error,
      details: { file, ...('details' in error ? error.details : {}) },
    });
  });

  it('refuse a key that the screen does not have, and one option without the other', async () => {
    await expect(joined(strains, 'Well,x\nA1,1', 'Well')).rejects.toMatchObject({
      tag: 'MissingColumn',
      details: { file: join(folder, 'fields.csv'), column: 'Well', option: 'on' },
    });
    await expect(joined(strains, 'Plate,Strain,x\nP9,YAL001C,1', 'Plate,Strain')).rejects.toMatchObject({
      details: { option: expect.stringMatching(/Plate,Strain$/), found: 'rows of P9, YAL001C' },
    });
    for (const options of [{ on: ['Strain'] }, { annotations: join(folder, 'other.csv') }]) {
      await expect(readScreen(fields(strains), options, nodeAccess)).rejects.toMatchObject({ tag: 'BadOption' });
    }
    await expect(
      readScreen(fields(strains), { annotations: join(folder, 'no.csv'), on: ['Strain'] }, nodeAccess),
    ).rejects.toMatchObject({ tag: 'MissingFile' });
  });

  it('find every field its own row, whatever keys and cells hold and in whichever order', async () => {
    const key = fc.string({
      unit: fc.constantFrom('a', 'B', '0', '7', '.', '-', ',', '"', '\n', 'é', ' '),
      minLength: 1,
    });
    const keys = fc.uniqueArray(
      key.filter((text) => text.trim() !== ''),
      { selector: (text) => comparableCell('Key', text), minLength: 1 },
    );
    await fc.assert(
      fc.asyncProperty(keys, fc.infiniteStream(fc.nat()), async (known, order) => {
        const quoted = { quoted: true };
        const table = stringify([['FileName_A', 'Key'], ...known.map((text, i) => [`${i}.tif`, text])], quoted);
        const shuffled = known.map((text, i) => ({ text, i, at: order.next().value })).sort((a, b) => a.at - b.at);
        const other = stringify(
          [['key', 'Place'], ...shuffled.map(({ text, i }) => [` ${text} `, `${i};${text.trim()}`])],
          quoted,
        );
        const screen = await joined(table, other, 'Key');
        expect(column(screen, 'Metadata_Place')).toEqual(known.map((text, i) => `${i};${text.trim()}`.trim()));
        expect(column(screen, 'Key')).toEqual(known);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a plate map', () => {
  const wells = 'FileName_A,Metadata_Plate,Metadata_Well\na,P1,A01\nb,P1,b2\nc,P2,A1\nd,P2,P24';
  const mapped = async (text: string, table = wells) =>
    readScreen(fields(table), { plateMap: save('Drug.csv', text) }, nodeAccess);

  it('is a row for each well, on every plate or on the plates that it names', async () => {
    expect(column(await mapped('well,Compound\nA1,x\nB02,y\nP24,z'), 'Metadata_Compound')).toEqual([
      'x',
      'y',
      'x',
      'z',
    ]);
    const byPlate = await mapped('Metadata_Plate;Row;Column;Compound\nP1;1;1;x\nP1;B;02;y\nP2;A;1;z');
    expect(column(byPlate, 'Metadata_Compound')).toEqual(['x', 'y', 'z', '']);
    expect(byPlate.columns).toEqual(['Metadata_Plate', 'Metadata_Well', 'Metadata_Compound']);
    expect(byPlate.notes).toEqual([expect.stringContaining('1 of 4 fields has no row in')]);
  });

  it.each([
    ['Metadata_well_position,Metadata_Compound\na1,x\nA2,y\n'],
    ['plate_map_name\twell_position\tCompound\nC-7161\ta01\tx\nC-7161\ta02\ty\n'],
    ['Assay_Plate_Barcode;WellId;Compound\nP1;A1;x\nP1;A2;y\n'],
    ['PlateID,Well_ID,Compound\nP1,A1,x\nP1,A2,y\n'],
    ['Destination Plate Name,Destination Well,Compound\nP1,A1,x\nP1,A2,y\n'],
    // A barcode that is no plate's is what is in the well.
    ['Well,Barcode,Compound\nA1,T0001,x\nA2,T0002,y\n'],
  ])('knows the names that other programs give wells and plates: %j', async (text) => {
    const plateMap = save('map.csv', text);
    for (const table of [
      'FileName_A,Plate,Well\na,P1,A02\nb,P1,A1',
      'FileName_A,Plate_Barcode,well_position\na,P1,A02\nb,P1,A1',
    ]) {
      const screen = await readScreen(fields(table), { plateMap }, nodeAccess);
      expect(column(screen, 'Metadata_Compound')).toEqual(['y', 'x']);
    }
  });

  it('is a sheet of Excel, as a table or as grids with titles above them', async () => {
    const grids = [
      ['Layout of the screen'],
      [],
      ['Compound'],
      [undefined, 1, 2],
      ['A', 'taxol', 'DMSO'],
      [],
      ['Dose'],
      [undefined, 1, 2],
      ['A', 0.1, 0],
    ];
    const plateMap = join(folder, 'map.xlsx');
    writeFileSync(
      plateMap,
      await makeWorkbook([
        { name: 'About', rows: [['By', 'Ada']] },
        { name: 'Map', rows: grids },
      ]),
    );
    const table = fields('FileName_A,Well\na,A02\nb,A1');
    const screen = await readScreen(table, { plateMap }, nodeAccess);
    expect(screen.fields.map(({ metadata }) => metadata)).toEqual([
      { Well: 'A02', Metadata_Compound: 'DMSO', Metadata_Dose: '0' },
      { Well: 'A1', Metadata_Compound: 'taxol', Metadata_Dose: '0.1' },
    ]);
    expect(screen.notes).toEqual([
      `${plateMap}: the sheet "Map" is read, and not "About"`,
      `${plateMap}: 2 grids of all plates are read as Metadata_Compound, Metadata_Dose`,
      `${plateMap}: what stands outside of the grid is passed over: "Layout of the screen" in row 1`,
    ]);
    writeFileSync(
      plateMap,
      await makeWorkbook([
        {
          name: 'S',
          rows: [
            ['Well', 'MOA'],
            ['A1', 'x'],
            ['A2', 'y'],
          ],
        },
      ]),
    );
    expect(column(await readScreen(table, { plateMap }, nodeAccess), 'Metadata_MOA')).toEqual(['y', 'x']);
  });

  it('has doses that are those of the screen, with points or commas', async () => {
    const other = 'Dose;Step\n0,3;1\n1;2\n';
    expect(column(await joined('FileName_A,Dose\na,0.30\nb,1', other, 'Dose'), 'Metadata_Step')).toEqual(['1', '2']);
  });

  it('finds wells that rows and columns name', async () => {
    const screen = await mapped('Well,Drug\nB3,x', 'FileName_A,Row,Col\na,2,3');
    expect(column(screen, 'Metadata_Drug')).toEqual(['x']);
  });

  it('is a grid as in a spreadsheet, called after its corner or its file', async () => {
    expect(column(await mapped(',1,2,3\nA,x,,\nB,,y,'), 'Metadata_Drug')).toEqual(['x', 'y', 'x', '']);
    expect(column(await mapped(', 1 ,2  \n A  ,x,\n  b  ,,y'), 'Metadata_Drug')).toEqual(['x', 'y', 'x', '']);
    const named = await mapped(
      `Dose\t${Array.from({ length: 24 }, (_, i) => String(i + 1).padStart(2, '0')).join('\t')}\t\na\t1\nP${'\t9'.repeat(24)}\n`.replace(
        'a\t1\n',
        `a\t1${'\t'.repeat(24)}\n`,
      ),
    );
    expect(column(named, 'Metadata_Dose')).toEqual(['1', '', '1', '9']);
  });

  it('may have several grids, one below the other, of numbers too', async () => {
    const screen = await mapped('Drug,1,2\nA,x,z\nB,,y\n\nDose,1,2\nA,1,2\nB,3,4\n');
    expect(screen.columns.slice(2)).toEqual(['Metadata_Drug', 'Metadata_Dose']);
    expect(column(screen, 'Metadata_Drug')).toEqual(['x', 'y', 'x', '']);
    expect(column(screen, 'Metadata_Dose')).toEqual(['1', '4', '1', '']);
  });

  it.each([
    [
      'a table of something else',
      'Compound,MOA\nx,y',
      { tag: 'BadTable', details: { found: expect.stringContaining('Compound, MOA') } },
    ],
    [
      'a row twice',
      ',1,2\nA,x,y\na,x,y',
      { tag: 'BadTable', details: { row: 3, problem: expect.stringContaining('A01') } },
    ],
    ['a column twice', ',1,01\nA,x,y', { tag: 'BadTable', details: { row: 2 } }],
    ['a value in no column', ',1,2,\nA,x,y,z', { tag: 'BadTable', details: { row: 2, found: 'z' } }],
    ['wells that are nowhere', 'Well,x\nH12,1', { tag: 'BadTable', details: { expected: 'such as A01; B02; P24' } }],
    ['wells with two contents', 'Well,x\nA1,1\nA01,2', { tag: 'BadTable', details: { row: 3, column: 'x' } }],
  ])('is refused with %s', async (_, text, error) => {
    await expect(mapped(text)).rejects.toMatchObject(error);
  });

  it('is refused where fields name no wells, or no plates as it does', async () => {
    const error = { tag: 'MissingColumn', details: { column: 'Metadata_Well', option: 'plateMap' } };
    await expect(mapped('Well,x\nA1,1', 'FileName_A\na')).rejects.toMatchObject(error);
    await expect(mapped('Plate,Well,x\nP1,A1,1', 'FileName_A,Well\na,A1')).rejects.toMatchObject({
      details: { column: 'Metadata_Plate' },
    });
  });
});

it('compares cells as people mean them', () => {
  const same = (a: string, b: string, name = 'Dose') => comparableCell(name, a) === comparableCell(name, b);
  for (const [a, b] of [
    ['0.003000', '0.003'],
    [' 1 ', '1.0'],
    ['1e3', '1000'],
    ['.5', '0.50'],
    ['+2', '2'],
  ] as const)
    expect(same(a, b), `${a} ${b}`).toBe(true);
  for (const [a, b] of [
    ['0012', '12'],
    ['1', '1a'],
    ['', '0'],
    ['.', '0'],
    ['-1', '1'],
    ['12345678901234567', '12345678901234568'],
  ] as const)
    expect(same(a, b), `${a} ${b}`).toBe(false);
  expect(same('a1', 'A01', 'Metadata_Well')).toBe(true);
  expect(same('a1', 'A01', 'Strain')).toBe(false);
});
