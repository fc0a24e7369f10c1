import { columnOf, type FieldTable, isText, textColumn, textOf } from './field-table.ts';

/** Which fields a reader wants to see; null and '' ask for nothing. */
export interface Filters {
  /** Class that is the truth, or is predicted where there is no truth. */
  readonly class: number | null;
  readonly plate: string | null;
  /** Name of a treatment, as the table of fields or the assay has it. */
  readonly treatment: string | null;
  /** Words that must all stand in texts of the field. */
  readonly search: string;
  /** Cell of the confusion matrix. */
  readonly cell: { readonly truth: number; readonly predicted: number } | null;
}

export const NO_FILTERS: Filters = { class: null, plate: null, treatment: null, search: '', cell: null };

export function isFiltered(filters: Filters): boolean {
  const { class: wanted, plate, treatment, search, cell } = filters;
  return wanted !== null || plate !== null || treatment !== null || search.trim() !== '' || cell !== null;
}

/** The rows that pass all filters, ascending. */
export function selectRows(table: FieldTable, filters: Filters): Uint32Array {
  const { class: wanted, cell } = filters;
  const plates = textColumn(table, 'plate');
  const plate = filters.plate === null || plates === undefined ? null : plates.texts.indexOf(filters.plate);
  const matches = searchFor(table, filters.search);
  const isTreated = filters.treatment === null ? () => true : treatedWith(table, filters.treatment);
  const own = table.hasTruth ? table.truth : table.predicted;
  const found = new Uint32Array(table.rows);
  let n = 0;
  for (let row = 0; row < table.rows; row++) {
    if (plate !== null && plates!.places[row] !== plate) continue;
    if (wanted !== null && !own(row).includes(wanted)) continue;
    if (cell && !(table.truth(row).includes(cell.truth) && table.predicted(row).includes(cell.predicted))) continue;
    if (!isTreated(row) || !matches(row)) continue;
    found[n++] = row;
  }
  return found.subarray(0, n);
}

/** Whether a row has a treatment: by the column of treatments, else by its well in the assay. */
function treatedWith(table: FieldTable, treatment: string): (row: number) => boolean {
  const column = textColumn(table, 'treatment');
  const place = column?.texts.indexOf(treatment) ?? -1;
  if (column !== undefined && place >= 0) return (row) => column.places[row] === place;
  const key = (plate: string, well: string) => `${plate}\n${well}`;
  const own = table.scored.filter((one) => one.treatment === treatment);
  const wells = new Set(own.map(({ plate, well }) => key(plate, well)));
  const [ofPlate, ofWell] = [textColumn(table, 'plate'), textColumn(table, 'well')];
  return (row) => wells.has(key(textOf(ofPlate, row), textOf(ofWell, row)));
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
