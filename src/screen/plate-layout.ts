import { findColumn } from './columns.ts';
import { stemOf } from './field-names.ts';
import type { Field, Screen } from './screen.ts';
import { placeOf, rowLetters } from './well.ts';

/** A field and its place in its well. */
export interface PlacedField {
  readonly field: Field;
  /** Its place in the well, from 0. */
  readonly site: number;
}

/** A well of a plate. */
export interface PlacedWell {
  /** As `A01`. */
  readonly name: string;
  readonly rowIndex: number;
  readonly columnIndex: number;
  /** By their site where the table has such a column, and in the order of the table. */
  readonly fields: readonly PlacedField[];
}

/** A plate as rows and columns of wells. */
export interface PlateLayout {
  readonly name: string;
  /** `A`, `B` and so on, to the last that holds a well. */
  readonly rows: readonly string[];
  /** `1`, `2` and so on, to the last that holds a well. */
  readonly columns: readonly string[];
  /** Those with fields, by rows. */
  readonly wells: readonly PlacedWell[];
  /** Whether the wells are where the table says; else they were laid out in its order. */
  readonly asNamed: boolean;
}

/** Rows and columns of the largest plates that are made, with 1536 wells. */
const [MOST_ROWS, MOST_COLUMNS] = [32, 48];

/**
 * Gives every field of a screen a place on a plate, whatever the table says of it. A table without plates is one plate, of the
 * table's name. Where a field names no well, or one that is not a row and a column (`A1`, `a01`, `AF48`), the wells of its plate
 * are laid out in a square in the order of the table instead, a field without a well being a well of its own.
 */
export function layOutPlates(screen: Pick<Screen, 'source' | 'columns' | 'fields'>): readonly PlateLayout[] {
  const siteColumn = findColumn(screen.columns, 'Site');
  const plates = new Map<string, Map<string, Field[]>>();
  for (const field of screen.fields) {
    const { plate, well } = placeOf(field.metadata);
    const name = plate || stemOf(screen.source);
    const wells = plates.get(name) ?? new Map<string, Field[]>();
    plates.set(name, wells);
    const key = well || `field ${field.imageNumber}`;
    wells.set(key, [...(wells.get(key) ?? []), field]);
  }
  return [...plates].map(([name, wells]) => layOut(name, wells, siteColumn));
}

function layOut(
  name: string,
  wells: ReadonlyMap<string, readonly Field[]>,
  siteColumn: string | undefined,
): PlateLayout {
  const named = [...wells.keys()].map(positionOf);
  const asNamed = named.every((place) => place !== undefined);
  const side = Math.ceil(Math.sqrt(wells.size));
  const places = named.map((place, i) =>
    asNamed ? place! : { rowIndex: Math.floor(i / side), columnIndex: i % side },
  );
  const placed = [...wells.values()].map((fields, i): PlacedWell => {
    const { rowIndex, columnIndex } = places[i]!;
    return {
      name: `${rowLetters(String(rowIndex + 1))}${String(columnIndex + 1).padStart(2, '0')}`,
      ...{ rowIndex, columnIndex },
      fields: inOrder(fields, siteColumn).map((field, site) => ({ field, site })),
    };
  });
  const last = (of: (place: { rowIndex: number; columnIndex: number }) => number) =>
    places.reduce((most, place) => Math.max(most, of(place)), 0);
  const count = (length: number) => Array.from({ length }, (_, i) => String(i + 1));
  return {
    name,
    rows: count(last(({ rowIndex }) => rowIndex) + 1).map(rowLetters),
    columns: count(last(({ columnIndex }) => columnIndex) + 1),
    wells: placed.sort((a, b) => a.rowIndex - b.rowIndex || a.columnIndex - b.columnIndex),
    asNamed,
  };
}

/** Row and column, from 0, of a well such as `A01`; undefined for any other name. */
function positionOf(well: string): { readonly rowIndex: number; readonly columnIndex: number } | undefined {
  const [, letters = '', digits = ''] = /^([A-Z]{1,2})(\d+)$/.exec(well) ?? [];
  const row = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  const column = Number(digits);
  if (row < 1 || row > MOST_ROWS || column < 1 || column > MOST_COLUMNS) return undefined;
  return { rowIndex: row - 1, columnIndex: column - 1 };
}

/** By site, `2` before `10`; what has the same stays as it was. */
function inOrder(fields: readonly Field[], siteColumn: string | undefined): readonly Field[] {
  const site = ({ metadata }: Field) => metadata[siteColumn ?? ''] ?? '';
  return [...fields].sort((a, b) => site(a).localeCompare(site(b), 'en', { numeric: true }));
}
