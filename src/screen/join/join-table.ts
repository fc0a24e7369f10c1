import { MilscopeError } from '../../errors.ts';
import { sameName } from '../../tables/distinct-columns.ts';
import type { Table, TableRow } from '../../tables/read-table.ts';
import { counted } from '../../words.ts';
import { findNamed } from '../columns.ts';
import { comparableCell } from '../compare-cells.ts';
import { isMissingLabel } from '../labels.ts';

/** Fields of which something is known: a screen, or a table of labels. */
export interface DescribedFields {
  readonly source: string;
  readonly columns: readonly string[];
  readonly fields: readonly { readonly metadata: Readonly<Record<string, string>> }[];
  readonly notes?: readonly string[];
}

/** What a field and a row of a second table must agree in. Parts are compared as they are; all of them empty is no key. */
export interface JoinKey {
  /** Its parts in words: `Plate, Well`. */
  readonly name: string;
  /** The option that asked for it. */
  readonly option: string;
  readonly ofField: (metadata: Readonly<Record<string, string>>) => readonly string[];
  readonly ofRow: (cells: readonly string[]) => readonly string[];
  /** The places of the columns that it is made of, which are not joined. */
  readonly columns: ReadonlySet<number>;
}

/** Columns that say where files are, or number the rows of their own table. */
const notJoined = /^(image_)?((objects)?(filename|pathname|url)_|(image|table|object)number$)/i;

/**
 * The fields with the columns of another table, each with the cells of the row whose key is its own. A column comes as
 * `Metadata_<name>`. Where the fields have a column of that name already, with or without the prefix, theirs stays: a
 * cell of it without a value (empty, NaN, NA …) is filled, and one that says something else is an error. A field without a
 * row gets empty cells, and a note says how many there are.
 *
 * @throws BadTable when two rows of one key differ, when a column of both differs, when two columns get the same name, and
 *   when not a single field has a row; MissingColumn when there is nothing to join.
 */
export function joinTable<Described extends DescribedFields>(
  screen: Described,
  table: Table,
  { key }: { key: JoinKey },
): Described {
  const columns = joinedColumns(screen, table, key);
  const rows = rowsByKey(table, { key, columns });
  const added = columns.flatMap(({ own, name }) => (own === undefined ? [name] : []));
  const lost: string[] = [];
  const fields = screen.fields.map((field) => {
    const parts = key.ofField(field.metadata);
    const row = rows.get(keyText(parts));
    if (row === undefined) lost.push(keyWords(parts));
    return { ...field, metadata: joinCells(field.metadata, { row, columns, screen, table }) };
  });
  if (lost.length === fields.length) throw nothingMatches(screen, table, { key, lost, rows: [...rows.values()] });
  const [have, are] = lost.length === 1 ? ['has', 'it is'] : ['have', 'they are'];
  const note =
    `${lost.length} of ${counted(fields.length, 'field')} ${have} no row in ${table.file}, such as ${lost[0]}: ` +
    `${are} left empty in ${columns.map(({ name }) => name).join(', ')}`;
  return {
    ...screen,
    columns: [...screen.columns, ...added],
    fields,
    notes: [...(screen.notes ?? []), ...(table.notes ?? []), ...(lost.length > 0 ? [note] : [])],
  };
}

interface JoinedColumn {
  readonly index: number;
  readonly name: string;
  /** The column that the fields have of that name. */
  readonly own: string | undefined;
}

function joinedColumns(screen: DescribedFields, table: Table, key: JoinKey): JoinedColumn[] {
  const seen = new Map<string, number>();
  const joined = table.columns.flatMap((column, index): JoinedColumn[] => {
    if (column === '' || key.columns.has(index) || notJoined.test(column)) return [];
    const name = `Metadata_${column.replace(/^(image_)?(metadata_)?/i, '')}`;
    const before = seen.get(name.toLowerCase());
    if (before !== undefined) throw sameName(table.columns, [before, index], { file: table.file });
    seen.set(name.toLowerCase(), index);
    return [{ index, name, own: findNamed(screen.columns, name) }];
  });
  if (joined.length > 0) return joined;
  throw new MilscopeError('MissingColumn', {
    file: table.file,
    option: key.option,
    problem: 'the table says nothing but what it is joined by',
    found: table.columns.join(', '),
    expected: `columns beside ${key.name}`,
  });
}

function rowsByKey(
  table: Table,
  { key, columns }: { key: JoinKey; columns: readonly JoinedColumn[] },
): ReadonlyMap<string, TableRow> {
  const rows = new Map<string, TableRow>();
  for (const row of table.rows) {
    const parts = key.ofRow(row.cells);
    const text = keyText(parts);
    if (text === '') continue;
    const before = rows.get(text);
    const other = columns.find(
      ({ index, name }) =>
        before !== undefined && comparableCell(name, before.cells[index]!) !== comparableCell(name, row.cells[index]!),
    );
    if (before !== undefined && other !== undefined) {
      throw new MilscopeError('BadTable', {
        file: table.file,
        row: row.row,
        column: table.columns[other.index],
        problem: `row ${before.row} says something else of ${keyWords(parts)}`,
        found: cellWords(row.cells[other.index]!),
        expected: cellWords(before.cells[other.index]!),
        remedy: 'leave one of the rows out; several labels of one field stand in one cell, with | between them',
      });
    }
    rows.set(text, before ?? row);
  }
  return rows;
}

function joinCells(
  metadata: Readonly<Record<string, string>>,
  {
    row,
    columns,
    screen,
    table,
  }: {
    row: TableRow | undefined;
    columns: readonly JoinedColumn[];
    screen: DescribedFields;
    table: Table;
  },
): Readonly<Record<string, string>> {
  const joined: Record<string, string> = { ...metadata };
  for (const { index, name, own } of columns) {
    const text = row === undefined ? '' : row.cells[index]!.trim();
    const mine = own === undefined ? '' : (metadata[own] ?? '').trim();
    if (own === undefined || (isMissingLabel(mine) && text !== '')) joined[own ?? name] = text;
    else if (
      !isMissingLabel(text) &&
      !isMissingLabel(mine) &&
      comparableCell(own, mine) !== comparableCell(own, text)
    ) {
      throw new MilscopeError('BadTable', {
        file: table.file,
        row: row?.row,
        column: table.columns[index],
        problem: `${screen.source} has this column too and says something else of the same field`,
        found: cellWords(text),
        expected: cellWords(mine),
        remedy: 'rename or remove the column in one of the two tables',
      });
    }
  }
  return joined;
}

function nothingMatches(
  { source }: DescribedFields,
  table: Table,
  { key, lost, rows }: { key: JoinKey; lost: readonly string[]; rows: readonly TableRow[] },
): MilscopeError {
  const some = (texts: readonly string[]) => [...new Set(texts)].slice(0, 3).join('; ');
  const known = some(rows.map(({ cells }) => keyWords(key.ofRow(cells))));
  return new MilscopeError('BadTable', {
    file: table.file,
    option: key.option,
    problem: `no field of ${source} agrees with a row of this table in ${key.name}`,
    found: known === '' ? 'only empty cells' : `rows of ${known}`,
    expected: `such as ${some(lost)}`,
    remedy: 'join by a column whose cells are the same in both',
  });
}

/** A text that two keys share only when all their parts are the same; empty when all are empty. */
function keyText(parts: readonly string[]): string {
  return parts.every((part) => part === '') ? '' : JSON.stringify(parts);
}

const keyWords = (parts: readonly string[]): string => parts.map((part) => part || 'an empty cell').join(', ');
const cellWords = (text: string): string => text.trim() || 'an empty cell';
