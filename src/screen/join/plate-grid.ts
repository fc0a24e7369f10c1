import { MilscopeError } from '../../errors.ts';
import type { TableRow } from '../../tables/read-table.ts';
import { wellName } from '../well.ts';

const rowLetters = /^([A-Z]|A[A-F])$/i;
const columnNumber = /^0?([1-9]|[1-3]\d|4[0-8])(?:\.0+)?$/;
/** Rows above a grid in which its title is looked for. */
const TITLES = 8;

/** Whether cells are the numbers of columns, with nothing behind them. */
export function isGridHeader([, ...numbers]: readonly string[]): boolean {
  const last = numbers.findLastIndex((text) => text.trim() !== '');
  return last >= 0 && numbers.slice(0, last + 1).every((text) => columnNumber.test(text.trim()));
}

/** The grid of a plate somewhere on a sheet: letters down its side, numbers along its top. */
export interface Grid {
  /** The row of its numbers. */
  readonly row: number;
  readonly corner: string;
  /** The texts of the rows above it, the nearest first, as far up as nothing else begins. */
  readonly titles: readonly (readonly string[])[];
  readonly wells: ReadonlyMap<string, { readonly row: number; readonly text: string }>;
}

/** A text of a sheet, and its row. */
export interface Outside {
  readonly row: number;
  readonly text: string;
}

/** Whether a cell is the corner of a grid. A row of a grid that holds numbers looks like it, but for its letter. */
function isCorner(rows: readonly TableRow[], r: number, c: number): boolean {
  const at = (row: number, column: number) => rows[row]?.cells[column]?.trim() ?? '';
  if (!columnNumber.test(at(r, c + 1)) || !rowLetters.test(at(r + 1, c))) return false;
  return !columnNumber.test(at(r, c)) && !rowLetters.test(at(r, c));
}

/** The place among the rows where the first grid begins; -1 without any. */
export function firstGrid(rows: readonly TableRow[]): number {
  return rows.findIndex(({ cells }, r) => cells.some((_, c) => isCorner(rows, r, c)));
}

/**
 * Finds the grids of a sheet, wherever they stand: below one another or side by side, under titles, beside legends, above notes.
 *
 * @returns them from the top to the bottom, and all that stands outside
 * @throws BadTable for a value in no column, and for a well that a grid has twice
 */
export function findGrids(
  rows: readonly TableRow[],
  file: string,
): { readonly grids: readonly Grid[]; readonly outside: readonly Outside[] } {
  const at = (r: number, c: number) => rows[r]?.cells[c]?.trim() ?? '';
  /** By row: the stretches of cells that grids have, the ends included. */
  const taken = new Map<number, (readonly [first: number, last: number])[]>();
  const isTaken = (r: number, from: number, to = from) =>
    taken.get(r)?.some(([first, last]) => first <= to && from <= last) ?? false;
  const grids: Grid[] = [];
  for (const [r, { cells, row }] of rows.entries()) {
    for (let c = 0; c + 1 < cells.length; c++) {
      if (!isCorner(rows, r, c) || isTaken(r, c) || isTaken(r + 1, c)) continue;
      const numbers = columnsOf(r, c);
      const last = Math.max(...numbers.keys());
      let end = r + 1;
      while (rowLetters.test(at(end + 1, c))) end++;
      const titles = titlesOf(r, c, last);
      for (let own = r; own <= end; own++) taken.set(own, [...(taken.get(own) ?? []), [c, last]]);
      const wells = wellsOf(rows.slice(r + 1, end + 1), { c, numbers, file });
      const beside = (text: string) => /^\S+$/.test(text) && at(r, last + 1) === '' && !isCorner(rows, r, last + 1);
      const stray = rows.slice(r + 1, end + 1).find((of) => beside(of.cells[last + 1]?.trim() ?? ''));
      if (stray !== undefined) throw inNoColumn(stray, { column: last + 1, file });
      grids.push({ row, corner: at(r, c), titles, wells });
    }
  }
  const outside = rows.flatMap(({ row, cells }, r) =>
    textsOf(cells.map((text, c) => (isTaken(r, c) ? '' : text))).map((text) => ({ row, text })),
  );
  return { grids, outside };

  /** The numbers of columns along the top of a grid. Between two of them may be none, unless another grid begins there. */
  function columnsOf(r: number, c: number): ReadonlyMap<number, string> {
    const numbers = new Map([[c + 1, at(r, c + 1)]]);
    let last = c + 1;
    for (let k = c + 2; k < rows[r]!.cells.length; k++) {
      const text = at(r, k);
      if (text === '') continue;
      const begins = isCorner(rows, r, k - 1) && at(r + 1, k - 1).toUpperCase() === at(r + 1, c).toUpperCase();
      const follows = k === last + 1 || (Number(text) > Number(at(r, last)) && !begins);
      if (!columnNumber.test(text) || !follows) break;
      numbers.set(k, text);
      last = k;
    }
    return numbers;
  }

  /** The texts above a grid: those right above it, or else a single one of the whole row. */
  function titlesOf(r: number, c: number, last: number): readonly (readonly string[])[] {
    const titles: (readonly string[])[] = [];
    for (let above = r - 1; above >= 0 && above >= r - TITLES && !isTaken(above, c, last); above--) {
      const { cells } = rows[above]!;
      const own = textsOf(cells.slice(c, last + 1));
      const all = taken.has(above) ? [] : textsOf(cells);
      titles.push(own.length > 0 ? own : all.length === 1 ? all : []);
    }
    return titles;
  }
}

function wellsOf(
  rows: readonly TableRow[],
  { c, numbers, file }: { c: number; numbers: ReadonlyMap<number, string>; file: string },
): Grid['wells'] {
  const wells = new Map<string, { row: number; text: string }>();
  const last = Math.max(...numbers.keys());
  for (const of of rows) {
    const { row, cells } = of;
    for (let k = c + 1; k <= last; k++) {
      const [number, text] = [numbers.get(k), cells[k] ?? ''];
      if (number === undefined && text.trim() !== '') throw inNoColumn(of, { column: k, file });
      if (number === undefined) continue;
      const well = wellName(cells[c]!.trim(), String(Number(number)));
      const before = wells.get(well);
      if (before !== undefined) {
        throw new MilscopeError('BadTable', {
          file,
          row,
          problem: `the grid has the well ${well} twice`,
          found: `row ${before.row} and row ${row}`,
          remedy: 'give every row and every column of the plate once',
        });
      }
      wells.set(well, { row, text });
    }
  }
  return wells;
}

function inNoColumn({ row, cells }: TableRow, { column, file }: { column: number; file: string }): MilscopeError {
  return new MilscopeError('BadTable', {
    file,
    row,
    problem: 'a value of the grid is in no column',
    found: cells[column]!.trim(),
    expected: 'a number above it',
  });
}

/** What stands in cells, every text once: merged cells have the same. */
function textsOf(cells: readonly string[]): readonly string[] {
  return [...new Set(cells.map((text) => text.trim()).filter(Boolean))];
}
