import { MilscopeError } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { parseNumber, pointed } from './parse-number.ts';
import { readFittedRecords } from './read-records.ts';
import type { AboutTable, RecordOptions } from './record-options.ts';
import type { TableRow } from './table-row.ts';

export type { TableRow } from './table-row.ts';

/** A table as text: every row has a cell for every column. */
export interface Table {
  readonly file: string;
  /** Names as written, without the space around them. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  /** The text above the header, where there is one. */
  readonly title?: string | undefined;
  /** What a user should know of how it was read, a sentence each. */
  readonly notes?: readonly string[] | undefined;
}

/**
 * Reads a whole table, of any kind that `readFittedRecords` reads. Columns of numbers with decimal commas have points instead,
 * so that `0,3` is the dose `0.3` of another table; all other cells are as written.
 *
 * @throws what `readFittedRecords` throws, and EmptyTable without a row below the header
 */
export async function readTable(
  file: string,
  files: Files,
  { fits, wanted }: Pick<RecordOptions, 'fits' | 'wanted'> = {},
): Promise<Table> {
  let about: AboutTable = { notes: [] };
  const describe = (known: AboutTable) => {
    about = known;
  };
  const all: TableRow[] = [];
  for await (const row of readFittedRecords(file, files, { fits, wanted, describe })) all.push(row);
  const [header, ...rows] = all;
  if (header === undefined || rows.length === 0) {
    throw new MilscopeError('EmptyTable', {
      file,
      problem: 'the table has no fields',
      found: header === undefined ? 'an empty file' : 'a header and nothing below it',
      expected: 'one row for every field of view',
    });
  }
  const { title, notes } = about;
  return {
    file,
    columns: header.cells.map((name) => name.trim()),
    rows: header.decimal === ',' ? withPoints(rows) : rows,
    ...(title !== undefined && { title }),
    ...(notes.length > 0 && { notes }),
  };
}

/** Rows with points in place of the commas of those columns that hold numbers and nothing else. */
export function withPoints(rows: readonly TableRow[]): readonly TableRow[] {
  const isNumber = (text: string) => text.trim() === '' || Number.isFinite(parseNumber(text, { decimal: ',' }));
  const numeric = rows[0]!.cells.map((_, i) => rows.every(({ cells }) => isNumber(cells[i]!)));
  return rows.map(({ row, cells }) => ({ row, cells: cells.map((text, i) => (numeric[i] ? pointed(text) : text)) }));
}
