import type { CellValue, MergeRange } from 'hucre/xlsx';
import type { TableRow } from './table-row.ts';

/** A sheet of a workbook, as the reader gives it. */
export interface WorkbookSheet {
  readonly name: string;
  readonly rows: readonly (readonly CellValue[])[];
  readonly merges?: readonly MergeRange[] | undefined;
}

/** What stands on a sheet. */
export interface SheetRows {
  /** Rows with text in them, numbered as the spreadsheet does; all as wide as the sheet is used. */
  readonly rows: readonly TableRow[];
  /** Cells with an error of Excel, which count as empty. */
  readonly errors: readonly { readonly row: number; readonly text: string }[];
}

/** Digits that Excel keeps of a number and shows of it: 0.1 + 0.2 is 0.3 there. */
const EXCEL_DIGITS = 15;
/** Cells that are filled in since they are merged with others; merged cells that do not overlap are fewer. */
const MOST_MERGED = 20_000_000;
const error =
  /^#(n\/a|ref!|value!|div\/0!|name\?|null!|num!|spill!|calc!|getting_data|field!|blocked!|connect!|unknown!)$/i;

/**
 * The rows of a sheet as text: numbers as Excel shows them at most (15 digits), truths as `TRUE` and `FALSE`, dates as
 * `2026-11-28`, with the time of day where there is one; cells that are merged all say what the first of them says; errors of
 * Excel, `#N/A` and others, are empty. Empty rows, and empty columns at either side, are left out.
 */
export function rowsOfSheet({ rows, merges = [] }: WorkbookSheet): SheetRows {
  const texts = rows.map((cells) => cells.map(textOf));
  fillMerged(texts, merges);
  const errors = texts.flatMap((cells, i) =>
    cells.flatMap((text) => (error.test(text.trim()) ? [{ row: i + 1, text: text.trim() }] : [])),
  );
  const cleared = texts.map((cells) => cells.map((text) => (error.test(text.trim()) ? '' : text)));
  const used = cleared.flatMap((cells) => [{ first: cells.findIndex(isFilled), last: cells.findLastIndex(isFilled) }]);
  const filled = used.filter(({ first }) => first >= 0);
  const first = filled.reduce((least, of) => Math.min(least, of.first), Number.POSITIVE_INFINITY);
  const last = filled.reduce((most, of) => Math.max(most, of.last), -1);
  const width = last - first + 1;
  return {
    rows: cleared.flatMap((cells, i): TableRow[] =>
      used[i]!.first < 0
        ? []
        : [{ row: i + 1, cells: Array.from({ length: width }, (_, column) => cells[first + column] ?? '') }],
    ),
    errors,
  };
}

const isFilled = (text: string): boolean => text.trim() !== '';

/** Writes the text of the first of merged cells into the others, as far as the sheet is used. */
function fillMerged(texts: string[][], merges: readonly MergeRange[]): void {
  let filled = 0;
  for (const { startRow, startCol, endRow, endCol } of merges) {
    const text = texts[startRow]?.[startCol] ?? '';
    if (text === '') continue;
    const within = texts.slice(startRow, endRow + 1);
    const end = within.reduce((most, cells) => Math.max(most, Math.min(cells.length, endCol + 1)), 0);
    filled += within.length * (end - startCol);
    if (filled > MOST_MERGED) throw new Error('its merged cells lie upon one another');
    for (const cells of within) cells.fill(text, startCol, end);
  }
}

function textOf(value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(Number(value.toPrecision(EXCEL_DIGITS)));
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return value instanceof Date ? dateText(value) : value;
}

/** A date, a time of day, or both; what has no day stands in the year 1899 or 1900. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return '';
  // Excel's fractions of a day miss full seconds by some microseconds.
  const [day = '', time = ''] = new Date(Math.round(date.getTime() / 1000) * 1000)
    .toISOString()
    .slice(0, 19)
    .split('T');
  if (day < '1900-01-01') return time;
  return time === '00:00:00' ? day : `${day}T${time}`;
}
