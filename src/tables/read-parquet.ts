import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { MilscopeError } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { checkPages } from './check-pages.ts';
import { decompressorsFor } from './decompressors.ts';
import type { TableRow } from './table-row.ts';

/** More rows than this for a byte are in no file: a count that says so is corrupt, and would never come to an end. */
const ROWS_PER_BYTE = 4096;

/** What other programs name the row labels of their own that they add to a table. */
const rowLabels = /^__index_level_\d+__$/;

/** Whether the first bytes of a file are those of Parquet. */
export function beginsAsParquet(beginning: Uint8Array): boolean {
  return beginning.length >= 4 && String.fromCharCode(...beginning.subarray(0, 4)) === 'PAR1';
}

/**
 * The rows of a Parquet file as text, a header of its columns first, a row group at a time: numbers as the shortest text
 * that reads back to them, empty what is null.
 *
 * @throws BadTable for a column of lists or of records, for a file that is damaged, and for the compression LZO
 */
export async function* readParquetRecords(file: string, files: Files): AsyncGenerator<TableRow> {
  const { parquetMetadataAsync, parquetRead, parquetSchema } = await import('hyparquet');
  const bytes = await openBuffer(file, files);
  const sound = async <T>(read: () => T | Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (cause) {
      throw damaged(file, cause);
    }
  };
  const metadata = await sound(() => parquetMetadataAsync(bytes));
  const schema = await sound(() => parquetSchema(metadata).children);
  const columns = schema.map(({ element, children }) => {
    if (children.length === 0 && element.repetition_type !== 'REPEATED') return element.name;
    throw new MilscopeError('BadTable', {
      file,
      column: element.name,
      problem: 'the cells of this column are lists or records',
      expected: 'one text or number a cell',
    });
  });
  await sound(() => checkGroups(metadata, { names: columns, size: bytes.byteLength }));
  const compressors = await decompressorsFor(codecsOf(metadata));
  const wanted = columns.map((name) => !rowLabels.test(name));
  const keep = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => wanted[i]);
  yield { row: 1, cells: keep(columns) };
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    await sound(() => checkPages(group, bytes));
    let rows: unknown[][] = [];
    const onComplete = (read: unknown[][]) => {
      rows = read;
    };
    await sound(() => parquetRead({ file: bytes, metadata, rowStart, rowEnd, compressors, onComplete }));
    for (const [i, row] of rows.entries()) yield { row: rowStart + i + 2, cells: keep(row).map(textOf) };
    rowStart = rowEnd;
  }
}

/** The compressions of all columns. */
function codecsOf({ row_groups }: FileMetaData): readonly string[] {
  return row_groups.flatMap(({ columns }) => columns.map(({ meta_data: column }) => column!.codec));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return String(value);
}

/** Lets groups of rows pass that have the columns of the schema and as many rows as their columns have values. */
function checkGroups({ row_groups }: FileMetaData, { names, size }: { names: readonly string[]; size: number }): void {
  const fits = row_groups.every(
    ({ num_rows, columns }) =>
      num_rows >= 0 &&
      columns.length === names.length &&
      columns.every(({ meta_data: column }, i) => {
        return column && column.path_in_schema.join('\n') === names[i] && column.num_values >= num_rows;
      }),
  );
  const rows = row_groups.reduce((sum, { num_rows }) => sum + Number(num_rows), 0);
  if (!fits || rows > ROWS_PER_BYTE * size) throw new Error('the groups of rows contradict the schema');
}

/** The bytes of a file as the reader wants them. */
async function openBuffer(file: string, files: Files): Promise<AsyncBuffer> {
  const { size } = (await files.status(file)) ?? { size: 0 };
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = await files.read(file, { offset: start, length: Math.min(end, size) - start });
      const { buffer, byteOffset, byteLength } = bytes;
      return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    },
  };
}

function damaged(file: string, cause: unknown): MilscopeError {
  return new MilscopeError('BadTable', {
    file,
    problem: 'the Parquet file cannot be read',
    found: cause instanceof Error ? cause.message : String(cause),
    remedy: 'write it anew, or give the table as CSV',
    cause,
  });
}
