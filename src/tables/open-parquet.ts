import type { SchemaElement } from 'hyparquet';
import type { Files } from '../files/files.ts';
import type { TableCell, TableColumn, TableLayout } from './table-layout.ts';
import type { WrittenTable } from './written-table.ts';

/** Cells, and rows, that are gathered in memory and written as one row group. */
const GROUP_CELLS = 2_000_000;
const GROUP_ROWS = 32_768;

export interface ParquetOptions {
  /** Version of milscope, which the file says. */
  readonly version: string;
  /** Rows of a group. */
  readonly groupRows?: number;
}

/**
 * Begins a Parquet file: text as UTF-8, whole numbers as INT64, numbers as FLOAT or DOUBLE; what is not known is null.
 * Numbers are written as they are and text is compressed with Snappy, which every reader knows.
 */
export async function openParquet<Row>(
  path: string,
  { columns, cells }: TableLayout<Row>,
  files: Files,
  { version, groupRows = Math.max(1, Math.min(GROUP_ROWS, Math.floor(GROUP_CELLS / columns.length))) }: ParquetOptions,
): Promise<WrittenTable<Row>> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const file = await files.open(path);
  const bytes = new ByteWriter();
  const createdBy = `milscope version ${version}`;
  const schema: SchemaElement[] = [{ name: 'schema', num_children: columns.length }, ...columns.map(schemaOf)];
  const parquet = new ParquetWriter({ writer: bytes, schema, createdBy });
  let gathered: unknown[][] = columns.map(() => []);
  const flush = async (): Promise<void> => {
    const columnData = columns.map(({ name, kind }, i) => ({
      name,
      data: gathered[i]!,
      codec: kind === 'text' ? ('SNAPPY' as const) : ('UNCOMPRESSED' as const),
    }));
    gathered = columns.map(() => []);
    if (columnData[0]!.data.length > 0) await parquet.write({ columnData, rowGroupSize: groupRows });
    await drain();
  };
  /** Hands on what the writer has made so far; it counts places in the file by itself. */
  const drain = async (): Promise<void> => {
    const made = bytes.getBytes().slice();
    bytes.index = 0;
    await file.write(made);
  };
  return {
    async write(row) {
      for (const [i, cell] of cells(row).entries()) gathered[i]!.push(parquetValue(cell, columns[i]!));
      if (gathered[0]!.length >= groupRows) await flush();
    },
    async keep() {
      await flush();
      await parquet.finish();
      await drain();
      await file.keep();
    },
    discard: file.discard,
  };
}

const TYPES = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  single: { type: 'FLOAT' },
  double: { type: 'DOUBLE' },
} as const;

function schemaOf({ name, kind }: TableColumn): SchemaElement {
  return { name, repetition_type: 'OPTIONAL', ...TYPES[kind] };
}

function parquetValue(cell: TableCell, { kind }: TableColumn): unknown {
  if (cell === undefined) return null;
  return kind === 'integer' ? BigInt(cell) : cell;
}
