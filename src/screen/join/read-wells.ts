import { MilscopeError } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { readSheets, type TableSheet } from '../../tables/read-sheets.ts';
import { readTable, type Table, withPoints } from '../../tables/read-table.ts';
import type { WantedTable } from '../../tables/record-options.ts';
import { counted } from '../../words.ts';
import { placeColumns } from '../place-columns.ts';
import { tableOfGrids } from './grid-table.ts';
import type { KnownPlates } from './known-plates.ts';
import { findGrids, firstGrid, isGridHeader, type Outside } from './plate-grid.ts';

/** Rows in which a header is looked for, and texts that are told. */
const [HEADERS, TOLD] = [30, 3];

/** What is known of a table of wells before it is read. */
export interface WellsOptions {
  /** Whether a row may be the header of a table with a row for each well. */
  readonly fits: (header: readonly string[]) => boolean;
  readonly plates: KnownPlates;
  readonly wanted?: WantedTable | undefined;
}

/**
 * Reads a table of wells: one with a row for each, or the grids of plates, which may stand anywhere on the sheets of a workbook.
 * What kind it is, the first sheet that is either says. Sheets of either kind may be called after the plates of the screen.
 *
 * @throws BadTable where it is not clear which plate a sheet or a grid is of, and what `readTable` throws
 */
export async function readWells(file: string, files: Files, { fits, plates, wanted }: WellsOptions): Promise<Table> {
  const either = (header: readonly string[]) => isGridHeader(header) || fits(header);
  const { sheets, hidden } = await readSheets(file, files, { fits: either, wanted });
  const kinds = sheets.map(({ rows }) => {
    const header = rows.slice(0, HEADERS).findIndex(({ cells }) => fits(cells));
    // Below the header of a table, what looks like a grid is none.
    const grid = firstGrid(header < 0 ? rows : rows.slice(0, header + 2));
    return grid >= 0 && (header < 0 || grid <= header) ? 'grids' : header >= 0 ? 'list' : undefined;
  });
  const kind = kinds.find((of) => of !== undefined);
  const own = sheets.filter((_, i) => kinds[i] === kind);
  const unread = (used: readonly TableSheet[]) => {
    const others = sheets.filter((sheet) => !used.includes(sheet) && sheet.rows.length > 0).map(({ name }) => name!);
    return [...others, ...hidden];
  };
  if (kind === 'grids') {
    const found = own.map((sheet) => ({ sheet, ...findGrids(sheet.rows, file) }));
    const { table, used } = tableOfGrids(file, found, { plates, option: wanted?.option });
    const passed = found.filter(({ sheet }) => used.includes(sheet)).flatMap(({ outside }) => outside);
    const titles = new Set(table.columns.map((name) => name.toLowerCase()));
    const told = passed.filter(
      ({ text }) => !titles.has(text.toLowerCase()) && plates.divide(text).plate === undefined,
    );
    const decimal = own.some(({ rows }) => rows.some((row) => row.decimal === ','));
    return {
      ...table,
      rows: decimal ? withPoints(table.rows) : table.rows,
      notes: [
        ...sheetNotes(file, used, unread(used)),
        ...(table.notes ?? []),
        ...outsideNotes(file, told),
        ...used.flatMap(({ notes }) => notes),
      ],
    };
  }
  const list = kind === 'list' && own.length > 1 ? tableOfLists(file, own, { fits, plates, wanted }) : undefined;
  if (list === undefined) return readTable(file, files, { fits: either, wanted });
  const { table, used } = list;
  return { ...table, notes: [...sheetNotes(file, used, unread(used)), ...used.flatMap(({ notes }) => notes)] };
}

/**
 * The rows of several sheets with the same header as one table, if they name their plates in a column or are called after them.
 * Undefined where the first sheet says all: no other has its header, or all say the same.
 */
function tableOfLists(
  file: string,
  sheets: readonly TableSheet[],
  { fits, plates, wanted }: WellsOptions,
): { readonly table: Table; readonly used: readonly TableSheet[] } | undefined {
  const all = sheets.map((sheet) => {
    const start = sheet.rows.findIndex(({ cells }) => fits(cells));
    const columns = sheet.rows[start]!.cells.map((text) => text.trim());
    return { sheet, columns, rows: sheet.rows.slice(start + 1), plate: plates.divide(sheet.name).plate };
  });
  const keyOf = (columns: readonly string[]) => columns.filter(Boolean).join('\n').toLowerCase();
  const first = all.find(({ plate }) => plate !== undefined) ?? all[0]!;
  const alike = all.filter(({ columns }) => keyOf(columns) === keyOf(first.columns));
  if (alike.length < 2 && first.plate === undefined) return undefined;
  const { columns } = first;
  if (placeColumns(columns, 'plate').length > 0) {
    if (alike.length < 2) return undefined;
    return { table: { file, columns, rows: alike.flatMap(({ rows }) => rows) }, used: alike.map(({ sheet }) => sheet) };
  }
  const content = ({ rows }: (typeof all)[number]) => JSON.stringify(rows.map(({ cells }) => cells));
  const ofPlates = alike.filter(({ plate }) => plate !== undefined);
  const others = alike.filter(({ plate }) => plate === undefined);
  const lacking = plates.names.filter((name) => !ofPlates.some(({ plate }) => plate === name));
  if (others.length > 0 && lacking.length > 0) {
    if (ofPlates.length === 0 && others.every((sheet) => content(sheet) === content(first))) return undefined;
    const names = others.map(({ sheet }) => `"${sheet.name}"`).join(', ');
    throw new MilscopeError('BadTable', {
      file,
      option: wanted?.option,
      problem:
        'several sheets say different things of the same wells, and not all are called after plates of the screen',
      found: `${names}, and nothing for ${lacking.join(', ')}`,
      expected: plates.names.join(', '),
      remedy: 'call each sheet after its plate, and remove the others; or add a column Plate',
    });
  }
  if (ofPlates.length === 0) return undefined;
  const rows = ofPlates.flatMap((of) => of.rows.map(({ row, cells }) => ({ row, cells: [of.plate!, ...cells] })));
  return { table: { file, columns: ['Plate', ...columns], rows }, used: ofPlates.map(({ sheet }) => sheet) };
}

function sheetNotes(file: string, used: readonly TableSheet[], others: readonly string[]): readonly string[] {
  const quoted = (names: readonly (string | undefined)[]) => names.map((name) => `"${name}"`).join(', ');
  if (others.length === 0 && used.length < 2) return [];
  const [sheets, are] = used.length === 1 ? ['sheet', 'is'] : ['sheets', 'are'];
  const not = others.length > 0 ? `, and not ${quoted(others)}` : '';
  return [`${file}: the ${sheets} ${quoted(used.map(({ name }) => name))} ${are} read${not}`];
}

function outsideNotes(file: string, outside: readonly Outside[]): readonly string[] {
  if (outside.length === 0) return [];
  const told = outside.slice(0, TOLD).map(({ row, text }) => `"${text}" in row ${row}`);
  const more = outside.length > TOLD ? ` and ${counted(outside.length - TOLD, 'other text')}` : '';
  return [`${file}: what stands outside of the grid is passed over: ${told.join(', ')}${more}`];
}
