import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Files } from '../files/files.ts';
import { readFittedRecords, readRecords } from './read-records.ts';
import { layoutOf } from './separator.ts';
import type { TableRow } from './table-row.ts';

/** Files with one table, which is handed out in pieces of 1000 bytes and says whether the last reader let go of it. */
function holding(content: string | Uint8Array) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const state = { open: 0, handedOut: 0 };
  const files = {
    read: async (_: string, { offset, length } = { offset: 0, length: bytes.length }) =>
      bytes.slice(offset, offset + length),
    async *stream() {
      state.open++;
      try {
        for (let at = 0; at < bytes.length; at += 1000) {
          state.handedOut += 1000;
          yield bytes.slice(at, at + 1000);
        }
      } finally {
        state.open--;
      }
    },
  } as Partial<Files> as Files;
  return { files, state };
}

async function all(rows: AsyncIterable<TableRow>): Promise<TableRow[]> {
  const gathered: TableRow[] = [];
  for await (const row of rows) gathered.push(row);
  return gathered;
}

async function rowsOf(content: string | Uint8Array, path = 'table.csv'): Promise<TableRow[]> {
  return all(readRecords(path, holding(content).files));
}

const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** Rows of more than a megabyte, which is read as a stream. */
const many = Array.from({ length: 40_000 }, (_, i) => `${i};"with µ, and\nmore";${'x'.repeat(i % 40)}`);

describe('a table that is too long to be held whole', () => {
  const lines = ['Number;Text;More', ...many];

  it('has every row with its number, wherever its pieces end', async () => {
    const rows = await rowsOf(`\ufeff${lines.join('\r\n')}\r\n`);
    expect(rows).toHaveLength(40_001);
    for (const { row, cells } of rows.slice(1)) {
      const i = row - 2;
      expect(cells).toEqual([String(i), 'with µ, and\nmore', 'x'.repeat(i % 40)]);
    }
  });

  it('is Windows-1252 from its first row on though only its last one says so', async () => {
    // C2 B5 is µ in UTF-8; E9 alone is nothing in it.
    const rows = await rowsOf(latin(`${lines.join('\n').replaceAll('µ', '\xc2\xb5')}\n1;\xe9;\n`));
    expect(rows[1]!.cells[1]).toBe('with Âµ, and\nmore');
    expect(rows.at(-1)!.cells[1]).toBe('é');
  });

  it('is let go of when its reader has seen enough, with no more read than that takes', async () => {
    const { files, state } = holding(`\uFEFF${lines.join('\n')}`);
    const whole = new TextEncoder().encode(lines.join('\n')).length;
    for await (const { row } of readRecords('table.csv', files)) if (row === 3) break;
    expect(state.open).toBe(0);
    // Once through to know the encoding, and then its beginning.
    expect(state.handedOut).toBeLessThan(whole + 20_000);
  });

  it('names the row in which quotes do not close', async () => {
    const { files } = holding(`a,b\n${'1,2\n'.repeat(400_000)}3,"4"5\n`);
    const read = all(readRecords('table.csv', files));
    await expect(read).rejects.toMatchObject({ tag: 'BadTable', details: { file: 'table.csv', row: 400_002 } });
  });
});

describe('rows', () => {
  it('are counted as a spreadsheet does, blank lines and lines within cells too', async () => {
    expect(await rowsOf('a,b\n\n"1\n2",3\n\n\n4,5\n')).toEqual([
      { row: 1, cells: ['a', 'b'] },
      { row: 3, cells: ['1\n2', '3'] },
      { row: 6, cells: ['4', '5'] },
    ]);
  });

  it('may be separated by what is known beforehand, whatever names hold', async () => {
    const { files } = holding('one;of;many;names,b\n1,2\n');
    const rows = await all(readRecords('table.csv', files, { separator: ',' }));
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['one;of;many;names', 'b'],
      ['1', '2'],
    ]);
  });

  it('are held to the header where that is asked for', async () => {
    const fitted = (text: string) => all(readFittedRecords('table.csv', holding(text).files));
    expect((await fitted('a,b,\n1,2,,\n,,\n3,4\n')).map(({ row, cells }) => [row, ...cells])).toEqual([
      [1, 'a', 'b', ''],
      [2, '1', '2', ''],
      [4, '3', '4', ''],
    ]);
    await expect(fitted('a,b\n1,2,3\n')).rejects.toMatchObject({ tag: 'BadTable', details: { row: 2, found: '3' } });
    await expect(fitted('a,b\n1\n')).rejects.toMatchObject({ tag: 'BadTable', details: { row: 2, column: 'b' } });
  });
});

