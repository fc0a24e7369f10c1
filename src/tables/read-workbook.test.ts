import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { isMilscopeError } from '../errors.ts';
import { nodeFiles } from '../files/node-files.ts';
import { readRecords } from './read-records.ts';
import { readTable } from './read-table.ts';
import { makeArchive, makeWorkbook, type TestSheet } from './testing/make-workbook.ts';

const folder = temporaryFolder();
let count = 0;

function write(bytes: Uint8Array, name = `${count++}.xlsx`): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function tableOf(sheets: readonly TestSheet[], fits?: (header: readonly string[]) => boolean) {
  const file = write(await makeWorkbook(sheets));
  const { columns, rows, notes = [], title } = await readTable(file, nodeFiles, { fits });
  const about = { notes: notes.map((note) => note.replace(`${file}: `, '')), title };
  return { columns, rows: rows.map(({ row, cells }) => [row, ...cells]), ...about };
}

const map = [
  ['Well', 'Compound'],
  ['A01', 'DMSO'],
];

describe('a workbook of Excel', () => {
  it('gives its cells as Excel shows them', async () => {
    const cell = (ref: string, of: string) => `<c r="${ref}" ${of}</c>`;
    const rows = [
      '<row r="1">',
      ...['Shared', 'Rich', 'Sum', 'Small', 'Whole', 'Day', 'Own', 'Both', 'Time', 'Days', 'True', 'Lacking'].map(
        (name, i) => cell(`${String.fromCharCode(65 + i)}1`, `t="inlineStr"><is><t>${name}</t></is>`),
      ),
      '</row><row r="2">',
      cell('A2', 't="s"><v>0</v>'),
      cell('B2', 't="s"><v>1</v>'),
      cell('C2', '><f>0.1+0.2</f><v>0.30000000000000004</v>'),
      cell('D2', '><v>1E-3</v>'),
      cell('E2', '><v>3.0</v>'),
      cell('F2', 's="1"><v>45000</v>'),
      cell('G2', 's="2"><v>45000</v>'),
      cell('H2', 's="3"><v>45000.75</v>'),
      cell('I2', 's="4"><v>0.5</v>'),
      cell('J2', 's="5"><v>5</v>'),
      cell('K2', 't="b"><v>1</v>'),
      cell('L2', 't="e"><f>NA()</f><v>#N/A</v>'),
      '</row><row r="4">',
      cell('A4', 't="str"><f>"a"&amp;"b"</f><v>ab</v>'),
      cell('B4', 't="str"><f>""</f>'),
      cell('C4', 't="e"><v>#DIV/0!</v>'),
      cell('K4', 't="b"><f>1=2</f><v>0</v>'),
      '</row>',
    ];
    const table = await tableOf([{ name: 'Data', rows: rows.join('') }]);
    expect(table.rows).toEqual([
      [
        2,
        'shared',
        'rich ',
        '0.3',
        '0.001',
        '3',
        '2023-03-15',
        '2023-03-15',
        '2023-03-15T18:00:00',
        '12:00:00',
        '5',
        'TRUE',
        '',
      ],
      [4, 'ab', '', '', ...Array(7).fill(''), 'FALSE', ''],
    ]);
    expect(table.notes).toEqual(['2 cells hold errors of Excel, such as #N/A in row 2, and count as empty']);
  });

  it('may begin anywhere on its sheet, under a title, with cells merged and others formatted far away', async () => {
    const rows = [
      [],
      [undefined, 'Plate 7'],
      [],
      [undefined, 'Well', 'Compound', undefined],
      [undefined, 'A01', 'taxol'],
      [undefined, 'A02', undefined],
      [],
      [undefined, 'A03', 5.5, undefined, ''],
    ];
    const table = await tableOf([{ name: 'S', rows, merged: ['C5:C6', 'B2:D2'] }]);
    expect(table).toEqual({
      columns: ['Well', 'Compound', ''],
      rows: [
        [5, 'A01', 'taxol', ''],
        [6, 'A02', 'taxol', ''],
        [8, 'A03', '5.5', ''],
      ],
      title: 'Plate 7',
      notes: ['the header is row 4, below "Plate 7"'],
    });
  });

  it('is read without addresses of cells and rows, which some programs leave out', async () => {
    const rows = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>';
    expect((await tableOf([{ name: 'S', rows }])).rows).toEqual([[2, '3', '4']]);
  });

  it('has the first sheet that is shown and holds something, and says which', async () => {
    const sheets = [
      {
        name: 'Secret',
        hidden: true,
        rows: [
          ['Well', 'X'],
          ['A01', 'no'],
        ],
      },
      { name: 'Empty', rows: [] },
      { name: 'Layout', rows: map },
      {
        name: 'Raw',
        rows: [
          ['Well', 'Y'],
          ['A01', 'no'],
        ],
      },
    ];
    const { columns, notes } = await tableOf(sheets);
    expect(columns).toEqual(['Well', 'Compound']);
    expect(notes).toEqual(['the sheet "Layout" is read, and not "Raw", "Secret"']);
  });

  it('has the first sheet and row with the header that is looked for, where one has it', async () => {
    const about = [
      ['Project', 'Kinases'],
      ['By', 'Ada'],
    ];
    const sheets = [
      { name: 'About', rows: about },
      { name: 'Layout', rows: [['made', 'today'], ...map] },
    ];
    const { columns, rows } = await tableOf(sheets, (header) => header.includes('Well'));
    expect([columns, rows]).toEqual([['Well', 'Compound'], [[3, 'A01', 'DMSO']]]);
    expect((await tableOf(sheets, () => false)).columns).toEqual(['Project', 'Kinases']);
  });

  it('may have sheets of charts, which are passed over', async () => {
    const chart = { chart: true, rows: [] };
    const sheets = [
      { name: 'A chart', ...chart },
      { name: 'Layout', rows: map },
      { name: 'Other', ...chart },
    ];
    expect((await tableOf(sheets)).rows).toEqual([[2, 'A01', 'DMSO']]);
  });

  it('without anything on its sheets is an empty table', async () => {
    await expect(tableOf([{ name: 'S', rows: [] }])).rejects.toMatchObject({ tag: 'EmptyTable' });
  });
});

