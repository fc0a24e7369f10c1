import { MilscopeError } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import type { Table } from '../../tables/read-table.ts';
import { comparableCell } from '../compare-cells.ts';
import { isDoubtfulPlate, type PlaceKind, placeColumns } from '../place-columns.ts';
import { placeOf } from '../well.ts';
import type { DescribedFields, JoinKey } from './join-table.ts';
import { knownPlates } from './known-plates.ts';
import { readWells } from './read-wells.ts';

/** A table of wells, and how fields find theirs. */
export interface PlateMap {
  readonly table: Table;
  readonly key: JoinKey;
}

const option = 'plateMap';
/**
 * Reads what is known of the wells of plates, in either of two shapes:
 *
 * - a row for each well, named by a column of wells (or of rows and columns), and by one of plates where plates differ, all
 *   under any name that `placeColumns` knows; without one of plates, every plate has the same layout;
 * - a grid as people keep it in spreadsheets: the letters of the rows down a column, the numbers of the columns along a row.
 *   Its values become the column that the cell in the corner or the title above it names, or else the sheet or the file. There
 *   may be further grids below or beside it, and on other sheets: further columns, or the same for other plates.
 *
 * @throws BadTable for a table of neither shape or for a row or column that a grid has twice, MissingColumn when the fields
 *   name no wells, or no plates where the map does; and what `readWells` throws.
 */
export async function readPlateMap(file: string, screen: DescribedFields, files: Files): Promise<PlateMap> {
  const plates = knownPlates(screen.fields.map(({ metadata }) => placeOf(metadata).plate));
  const wanted = { what: 'a plate map', option };
  const table = await readWells(file, files, { fits: saysWells, plates, wanted });
  const { columns } = table;
  if (!saysWells(columns)) {
    throw new MilscopeError('BadTable', {
      file,
      option,
      problem: 'this is no map of a plate',
      found: `a table with the columns ${columns.join(', ')}`,
      expected: 'a column Well and a row for each, or a grid with letters down its side and numbers along its top',
    });
  }
  const known = new Set(screen.fields.map(({ metadata }) => comparablePlate(placeOf(metadata).plate)));
  const plateColumn = plateColumnOf(table, known);
  const plateIndex = plateColumn === undefined ? -1 : columns.indexOf(plateColumn);
  const wellOf = (cells: readonly string[]) =>
    placeOf(Object.fromEntries(columns.map((column, i) => [column, cells[i]!]))).well;
  const byPlate = table.rows.some(({ cells }) => (cells[plateIndex] ?? '').trim() !== '');
  requirePlaces(screen, { file, byPlate });
  const keyOf = (plate: string, well: string) =>
    well === '' ? [''] : byPlate ? [comparablePlate(plate), well] : [well];
  const places = new Set([
    ...placeColumns(columns, 'well'),
    ...placeColumns(columns, 'row'),
    ...placeColumns(columns, 'column'),
  ]);
  return {
    table,
    key: {
      name: byPlate ? 'Plate, Well' : 'Well',
      option,
      ofField: (metadata) => {
        const { plate, well } = placeOf(metadata);
        return keyOf(plate, well);
      },
      ofRow: (cells) => keyOf(cells[plateIndex] ?? '', wellOf(cells)),
      columns: new Set(columns.flatMap((column, i) => (i === plateIndex || places.has(column) ? [i] : []))),
    },
  };
}

const comparablePlate = (text: string): string => comparableCell('Plate', text);

/** Whether columns say which well a row is of. */
export function saysWells(columns: readonly string[]): boolean {
  const has = (kind: PlaceKind) => placeColumns(columns, kind).length > 0;
  return has('well') || (has('row') && has('column'));
}

/** The column that names plates; one that may name other things only where it has a plate of the screen. */
function plateColumnOf({ columns, rows }: Table, known: ReadonlySet<string>): string | undefined {
  return placeColumns(columns, 'plate').find((column) => {
    const index = columns.indexOf(column);
    return (
      !isDoubtfulPlate(column) ||
      rows.some(({ cells }) => cells[index]!.trim() !== '' && known.has(comparablePlate(cells[index]!)))
    );
  });
}

function requirePlaces(screen: DescribedFields, { file, byPlate }: { file: string; byPlate: boolean }): void {
  const places = screen.fields.map(({ metadata }) => placeOf(metadata));
  const lacking = places.every(({ well }) => well === '')
    ? 'Well'
    : byPlate && places.every(({ plate }) => plate === '')
      ? 'Plate'
      : undefined;
  if (lacking === undefined) return;
  throw new MilscopeError('MissingColumn', {
    file: screen.source,
    column: `Metadata_${lacking}`,
    option,
    problem: `nothing says which ${lacking.toLowerCase()} a field is of, as ${file} does`,
    found: screen.columns.join(', ') || 'no column of metadata at all',
  });
}
