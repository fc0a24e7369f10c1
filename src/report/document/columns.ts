import type { FieldColumn, FieldRole } from '../page/document.ts';

/** What a column is of, beside its values. */
interface AboutColumn {
  readonly name: string;
  readonly role: FieldRole;
  readonly of?: string | undefined;
}

/** Digits that are kept of a number: more than a picture shows, and a third of the bytes. */
const DIGITS = 5;

/** A column of texts: each of them once, and for every row its place among them. */
export function textColumn({ name, role, of }: AboutColumn, values: readonly string[]): FieldColumn {
  const places = new Map<string, number>();
  const own = values.map((value) => {
    const known = places.get(value) ?? places.size;
    places.set(value, known);
    return known;
  });
  return { name, role, ...(of !== undefined && { of }), texts: [...places.keys()], places: own };
}

/** A column of numbers to five digits; what is not finite is null. */
export function numberColumn(
  { name, role, of }: AboutColumn,
  values: readonly (number | null | undefined)[],
): FieldColumn {
  const numbers = values.map((value) =>
    value === null || value === undefined || !Number.isFinite(value)
      ? null
      : Number.isInteger(value)
        ? value
        : Number(value.toPrecision(DIGITS)),
  );
  return { name, role, ...(of !== undefined && { of }), numbers };
}

/** The text of a row in a column of texts; undefined in one of numbers, and where there is no such column. */
export function textAt(column: FieldColumn | undefined, row: number): string | undefined {
  return column && 'texts' in column ? column.texts[column.places[row]!] : undefined;
}

/** The number of a row in a column of numbers; undefined in one of texts, where it is not known, and without a column. */
export function numberAt(column: FieldColumn | undefined, row: number): number | undefined {
  return column && 'numbers' in column ? (column.numbers[row] ?? undefined) : undefined;
}
