import { MilscopeError } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { readTable, type Table } from '../../tables/read-table.ts';
import { findColumn } from '../columns.ts';
import { comparableCell } from '../compare-cells.ts';
import { placeOf } from '../well.ts';
import type { DescribedFields, JoinKey } from './join-table.ts';
import { isPlateGrid, tableOfGrid } from './plate-grid.ts';

/** A table of wells, and how fields find theirs. */
export interface PlateMap {
  readonly table: Table;
  readonly key: JoinKey;
}

const option = 'plateMap';
const placeColumn = /^(image_)?(metadata_)?(plate|well|row|col|column|well_?row|well_?col(umn)?)$/i;

/**
 * Reads what is known of the wells of plates, in either of two shapes:
 *
 * - a row for each well, named by a column `Well` (or `Row` and `Column`), and by a column `Plate` where plates differ;
 *   without one, every plate has the same layout;
 * - a grid as people keep it in spreadsheets: the letters of the rows down the first column, the numbers of the columns
 *   along the first row. Its values become the column that the cell in the corner names, or else the file. Further grids
 *   below, each with its own first row, become further columns.
 *
 * @throws BadTable for a table of neither shape or for a row or column that a grid has twice, MissingColumn when the fields
 *   name no wells, or no plates where the map does; and what `readTable` throws.
 */
export async function readPlateMap(file: string, screen: DescribedFields, files: Files): Promise<PlateMap> {
  const read = await readTable(file, files);
  const table = isPlateGrid(read) ? tableOfGrid(read) : read;
  const { columns } = table;
  const named = (name: string) => findColumn(columns, name) !== undefined;
  if (!named('Well') && !(named('Row') && (named('Column') || named('Col')))) {
    throw new MilscopeError('BadTable', {
      file,
      option,
      problem: 'this is no map of a plate',
      found: `a table with the columns ${columns.join(', ')}`,
      expected: 'a column Well and a row for each, or a grid with letters down its side and numbers along its top',
    });
  }
  const placeOfRow = (cells: readonly string[]) =>
    placeOf(Object.fromEntries(columns.map((column, i) => [column, cells[i]!])));
  const byPlate = table.rows.some(({ cells }) => placeOfRow(cells).plate !== '');
  requirePlaces(screen, { file, byPlate });
  const keyOf = ({ plate, well }: { plate: string; well: string }) =>
    well === '' ? [''] : byPlate ? [comparableCell('Plate', plate), well] : [well];
  return {
    table,
    key: {
      name: byPlate ? 'Plate, Well' : 'Well',
      option,
      ofField: (metadata) => keyOf(placeOf(metadata)),
      ofRow: (cells) => keyOf(placeOfRow(cells)),
      columns: new Set(columns.flatMap((column, i) => (placeColumn.test(column) ? [i] : []))),
    },
  };
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
