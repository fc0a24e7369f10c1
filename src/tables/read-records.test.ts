import { describe, expect, it } from 'vitest';
import type { Files } from '../files/files.ts';
import { readFittedRecords, readRecords } from './read-records.ts';
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

async function rowsOf(content: string | Uint8Array): Promise<TableRow[]> {
  return all(readRecords('table.csv', holding(content).files));
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
