import { MilscopeError } from '../../errors.ts';
import { basename, extname } from '../../files/paths.ts';
import type { TableSheet } from '../../tables/read-sheets.ts';
import type { Table, TableRow } from '../../tables/read-table.ts';
import { type KnownPlates, looksLikePlate } from './known-plates.ts';
import type { Grid } from './plate-grid.ts';

/** The grids of a sheet. */
export interface SheetGrids {
  readonly sheet: TableSheet;
  readonly grids: readonly Grid[];
}

/** A grid, and what is known of it. */
interface NamedGrid {
  readonly grid: Grid;
  readonly sheet: TableSheet;
  /** The plate of the screen that it is of; undefined where it is of all. */
  readonly plate: string | undefined;
  /** What its corner or its title says that it shows. */
  readonly label: string | undefined;
}

/** Names that programs give sheets. */
const unnamed =
  /^(sheet|tabelle|feuille?|feuil|hoja|foglio|planilha|blad|ark|list|munka|arkusz|лист|sayfa|taul|シート)\s*\d*$/i;

/**
 * Grids as a table with a row for each well, and a column for each thing that they show: what the corner or the title of a grid
 * says, or else the name of its sheet where there are several grids, or else that of the file. Grids whose titles or sheets are
 * called after plates of the screen are of these plates alone, and the table has a column Plate.
 *
 * @returns the table, and the sheets that it is made of
 * @throws BadTable where only some are called after plates, and where grids of one name say different things of a well
 */
export function tableOfGrids(
  file: string,
  sheets: readonly SheetGrids[],
  { plates, option }: { plates: KnownPlates; option?: string | undefined },
): { readonly table: Table; readonly used: readonly TableSheet[] } {
  const refuse = (details: { problem: string; found: string; expected?: string; remedy: string }) =>
    new MilscopeError('BadTable', { file, option, ...details });
  const all = sheets.flatMap((of) => namedGrids(of, plates, refuse));
  const ofPlates = all.filter(({ plate }) => plate !== undefined);
  const lacking = plates.names.filter((name) => !ofPlates.some(({ plate }) => plate === name));
  const others = all.filter(({ plate }) => plate === undefined).map(({ sheet, label }) => label ?? sheet.name ?? '');
  if (ofPlates.length > 0 && others.length > 0 && lacking.length > 0) {
    throw refuse({
      problem: 'only some of the sheets are called after plates of the screen',
      found: `${quoted(others)}, and nothing for ${lacking.join(', ')}`,
      expected: plates.names.join(', '),
      remedy: 'call each sheet after its plate, and remove the others',
    });
  }
  const named = others.map((name) => name.trim());
  if (ofPlates.length === 0 && plates.names.length > 0 && named.length > 1 && named.every(looksLikePlate)) {
    throw refuse({
      problem: 'the grids seem to be those of plates that the screen does not have',
      found: quoted(named),
      expected: plates.names.join(', '),
      remedy: 'call each sheet, or the title of each grid, after its plate',
    });
  }
  const chosen = ofPlates.length > 0 ? ofPlates : all;
  const stem = basename(file, extname(file));
  const nameOf = ({ label, sheet: { name = '' } }: NamedGrid) => {
    const ownSheet = all.length > 1 && name !== '' && !unnamed.test(name) && plates.divide(name).plate === undefined;
    return (label ?? (ownSheet ? name : stem)).replace(/^metadata_/i, '');
  };
  const byPlate = ofPlates.length > 0;
  const rows = new Map<string, { row: number; plate: string; well: string; values: Map<string, string> }>();
  const columns = [...new Map(chosen.map((of) => [nameOf(of).toLowerCase(), nameOf(of)])).values()];
  for (const of of chosen) {
    const column = columns.find((name) => name.toLowerCase() === nameOf(of).toLowerCase())!;
    for (const [well, { row, text }] of of.grid.wells) {
      const { plate = '' } = of;
      const own = rows.get(`${plate}\n${well}`) ?? { row, plate, well, values: new Map<string, string>() };
      rows.set(`${plate}\n${well}`, own);
      const before = own.values.get(column);
      if (before !== undefined && before.trim() !== text.trim()) {
        throw refuse({
          problem: `several grids show ${column}${plate && ` of plate ${plate}`}, and say different things of ${well}`,
          found: `${before.trim() || 'an empty cell'}, and in row ${row} ${text.trim() || 'an empty cell'}`,
          ...(plates.names.length > 0 && {
            expected: `grids that are called after plates: ${plates.names.join(', ')}`,
          }),
          remedy: 'give each grid a title that says what it shows, or which plate it is of',
        });
      }
      own.values.set(column, text);
    }
  }
  const table: Table = {
    file,
    columns: [...(byPlate ? ['Plate'] : []), 'Well', ...columns],
    rows: [...rows.values()].map(({ row, plate, well, values }): TableRow => {
      return { row, cells: [...(byPlate ? [plate] : []), well, ...columns.map((name) => values.get(name) ?? '')] };
    }),
    notes: notesOf(file, chosen, columns),
  };
  return { table, used: [...new Set(chosen.map(({ sheet }) => sheet))] };
}

function namedGrids(
  { sheet, grids }: SheetGrids,
  plates: KnownPlates,
  refuse: (details: { problem: string; found: string; expected?: string; remedy: string }) => MilscopeError,
): readonly NamedGrid[] {
  const named = grids.map((grid): NamedGrid => {
    const { corner, titles } = grid;
    const [nearest = []] = titles;
    const title = nearest.length === 1 ? nearest[0] : undefined;
    const label = [corner, title].map((text) => plates.divide(text).rest).find(Boolean);
    const plate = [corner, ...titles.flat()]
      .map((text) => plates.divide(text).plate)
      .find((name) => name !== undefined);
    return { grid, sheet, plate, label };
  });
  const ofPlates = named.filter(({ plate }) => plate !== undefined);
  if (ofPlates.length === 0) {
    const { plate, rest } = plates.divide(sheet.name);
    return named.map((of) => ({ ...of, plate, label: of.label ?? ((plate && rest) || undefined) }));
  }
  const others = named.filter(({ plate }) => plate === undefined);
  if (others.length > 0 && (named[0]!.plate === undefined || named.some(({ label }) => label === undefined))) {
    throw refuse({
      problem: 'only some of the grids of a sheet are called after plates of the screen',
      found: quoted(others.map(({ label, grid }) => label ?? `the grid in row ${grid.row}`)),
      expected: plates.names.join(', '),
      remedy: 'call each grid after its plate',
    });
  }
  // A plate stands above all the grids that are of it.
  let last: string | undefined;
  return named.map((of) => {
    last = of.plate ?? last;
    return { ...of, plate: last };
  });
}

function notesOf(file: string, grids: readonly NamedGrid[], columns: readonly string[]): readonly string[] {
  if (grids.length === 1) return [];
  const plates = [...new Set(grids.flatMap(({ plate }) => plate ?? []))];
  const names = columns.map((name) => `Metadata_${name}`).join(', ');
  const of =
    plates.length === 0 ? 'of all plates' : `of ${plates.length === 1 ? 'plate' : 'plates'} ${plates.join(', ')}`;
  return [`${file}: ${grids.length} grids ${of} are read as ${names}`];
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
