import { columnOf, type FieldTable, isText, textColumn, textOf } from './field-table.ts';

/** Which fields a reader wants to see; null and '' ask for nothing. */
export interface Filters {
  /** Class that is the truth, or is predicted where there is no truth. */
  readonly class: number | null;
  readonly plate: string | null;
  /** Words that must all stand in texts of the field. */
  readonly search: string;
  /** Cell of the confusion matrix. */
  readonly cell: { readonly truth: number; readonly predicted: number } | null;
}

export const NO_FILTERS: Filters = { class: null, plate: null, search: '', cell: null };

export function isFiltered(filters: Filters): boolean {
  return filters.class !== null || filters.plate !== null || filters.search.trim() !== '' || filters.cell !== null;
}

/** The rows that pass all filters, ascending. */
export function selectRows(table: FieldTable, filters: Filters): Uint32Array {
  const { class: wanted, cell } = filters;
  const plates = textColumn(table, 'plate');
  const plate = filters.plate === null || plates === undefined ? null : plates.texts.indexOf(filters.plate);
  const matches = searchFor(table, filters.search);
  const own = table.hasTruth ? table.truth : table.predicted;
  const found = new Uint32Array(table.rows);
  let n = 0;
  for (let row = 0; row < table.rows; row++) {
    if (plate !== null && plates!.places[row] !== plate) continue;
    if (wanted !== null && !own(row).includes(wanted)) continue;
    if (cell && !(table.truth(row).includes(cell.truth) && table.predicted(row).includes(cell.predicted))) continue;
    if (!matches(row)) continue;
    found[n++] = row;
  }
  return found.subarray(0, n);
}

/** Whether a row has all words; each text of a dictionary is searched once. */
function searchFor(table: FieldTable, search: string): (row: number) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  const texts = table.columns.filter(isText);
  const number = columnOf(table, 'imageNumber');
  const perWord = words.map((word) => {
    const having = texts.map(({ texts: all }) => all.map((text) => text.toLowerCase().includes(word)));
    return (row: number) =>
      texts.some(({ places }, c) => having[c]![places[row]!]) || (number !== undefined && textOf(number, row) === word);
  });
  return (row) => perWord.every((has) => has(row));
}
