import { CsvError } from '#csv-parse';
import { isMilscopeError, MilscopeError } from '../errors.ts';
import { remoteAddress } from '../files/addresses.ts';
import type { Files } from '../files/files.ts';
import { kindOf } from '../files/kind-of.ts';
import { csvRecords } from './csv-records.ts';
import { folderAsTable } from './folder-as-table.ts';
import { refuseForeign } from './foreign-files.ts';
import { beginningOf, beginsAsGzip, gunzip } from './gunzip.ts';
import { beginsAsParquet, readParquetRecords } from './read-parquet.ts';
import { beginsAsArchive, readWorkbookRecords } from './read-workbook.ts';
import type { RecordOptions } from './record-options.ts';
import { layoutOf } from './separator.ts';
import { isParquetName } from './table-names.ts';
import type { TableRow } from './table-row.ts';
import { decodeText, encodingOf } from './text-encoding.ts';

/** Enough of a table to know what it is (bytes); one that has fewer is not read again. */
const BEGINNING = 1 << 20;

/**
 * The rows of a table as text, the header first, as they are read. What it is, is known by its first bytes:
 *
 * - a Parquet file, or a workbook of Excel (.xlsx), see `readWorkbookRecords`;
 * - a CSV or TSV, perhaps compressed with gzip: separated by commas, tabs or semicolons (`separatorOf`) or what a first line
 *   `sep=;` says; lines ended by CR, LF or CRLF; cells quoted or not; UTF-8, UTF-16, or else Windows-1252. Blank lines are
 *   left out, but counted. Rows have the cells that they have; {@link readFittedRecords} holds them to the header;
 * - anything else is refused with the way out.
 *
 * @throws MissingFile, and BadTable when the file cannot be read or quotes do not close
 *
 * @example
 * for await (const { row, cells } of readRecords('cells.csv', host.files)) console.log(row, cells.join());
 */
export async function* readRecords(path: string, files: Files, options: RecordOptions = {}): AsyncGenerator<TableRow> {
  try {
    yield* await openRecords(path, files, options);
  } catch (cause) {
    if (await isFolder(path, cause, files)) throw await asFolder(path, options, files);
    throw unreadable(path, cause);
  }
}

/**
 * The rows of a table as {@link readRecords} reads it, each with as many cells as the header. A row may have more as long as
 * these are empty, and fewer where the header has no names, or where `shorter` rows are allowed; one without any text is left out.
 *
 * @throws what {@link readRecords} throws, and BadTable for a row with another number of cells
 */
export async function* readFittedRecords(
  path: string,
  files: Files,
  options: RecordOptions = {},
): AsyncGenerator<TableRow> {
  let header: readonly string[] | undefined;
  for await (const record of readRecords(path, files, options)) {
    const { row, cells } = record;
    if (isBlank(cells)) continue;
    header ??= cells;
    const own = fitCells(cells, header);
    if (own.length > header.length || (own.length < header.length && !options.shorter)) {
      throw new MilscopeError('BadTable', {
        file: path,
        row,
        column: header[own.length],
        option: options.wanted?.option,
        problem: 'the row has another number of cells than the header',
        found: `${own.length}`,
        expected: `${header.length}`,
        remedy: 'put cells that contain the separator in double quotes',
      });
    }
    yield { ...record, cells: own };
  }
}

/** Whether no cell holds any text. */
function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/** A separator too many, or one too few behind a column without a name, is what some programs write. */
function fitCells(cells: readonly string[], header: readonly string[]): readonly string[] {
  if (cells.length > header.length && isBlank(cells.slice(header.length))) return cells.slice(0, header.length);
  const lacking = header.slice(cells.length);
  return lacking.length > 0 && isBlank(lacking) ? [...cells, ...lacking.map(() => '')] : cells;
}

async function openRecords(path: string, files: Files, options: RecordOptions): Promise<AsyncIterable<TableRow>> {
  const stored = await files.read(path, { offset: 0, length: BEGINNING });
  // A table of text under the name of a Parquet file is a table of text.
  const isDamaged = isParquetName(path) && (stored.length === 0 || stored.includes(0));
  if (beginsAsParquet(stored) || isDamaged) return readParquetRecords(path, files);
  if (beginsAsArchive(stored)) return readWorkbookRecords(path, files, options);
  const packed = beginsAsGzip(stored);
  const beginning = packed ? await beginningOf(gunzip(path, files.stream(path)), BEGINNING) : stored;
  refuseForeign(path, beginning);
  const pieces = () => {
    if (beginning.length < BEGINNING) return [beginning];
    return packed ? gunzip(path, files.stream(path)) : files.stream(path);
  };
  const encoding = await encodingOf(beginning, pieces);
  const layout = layoutOf(new TextDecoder(encoding).decode(beginning), options.separator);
  return csvRecords(decodeText(pieces(), encoding), layout);
}

/** Systems have several errors for the reading of a folder. */
async function isFolder(path: string, cause: unknown, files: Files): Promise<boolean> {
  const { code } = cause as { code?: string };
  if (isMilscopeError(cause) || code === undefined || code === 'ENOENT') return false;
  return code === 'EISDIR' || (await kindOf(path, files)) === 'folder';
}

function asFolder(path: string, options: RecordOptions, files: Files): Promise<MilscopeError> {
  const rowsOf = (table: string) => readRecords(table, files, { fits: options.fits });
  return folderAsTable(path, options, { files, rowsOf });
}

function unreadable(file: string, cause: unknown): unknown {
  if (isMilscopeError(cause)) return cause;
  if (cause instanceof CsvError) {
    return new MilscopeError('BadTable', {
      file,
      row: typeof cause.lines === 'number' ? cause.lines : undefined,
      problem: 'the table cannot be parsed',
      found: cause.message,
      remedy: 'double every quote inside a quoted cell',
      cause,
    });
  }
  const { code } = cause as { code?: string };
  if (code === undefined) return cause;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const remote = remoteAddress(file, { isFile: true });
    if (remote !== undefined) {
      const remedy = `${remote.way}, and give the table on this computer`;
      return new MilscopeError('MissingFile', { file, problem: `the table is ${remote.place}`, remedy, cause });
    }
    return new MilscopeError('MissingFile', { file, problem: 'the table does not exist', cause });
  }
  return new MilscopeError('BadTable', {
    file,
    problem: 'the table cannot be read',
    found: code,
    expected: 'a CSV, TSV, Excel (.xlsx) or Parquet file',
    cause,
  });
}
