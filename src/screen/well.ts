import { bareName, maySayPlace, placeColumns } from './place-columns.ts';
import type { Field } from './screen.ts';

/**
 * The well a field is of, as a key that no other well of the screen has: fields with the same key never stand on both
 * sides of a split. From the columns of plates and wells that `placeColumns` knows, or of rows and columns, with or without
 * `Metadata_`. `A1`, `a01` and `A01` are one well. A table without plates counts as one plate; a field without a well is a
 * well of its own.
 */
export function wellKey(field: Pick<Field, 'imageNumber' | 'metadata'>): string {
  const { plate, well } = placeOf(field.metadata);
  if (well === '') return `field ${field.imageNumber}`;
  return plate === '' ? well : `${plate} ${well}`;
}

/** Plate and well that columns name, the well as `normalWell` writes it; empty where they do not, see {@link wellKey}. */
export function placeOf(metadata: Readonly<Record<string, string>>): { readonly plate: string; readonly well: string } {
  const { plates, wells, named, rows, columns } = placesAmong(Object.keys(metadata));
  const first = (kinds: readonly string[]) => {
    for (const name of kinds) {
      const text = metadata[name]!.trim();
      if (text !== '') return text;
    }
    return '';
  };
  const [row, column] = [first(rows), first(columns)];
  const placed = row !== '' && column !== '' ? wellName(row, column) : '';
  return { plate: first(plates).normalize('NFC'), well: normalWell(first(named) || placed || first(wells)) };
}

/** The columns that say where a field is. */
interface PlacesAmong {
  readonly of: readonly string[];
  readonly plates: readonly string[];
  readonly wells: readonly string[];
  /** Those of `wells` that count before a row and a column: what is called an id may be any number. */
  readonly named: readonly string[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

/** What was found last: all rows of a table have the same columns, and may be a million. */
let last: PlacesAmong | undefined;

function placesAmong(of: readonly string[]): PlacesAmong {
  if (last?.of.length === of.length && of.every((name, i) => name === last!.of[i])) return last;
  const some = of.filter(maySayPlace);
  const wells = placeColumns(some, 'well');
  last = {
    ...{ of, wells, named: wells.filter((name) => bareName(name) === 'well') },
    plates: placeColumns(some, 'plate'),
    ...{ rows: placeColumns(some, 'row'), columns: placeColumns(some, 'column') },
  };
  return last;
}

/** The well in a row, by its letters or its number from 1, and a column: `B03`. */
export function wellName(row: string, column: string): string {
  return normalWell(`${rowLetters(row)}${column}`);
}

/** A well's name as `A01`, whether it was written `A1`, `a01`, `A-1` or `A 01`; any other name in capitals. */
export function normalWell(name: string): string {
  const [, row, column] = /^([a-z]{1,2})[\s_-]?0*(\d+)$/i.exec(name.trim()) ?? [];
  if (row === undefined || column === undefined) return name.trim().toUpperCase().normalize('NFC');
  return row.toUpperCase() + column.padStart(2, '0');
}

/** Row 1 is A, row 27 is AA; letters stay. */
export function rowLetters(row: string): string {
  const number = Number(row);
  if (!Number.isInteger(number) || number < 1) return row;
  const last = String.fromCharCode(65 + ((number - 1) % 26));
  return number <= 26 ? last : rowLetters(String(Math.floor((number - 1) / 26))) + last;
}
