import type { Files } from '../files/files.ts';
import { readRecords } from './read-records.ts';
import { beginsAsArchive, readWorkbookSheets } from './read-workbook.ts';
import type { RecordOptions } from './record-options.ts';
import type { TableRow } from './table-row.ts';

/** A sheet of a workbook, or another table as if it were one. */
export interface TableSheet {
  /** Undefined for what is no workbook. */
  readonly name: string | undefined;
  /** All rows with something in them, and none of them taken for the header; they may differ in their number of cells. */
  readonly rows: readonly TableRow[];
  /** What a user should know of how it was read, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * The sheets of a workbook that are shown, in their order, and the names of those that are not; a table of another kind is a
 * single sheet. For what may stand anywhere on a sheet, as the grid of a plate does.
 *
 * @throws what `readRecords` throws
 */
export async function readSheets(
  path: string,
  files: Files,
  options: Pick<RecordOptions, 'fits' | 'wanted'> = {},
): Promise<{ readonly sheets: readonly TableSheet[]; readonly hidden: readonly string[] }> {
  // What cannot be opened is told by what reads it as a table.
  const beginning = await files.read(path, { offset: 0, length: 4 }).catch(() => new Uint8Array());
  if (beginsAsArchive(beginning)) return readWorkbookSheets(path, files);
  const rows: TableRow[] = [];
  for await (const row of readRecords(path, files, options)) rows.push(row);
  return { sheets: [{ name: undefined, rows, notes: [] }], hidden: [] };
}
