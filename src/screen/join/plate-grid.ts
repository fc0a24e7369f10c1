import { MilscopeError } from '../../errors.ts';
import { basename, extname } from '../../files/paths.ts';
import type { Table, TableRow } from '../../tables/read-table.ts';
import { wellName } from '../well.ts';

const rowLetters = /^([A-Z]|A[A-F])$/i;
const columnNumber = /^0?([1-9]|[1-3]\d|4[0-8])$/;

/** Whether cells are the numbers of columns, with nothing behind them. */
export function isGridHeader([, ...numbers]: readonly string[]): boolean {
  const last = numbers.findLastIndex((text) => text.trim() !== '');
  return last >= 0 && numbers.slice(0, last + 1).every((text) => columnNumber.test(text.trim()));
}

/** Whether a table is the grid of a plate: letters down its first column, numbers along its first row. */
export function isPlateGrid({ columns, rows }: Table): boolean {
  return isGridHeader(columns) && rows.every(({ cells }) => rowLetters.test(cells[0]!.trim()) || isGridHeader(cells));
}

/**
 * A table of grids with the titles above them in their corners, where these are empty: a title is a row of a single text that
 * stands on a row of numbers.
 */
export function withTitles({ columns, rows, title, ...table }: Table): Table {
  const all: TableRow[] = [{ row: 1, cells: columns }, ...rows];
  const titleOf = ({ cells }: TableRow) => cells.filter((text) => text.trim() !== '');
  const kept = all.flatMap(({ row, cells }, i): TableRow[] => {
    const [above] = i === 0 ? [title === undefined ? [] : [title]] : [titleOf(all[i - 1]!)];
    const next = all[i + 1];
    if (next !== undefined && isGridHeader(next.cells) && titleOf({ row, cells }).length === 1) return [];
    if (!isGridHeader(cells) || cells[0]!.trim() !== '' || above?.length !== 1) return [{ row, cells }];
    return [{ row, cells: cells.with(0, above[0]!) }];
  });
  const [header, ...others] = kept;
  return { ...table, columns: header!.cells, rows: others };
}

/** One of the grids of a file: its name, and the cells of the wells that it has. */
interface Grid {
  readonly name: string;
  readonly wells: Map<string, { readonly row: number; readonly text: string }>;
}

/**
 * A grid as a table with a row for each well and a column for each grid in the file.
 *
 * @throws BadTable for a value in no column, and for a well that a grid has twice.
 */
export function tableOfGrid({ file, columns, rows, notes }: Table): Table {
  const grids: Grid[] = [];
  let header: readonly string[] = [];
  const begin = (cells: readonly string[]) => {
    const name = cells[0]!.trim() || basename(file, extname(file));
    grids.push({ name: name.replace(/^metadata_/i, ''), wells: new Map() });
    header = cells;
  };
  begin(columns);
  for (const row of rows) {
    // A row of a grid that holds numbers looks like the first of another one but for its letter.
    if (rowLetters.test(row.cells[0]!.trim())) fillRow(grids.at(-1)!, { row, header, file });
    else begin(row.cells);
  }
  const wells = new Map(grids.flatMap(({ wells: of }) => [...of].map(([well, { row }]) => [well, row] as const)));
  return {
    file,
    ...(notes && { notes }),
    columns: ['Well', ...grids.map(({ name }) => name)],
    rows: [...wells].map(([well, row]): TableRow => {
      return { row, cells: [well, ...grids.map(({ wells: of }) => of.get(well)?.text ?? '')] };
    }),
  };
}

function fillRow(
  { wells }: Grid,
  { row, header, file }: { row: TableRow; header: readonly string[]; file: string },
): void {
  const [letters = '', ...cells] = row.cells;
  for (const [i, text] of cells.entries()) {
    const number = header[i + 1]!.trim();
    if (number === '' && text.trim() !== '') {
      throw new MilscopeError('BadTable', {
        file,
        row: row.row,
        problem: 'a value of the grid is in no column',
        found: text.trim(),
        expected: 'a number above it',
      });
    }
    if (number === '') continue;
    const well = wellName(letters.trim(), number);
    if (wells.has(well)) {
      throw new MilscopeError('BadTable', {
        file,
        row: row.row,
        problem: `the grid has the well ${well} twice`,
        found: `row ${wells.get(well)!.row} and row ${row.row}`,
        remedy: 'give every row and every column of the plate once',
      });
    }
    wells.set(well, { row: row.row, text });
  }
}