describe('a workbook is refused', () => {
  const problemOf = async (bytes: Uint8Array, name?: string) => {
    const read = readTable(write(bytes, name), nodeFiles);
    const error = await read.catch((cause: unknown) => cause);
    if (!isMilscopeError(error, 'BadTable')) throw error;
    return `${error.details.problem}; ${error.details.remedy}`;
  };

  it('where it would unpack to more than fits, whatever it says of itself', async () => {
    const rows = `<row r="1"><c r="A1"><v>1</v></c></row>${' '.repeat(2 ** 20)}`;
    const large = await makeWorkbook([{ name: 'S', rows }]);
    // What the directory says of the size of the sheet.
    const sheet = large.lastIndexOf('xl/worksheets/sheet1.xml') - 46;
    const saying = (size: number) => {
      const bytes = Buffer.from(large);
      bytes.writeUInt32LE(size, sheet + 24);
      return bytes;
    };
    const tooLarge = /too large to be read safely; save its sheet as \.csv/;
    expect(await problemOf(saying(300 * 2 ** 20))).toMatch(tooLarge);
    expect(await problemOf(saying(0xffff_ffff))).toMatch(tooLarge);
    expect(await problemOf(saying(0))).toMatch(tooLarge);
    // What it does not admit is not unpacked.
    expect(await problemOf(saying(1000))).toMatch(/cannot be read; open it in Excel/);
  });

  it('where its cells lie so far apart that they would fill the memory', async () => {
    const corner = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>';
    expect(await problemOf(await makeWorkbook([{ name: 'S', rows: corner }]))).toMatch(/cannot be read; open it/);
  });

  it.each([
    [{ 'content.xml': 'x', mimetype: 'x' }, /\(\.ods\); open it in LibreOffice or Excel, and save it as \.xlsx/],
    [{ 'Index/Document.iwa': 'x' }, /Numbers .*; open it in Numbers, and export it as Excel/],
    [{ 'xl/workbook.bin': 'x' }, /\(\.xlsb\); open it in Excel, and save it as \.xlsx/],
    [{ 'word/document.xml': 'x' }, /text document/],
    [{ 'arr_0.npy': 'x' }, /NumPy/],
    [{ 'fields.csv': 'a,b' }, /ZIP archive, not a table; unpack it/],
  ])('where it is another archive: %j', async (files, problem) => {
    expect(await problemOf(await makeArchive(files))).toMatch(problem);
  });

  it('never in another way than with a message, wherever it was cut or changed', async () => {
    const whole = await makeWorkbook([{ name: 'S', rows: map }]);
    const change = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 3 });
    const outcome = async (bytes: Uint8Array) => {
      try {
        for await (const _ of readRecords(write(bytes, 'damaged.xlsx'), nodeFiles));
        return true;
      } catch (error) {
        return isMilscopeError(error, 'BadTable') || error;
      }
    };
    await fc.assert(
      fc.asyncProperty(change, fc.nat(whole.length), async (changes, length) => {
        const bytes = Buffer.from(changes.length === 0 ? whole.subarray(0, length) : whole);
        for (const [at, value] of changes) bytes[at] = value;
        expect(await outcome(bytes)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
