/** A folder where a table is needed: what it holds that could be meant. */
import { MilscopeError, named } from '../errors.ts';
import type { FolderEntry, ReadFiles } from '../files/files.ts';
import { join } from '../files/paths.ts';
import { counted } from '../words.ts';
import type { RecordOptions } from './record-options.ts';
import type { TableRow } from './table-row.ts';

/** Names that tables have; notes are called .txt as well. */
const TABLE = /\.(csv|tsv|tab|xlsx|xlsm|parquet)(\.gz)?$/i;
/** Tables of a folder that are opened to see whether they have the columns, and names that are told. */
const [OPENED, NAMED] = [20, 4];

/** Reads rows of a table. */
type ReadRows = (path: string) => AsyncIterable<TableRow>;

/**
 * The error of a folder that was given for a table. It names the tables in the folder: those with the columns that are looked
 * for, where there are such.
 *
 * @param options.wanted what table it should be, and which option names it
 */
export async function folderAsTable(
  folder: string,
  { fits, wanted }: Pick<RecordOptions, 'fits' | 'wanted'>,
  { files, rowsOf }: { files: Pick<ReadFiles, 'list'>; rowsOf: ReadRows },
): Promise<MilscopeError> {
  const { what = 'a table', option, fits: own = fits } = wanted ?? {};
  const entries = await files.list(folder).catch((): readonly FolderEntry[] => []);
  const tables = tablesOf(entries);
  const fitting = own === undefined ? [] : await fittingOf(tables, { folder, fits: own, rowsOf });
  const meant = fitting.length > 0 ? fitting : tables;
  const [first] = meant;
  const typed = (name: string) => [...(option === undefined ? [] : [named(option)]), join(folder, name)].join(' ');
  return new MilscopeError('BadTable', {
    file: folder,
    option,
    problem: `this is a folder, and ${what} is a file`,
    found: first === undefined ? (entries.length === 0 ? 'an empty folder' : 'no table in it') : listed(meant),
    expected: 'a CSV, TSV, Excel (.xlsx) or Parquet file',
    remedy:
      first === undefined ? `name ${what}` : `give ${meant.length === 1 ? 'it' : 'one of these'}: ${typed(first)}`,
  });
}

/** The names of the tables among the entries of a folder, as far as names say it. */
export function tablesOf(entries: readonly FolderEntry[]): readonly string[] {
  const isHidden = (name: string) => /^[.~]/.test(name);
  return entries.flatMap(({ name, kind }) => (kind === 'file' && TABLE.test(name) && !isHidden(name) ? [name] : []));
}

/** Some names in words: `a.csv, b.csv and 3 other tables`; empty where there is none. */
export function listed(tables: readonly string[], what = 'table'): string {
  const others = tables.length - NAMED;
  if (others > 0) return `${tables.slice(0, NAMED).join(', ')} and ${counted(others, `other ${what}`)}`;
  return [tables.slice(0, -1).join(', '), ...tables.slice(-1)].filter(Boolean).join(' and ');
}

async function fittingOf(
  tables: readonly string[],
  { folder, fits, rowsOf }: { folder: string; fits: NonNullable<RecordOptions['fits']>; rowsOf: ReadRows },
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of tables.slice(0, OPENED)) {
    try {
      for await (const { cells } of rowsOf(join(folder, name))) {
        if (fits(cells)) found.push(name);
        // Above a header stand titles, of one cell.
        if (fits(cells) || cells.filter((text) => text.trim() !== '').length > 1) break;
      }
    } catch {
      // A table that cannot be read is not the one.
    }
  }
  return found;
}