describe('the separator', () => {
  it.each([
    ['a;b;c\n1,5;2,5;3\n', ';'],
    ['Compound, name;Dose, µM;MOA\ntaxol;0,3;stabilizer\n', ';'],
    ['MIL_Probability_one;of;many;names,MIL_Predicted\n1,b\n', ','],
    ['a,b\n"x;y;z",2\n"1\n;2",3\n', ','],
    ['a\tb\n1,5\t2\n', '\t'],
    ['a,b\n', ','],
    ['a;b;\n1;2;;;\n', ';'],
    ['alone\n1;2\n', ','],
    ['My plate\n\n;1;2\nA;x;y\nB;x;y', ';'],
  ])('of %j is %j', (text, separator) => {
    expect(layoutOf(text).separator).toBe(separator);
  });

  it.each([
    'sep=;\na;b\n1;2\n',
    'SEP=;\r\na;b\r\n1;2\r\n',
    '"sep=;"\na;b\n1;2\n',
    '\ufeffsep=|\na|b\n1|2\n',
    'sep=;;;\ra;b\r1;2',
  ])('may be said by a first line that is no header: %j', async (text) => {
    expect((await rowsOf(text)).map(({ row, cells }) => [row, ...cells])).toEqual([
      [2, 'a', 'b'],
      [3, '1', '2'],
    ]);
  });
});

describe('text', () => {
  const wide = (text: string) => Uint8Array.from([...text].flatMap((letter) => [letter.charCodeAt(0), 0]));

  it('is UTF-16 without its mark, too', async () => {
    const expected = [
      ['Well', 'Dose, µM'],
      ['A01', '5'],
    ];
    const little = wide('Well\tDose, µM\r\nA01\t5\r\n');
    expect((await rowsOf(little)).map(({ cells }) => cells)).toEqual(expected);
    const big = little.map((_, i) => little[i % 2 === 0 ? i + 1 : i - 1]!);
    expect((await rowsOf(big)).map(({ cells }) => cells)).toEqual(expected);
  });

  it('may be compressed with gzip, however long it is', async () => {
    expect((await rowsOf(gzipSync('a;b\n1;2\n'))).map(({ cells }) => cells)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    const rows = await rowsOf(gzipSync(`a;b;c\n${many.join('\n')}\n`));
    expect(rows).toHaveLength(many.length + 1);
    expect(rows.at(-1)!.cells[0]).toBe('39999');
    const cut = gzipSync(many.join('\n')).subarray(0, 5000);
    await expect(rowsOf(cut)).rejects.toThrow('table.csv: the compressed table is damaged or cut short');
  });
});

describe('a file that is no table', () => {
  const bytes = (...parts: readonly (string | readonly number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
  const padding = Array<number>(64).fill(0);

  it.each<[string, Uint8Array, RegExp]>([
    [
      '.xls',
      bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], padding),
      /old version of Office.*save it as \.xlsx/,
    ],
    [
      'an encrypted workbook',
      bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], wideName('EncryptedPackage')),
      /protected by a password.*take the password off/,
    ],
    ['Feather', bytes('ARROW1\0\0', padding), /Arrow or Feather.*to_parquet/],
    ['old Feather', bytes('FEA1', padding), /Arrow or Feather.*to_parquet/],
    ['SQLite', bytes('SQLite format 3\0', padding), /SQLite.*sqlite3 -header -csv/],
    ['HDF5', bytes([0x89], 'HDF\r\n', [0x1a], '\n', padding), /HDF5.*to_parquet/],
    ['R', gzipSync(bytes('X\n\0\0\0\x03', padding)), /file of R.*write\.csv/],
    ['a pickle', bytes([0x80, 4, 0x95], padding), /pickle.*to_parquet/],
    ['Zstandard', bytes([0x28, 0xb5, 0x2f, 0xfd], padding), /compressed.*unzstd/],
    ['a TIFF', bytes('II*\0', padding), /an image, not a table/],
    ['a PNG', bytes([0x89], 'PNG\r\n', [0x1a], '\n', padding), /an image, not a table/],
    ['a model', bytes([8, 8, 0x12, 8], 'milscope', padding), /a model, not a table/],
    ['a PDF', bytes('%PDF-1.7\n', padding), /a PDF/],
    ['JSON', bytes('[{"Well": "A01"}]'), /JSON.*to_csv/],
    ['JSON of one object', bytes('{\n  "a": 1}'), /JSON.*to_csv/],
    ['a web page', bytes('\n<!DOCTYPE html><html>'), /web page/],
    ['anything binary', bytes('abc', [1, 0, 2, 0, 0, 0, 7], padding), /binary file, not a table/],
  ])('is not parsed as text but named, with the way out: %s', async (_, content, message) => {
    const error = await rowsOf(content).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ tag: 'BadTable', details: { file: 'table.csv' } });
    expect(String(error)).toMatch(message);
    expect(String(error)).not.toMatch(/quote/);
  });

  it('is read by what it is, whatever its name', async () => {
    expect(await rowsOf('Well;Dose\nA01;1\n', 'doses.parquet')).toMatchObject([
      { cells: ['Well', 'Dose'] },
      { cells: ['A01', '1'] },
    ]);
  });

  function wideName(text: string): number[] {
    return [...text].flatMap((letter) => [letter.charCodeAt(0), 0]);
  }
});
