import type { Files } from '../files/files.ts';
import { openParquet } from './open-parquet.ts';
import { formatHeader, formatRows, type TableLayout } from './table-layout.ts';
import { isParquetName } from './table-names.ts';
import type { WrittenTable } from './written-table.ts';

/** Rows that are made into text together. */
const ROWS_AT_ONCE = 64;

/**
 * Begins a table, as Parquet where its name ends so and as CSV otherwise. Memory does not grow with its rows.
 *
 * @param options.version of milscope, which Parquet files say
 *
 * @example
 * const table = await openTable('p.csv', layOutPredictions(columns), host.files, { version: host.about.versions.milscope });
 * for await (const row of rows) await table.write(row);
 * await table.keep();
 */
export async function openTable<Row>(
  path: string,
  layout: TableLayout<Row>,
  files: Files,
  options: { readonly version: string },
): Promise<WrittenTable<Row>> {
  return isParquetName(path) ? openParquet(path, layout, files, options) : openCsv(path, layout, files);
}

async function openCsv<Row>(path: string, layout: TableLayout<Row>, files: Files): Promise<WrittenTable<Row>> {
  const file = await files.open(path);
  await file.write(formatHeader(layout));
  let waiting: Row[] = [];
  const flush = async (): Promise<void> => {
    const lines = formatRows(waiting, layout);
    waiting = [];
    await file.write(lines);
  };
  return {
    async write(row) {
      waiting.push(row);
      if (waiting.length >= ROWS_AT_ONCE) await flush();
    },
    async keep() {
      await flush();
      await file.keep();
    },
    discard: file.discard,
  };
}
