import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { parse } from 'csv-parse';
import type { Files } from '../files/files.ts';
import { readParquetRecords } from './read-parquet.ts';
import { isParquetName } from './table-names.ts';

/**
 * The rows of a table as text, the header first, one after the other: of a CSV, or of a Parquet file, which is known by
 * its name or its first bytes. Blank rows are passed over. Throws whatever the reader throws.
 */
export async function* readRecords(path: string, _files?: Files): AsyncGenerator<readonly string[]> {
  if (isParquetName(path) || (await beginsAsParquet(path))) yield* readParquetRecords(path);
  else yield* readCsvRecords(path);
}

async function* readCsvRecords(path: string): AsyncGenerator<readonly string[]> {
  const parser = createReadStream(path)
    .on('error', (error) => parser.destroy(error))
    .pipe(parse({ bom: true, skip_empty_lines: true }));
  yield* parser as AsyncIterable<string[]>;
}

async function beginsAsParquet(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'PAR1';
  } finally {
    await file.close();
  }
}
