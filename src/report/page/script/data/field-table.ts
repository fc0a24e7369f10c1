import type { ScoredWell } from '../../../../evaluation/assay/assay.ts';
import { isUnitName, unitInName } from '../../../../screen/dose-names.ts';
import type { FieldRole } from '../../document.ts';
import { type UnpackedNumbers, unpackNumbers } from '../../packed-numbers.ts';
import type { PackedColumn, PageData } from '../../page-data.ts';

export interface TextColumn {
  readonly name: string;
  readonly role: FieldRole;
  readonly texts: readonly string[];
  readonly places: UnpackedNumbers;
}

export interface NumberColumn {
  readonly name: string;
  readonly role: FieldRole;
  readonly of: string | undefined;
  readonly numbers: UnpackedNumbers;
}

export type Column = TextColumn | NumberColumn;

/** The table of fields, with what the parts of the page ask of it again and again. */
export interface FieldTable {
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly classes: readonly string[];
  /** Classes of a row: indices, ascending; none where the label is unknown. */
  readonly truth: (row: number) => readonly number[];
  readonly predicted: (row: number) => readonly number[];
  readonly hasTruth: boolean;
  readonly hasPrediction: boolean;
  /** By class, in the order of the classes; undefined where the table has none. */
  readonly probabilities: readonly (NumberColumn | undefined)[];
  /** Probability of what was predicted (the least sure of several labels); NaN where nothing was. */
  readonly confidence: Float32Array;
  /** Place of the thumbnail over all sheets; -1 without one. */
  readonly thumbnail: (row: number) => number;
  /** Wells of an assay, which may name treatments that the columns do not. */
  readonly scored: readonly ScoredWell[];
}

export const isText = (column: Column): column is TextColumn => 'texts' in column;

/** The text of a row in a column, a number in its shortest form. */
export function textOf(column: Column | undefined, row: number): string {
  if (column === undefined) return '';
  if (isText(column)) return column.texts[column.places[row]!] ?? '';
  const value = column.numbers[row]!;
  return Number.isNaN(value) ? '' : String(value);
}

/** The first column of a role. */
export function columnOf(table: FieldTable, role: FieldRole): Column | undefined {
  return table.columns.find((column) => column.role === role);
}

export function textColumn(table: FieldTable, role: FieldRole): TextColumn | undefined {
  return table.columns.filter(isText).find((column) => column.role === role);
}

export function numberColumn(table: FieldTable, role: FieldRole): NumberColumn | undefined {
  return numberColumns(table, role)[0];
}

export function numberColumns(table: FieldTable, role: FieldRole): readonly NumberColumn[] {
  return table.columns.filter((column): column is NumberColumn => !isText(column) && column.role === role);
}

/** Reads the dose of a row with its unit, where a column or the name of that of the doses says it. */
export function doseReader(table: FieldTable): (row: number) => string {
  const doses = columnOf(table, 'dose');
  const column = table.columns.find(({ name }) => isUnitName(name));
  const named = unitInName(doses?.name ?? '');
  return (row) => {
    const dose = textOf(doses, row);
    const unit = textOf(column, row) || named;
    return dose === '' || !unit ? dose : `${dose} ${unit}`;
  };
}

/** What the column of cells of a table counts, as a title: regions, where masks were made. */
export function countedThings(table: FieldTable): string {
  return columnOf(table, 'cells')?.name === 'Count_Regions' ? 'Regions' : 'Cells';
}

/** Unpacks the table of a page. */
export function readFieldTable(data: PageData): FieldTable {
  const columns = data.columns.map(unpack);
  const byRole = (role: FieldRole) => columns.filter((column) => column.role === role);
  const probabilities = data.classes.map((name) =>
    byRole('probability').find((column): column is NumberColumn => !isText(column) && column.of === name),
  );
  const [truth, predicted] = (['truth', 'predicted'] as const).map((role) => labelReader(byRole(role)[0], data));
  const thumbnails = byRole('thumbnail')[0];
  return {
    rows: data.rows,
    columns,
    classes: data.classes,
    truth: truth!,
    predicted: predicted!,
    hasTruth: byRole('truth').length > 0,
    hasPrediction: byRole('predicted').length > 0,
    probabilities,
    confidence: Float32Array.from({ length: data.rows }, (_, row) => {
      const found = predicted!(row).map((k) => probabilities[k]?.numbers[row] ?? Number.NaN);
      return found.length === 0 ? Number.NaN : Math.min(...found);
    }),
    thumbnail: (row) => {
      const place = thumbnails && !isText(thumbnails) ? thumbnails.numbers[row]! : Number.NaN;
      return Number.isNaN(place) ? -1 : place;
    },
    scored: data.assay?.wells ?? [],
  };
}

function unpack(column: PackedColumn): Column {
  const { name, role, of } = column;
  return 'texts' in column
    ? { name, role, texts: column.texts, places: unpackNumbers(column.places) }
    : { name, role, of, numbers: unpackNumbers(column.numbers) };
}

/** Reads the labels of a column: each text of its dictionary is looked up once. */
function labelReader(
  column: Column | undefined,
  { classes, several }: Pick<PageData, 'classes' | 'several'>,
): (row: number) => readonly number[] {
  if (column === undefined || !isText(column)) return () => [];
  const indexOf = new Map(classes.map((name, k) => [name, k]));
  const sets = column.texts.map((text) =>
    (several ? text.split('|') : [text]).flatMap((label) => indexOf.get(label.trim()) ?? []).sort((a, b) => a - b),
  );
  return (row) => sets[column.places[row]!] ?? [];
}
