/** Tables of real screens, as tests change them. */
import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

export type Row = Record<string, string>;

export async function readRows(path: string): Promise<Row[]> {
  return parse(await readFile(path), { columns: true });
}

/** Writes rows as a table whose images are in the folder `images`, wherever the table is. */
export async function writeRealTable(path: string, images: string, rows: readonly Row[]): Promise<string> {
  const channels = Object.keys(rows[0]!).filter((column) => column.startsWith('FileName_'));
  const paths = Object.fromEntries(channels.map((column) => [column.replace('FileName', 'PathName'), images]));
  await writeFile(
    path,
    stringify(
      rows.map((row) => ({ ...row, ...paths })),
      { header: true },
    ),
  );
  return path;
}

/** The first rows of each group that `groupOf` names. */
export function firstOfEach(rows: readonly Row[], count: number, groupOf: (row: Row) => string): Row[] {
  const seen = new Map<string, number>();
  return rows.filter((row) => {
    const before = seen.get(groupOf(row)) ?? 0;
    seen.set(groupOf(row), before + 1);
    return before < count;
  });
}
