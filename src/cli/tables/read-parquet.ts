import * as zlib from 'node:zlib';
import type { Compressors, FileMetaData, RowGroup, SchemaTree } from 'hyparquet';
import { MilscopeError } from '../../errors.ts';
import { checkPages } from './check-pages.ts';

/** More rows than this for a byte are in no file: a count that says so is corrupt, and would never come to an end. */
const ROWS_PER_BYTE = 4096;

/** What other programs name the row labels of their own that they add to a table. */
const rowLabels = /^__index_level_\d+__$/;

/**
 * The rows of a Parquet file as text, a header of its columns first, a row group at a time: numbers as the shortest text
 * that reads back to them, empty what is null.
 *
 * @throws BadTable for a column of lists or of records, for a file that is damaged, and for a compression that this Node.js
 *   does not know
 */
export async function* readParquetRecords(file: string): AsyncGenerator<readonly string[]> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } = await import('hyparquet');
  const bytes = await asyncBufferFromFile(file);
  let [metadata, schema]: [FileMetaData | undefined, SchemaTree[]] = [undefined, []];
  try {
    metadata = await parquetMetadataAsync(bytes);
    schema = parquetSchema(metadata).children;
    checkCounts(metadata, bytes.byteLength);
  } catch (cause) {
    throw damaged(file, cause);
  }
  const columns = schema.map(({ element, children }) => {
    if (children.length === 0 && element.repetition_type !== 'REPEATED') return element.name;
    throw new MilscopeError('BadTable', {
      file,
      column: element.name,
      problem: 'the cells of this column are lists or records',
      expected: 'one text or number a cell',
    });
  });
  const wanted = columns.map((name) => !rowLabels.test(name));
  const keep = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => wanted[i]);
  yield keep(columns);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    let rows: unknown[][] = [];
    try {
      await checkPages(group, bytes);
      await parquetRead({
        ...{ file: bytes, metadata, rowStart, rowEnd, compressors },
        onComplete: (read) => {
          rows = read as unknown[][];
        },
      });
    } catch (cause) {
      throw damaged(file, cause);
    }
    for (const row of rows) yield keep(row).map(textOf);
    rowStart = rowEnd;
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return String(value);
}

function checkCounts({ row_groups }: FileMetaData, size: number): void {
  const rowsOf = ({ num_rows }: RowGroup) => Number(num_rows);
  const wrong = row_groups.some(
    (group) =>
      !(rowsOf(group) >= 0) ||
      group.columns.some(({ meta_data }) => meta_data && meta_data.num_values < group.num_rows),
  );
  const rows = row_groups.reduce((sum, group) => sum + rowsOf(group), 0);
  if (wrong || rows > ROWS_PER_BYTE * size) throw new Error('the numbers of rows contradict each other');
}

/** Zstandard, where this Node.js has it. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: typeof zlib.gunzipSync };

/** Beside Snappy, which the reader knows by itself. */
const compressors: Compressors = {
  GZIP: (input, length) => zlib.gunzipSync(input, { maxOutputLength: length }),
  BROTLI: (input, length) => zlib.brotliDecompressSync(input, { maxOutputLength: length }),
  ...(zstdDecompressSync && { ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: length }) }),
};

function damaged(file: string, cause: unknown): MilscopeError {
  return new MilscopeError('BadTable', {
    file,
    problem: 'the Parquet file cannot be read',
    found: cause instanceof Error ? cause.message : String(cause),
    remedy: 'write it anew, or give the table as CSV',
    cause,
  });
}
