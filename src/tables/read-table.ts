import { readFile } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';
import { MilscopeError } from '../errors.ts';
import type { Files } from '../files/files.ts';

/** A table as text: every row has a cell for every column. */
export interface Table {
  readonly file: string;
  /** Names as written, without the space around them. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** The row as a spreadsheet counts it, the header being row 1. */
  readonly row: number;
  readonly cells: readonly string[];
}

/**
 * Reads a CSV or TSV: separated by commas, tabs or semicolons, whichever the header has most of; lines ended by CR, LF or
 * CRLF; cells quoted or not; UTF-8, UTF-16 with its mark, or else Windows-1252. Blank rows are passed over.
 *
 * A row may have more cells than the header as long as these are empty, and fewer where the header has no names.
 *
 * @throws MissingFile, EmptyTable without a row below the header, BadTable when quotes do not close or when a row has
 *   more or fewer cells than the header.
 */
export async function readTable(file: string, _files?: Files): Promise<Table> {
  const records = parseRecords(decodeText(await readBytes(file)), file);
  const rows = records
    .map((cells, i): TableRow => ({ row: i + 1, cells }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const [header, ...below] = rows;
  const body = header === undefined ? [] : below.map((row) => fitRow(row, header.cells));
  if (header === undefined || body.length === 0) {
    throw new MilscopeError('EmptyTable', {
      file,
      problem: 'the table has no fields',
      found: header === undefined ? 'an empty file' : 'a header and nothing below it',
      expected: 'one row for every field of view',
    });
  }
  const wrong = body.find(({ cells }) => cells.length !== header.cells.length);
  if (wrong !== undefined) {
    throw new MilscopeError('BadTable', {
      file,
      row: wrong.row,
      column: header.cells[wrong.cells.length],
      problem: 'the row has another number of cells than the header',
      found: `${wrong.cells.length}`,
      expected: `${header.cells.length}`,
      remedy: 'put cells that contain the separator in double quotes',
    });
  }
  return { file, columns: header.cells.map((name) => name.trim()), rows: body };
}

/** A separator too many, or one too few behind a column without a name, is what some programs write. */
function fitRow({ row, cells }: TableRow, header: readonly string[]): TableRow {
  const blank = (texts: readonly string[]) => texts.every((text) => text.trim() === '');
  if (cells.length > header.length && blank(cells.slice(header.length))) {
    return { row, cells: cells.slice(0, header.length) };
  }
  const lacking = header.slice(cells.length);
  return lacking.length > 0 && blank(lacking) ? { row, cells: [...cells, ...lacking.map(() => '')] } : { row, cells };
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new MilscopeError(missing ? 'MissingFile' : 'BadTable', {
      file,
      problem: missing ? 'the table does not exist' : 'the table cannot be read',
      found: missing ? undefined : code === 'EISDIR' ? 'a folder' : code,
      expected: missing ? undefined : 'a CSV or TSV file',
      cause,
    });
  }
}

function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // What spreadsheets on Windows write for the µ of µM.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function parseRecords(text: string, file: string): string[][] {
  const delimiter = separatorOf(text);
  try {
    return parse(text, { delimiter, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const row = typeof cause.lines === 'number' ? cause.lines : undefined;
    throw new MilscopeError('BadTable', {
      file,
      row,
      problem: 'the table cannot be parsed',
      found: cause.message,
      remedy: 'double every quote inside a quoted cell',
      cause,
    });
  }
}

/** What separates the cells of a table that begins with `text`: the comma, tab or semicolon, as its header has most of. */
export function separatorOf(text: string): string {
  const header = (/^[^\r\n]*/.exec(text.trimStart())?.[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const count = (separator: string): number => header.split(separator).length;
  return [',', '\t', ';'].reduce((best, other) => (count(other) > count(best) ? other : best));
}
