/**
 * How rows become a table, whatever the file is: columns with their kinds, and the cells of a row in their order. As CSV
 * here; what writes other files asks for the same.
 */
import { stringify } from '#csv-stringify/sync';

/** What the cells of a column are: text, whole numbers, or numbers that are known to float32 or to float64. */
export type ColumnKind = 'text' | 'integer' | 'single' | 'double';

export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** A text, a number, or nothing where it is not known. */
export type TableCell = string | number | undefined;

/** How rows of some kind become a table. */
export interface TableLayout<Row> {
  readonly columns: readonly TableColumn[];
  /** One cell a column, in their order: text in columns of text, numbers in the others. */
  readonly cells: (row: Row) => readonly TableCell[];
}

/** The columns of one kind, by their names. */
export function columnsOf(kind: ColumnKind, names: readonly string[]): readonly TableColumn[] {
  return names.map((name) => ({ name, kind }));
}

/** The header line of a CSV. */
export function formatHeader({ columns }: Pick<TableLayout<never>, 'columns'>): string {
  return stringify([columns.map(({ name }) => name)]);
}

/** The lines of some rows, to follow the header or other rows; what is not known is empty, and `nan` what is no number. */
export function formatRows<Row>(rows: readonly Row[], { columns, cells }: TableLayout<Row>): string {
  return stringify(rows.map((row) => cells(row).map((cell, i) => formatCell(cell, columns[i]!.kind))));
}

function formatCell(cell: TableCell, kind: ColumnKind): string {
  if (typeof cell !== 'number') return cell ?? '';
  if (Number.isNaN(cell)) return 'nan';
  return kind === 'single' ? formatFloat(cell) : String(cell);
}

/** The shortest decimal number that reads back to the same float32. */
export function formatFloat(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return String(single);
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(single.toPrecision(digits));
    if (Math.fround(text) === single) return String(text);
  }
  return String(Number(single.toPrecision(9)));
}
