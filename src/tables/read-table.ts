import { MilscopeError } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { readFittedRecords } from './read-records.ts';
import type { TableRow } from './table-row.ts';

export type { TableRow } from './table-row.ts';

/** A table as text: every row has a cell for every column. */
export interface Table {
  readonly file: string;
  /** Names as written, without the space around them. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/**
 * Reads a whole table, of any kind that `readFittedRecords` reads.
 *
 * @throws what `readFittedRecords` throws, and EmptyTable without a row below the header
 */
export async function readTable(file: string, files: Files): Promise<Table> {
  const all: TableRow[] = [];
  for await (const row of readFittedRecords(file, files)) all.push(row);
  const [header, ...rows] = all;
  if (header === undefined || rows.length === 0) {
    throw new MilscopeError('EmptyTable', {
      file,
      problem: 'the table has no fields',
      found: header === undefined ? 'an empty file' : 'a header and nothing below it',
      expected: 'one row for every field of view',
    });
  }
  return { file, columns: header.cells.map((name) => name.trim()), rows };
}
