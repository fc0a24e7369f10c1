import { positionOf, rowName } from '../../evaluation/inspection/layout.ts';
import { naturally } from '../../evaluation/protocols/protocol.ts';

/** Where the wells of a plate are drawn: rows and columns from 0, with their names. */
export interface PlateMap {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly placeOf: (well: string) => { readonly row: number; readonly column: number } | undefined;
}

/** Columns of wells that have no place on a plate. */
const ACROSS = 12;

/**
 * The part of the plate that the given wells need, the same for all plates of a screen; wells with other names than
 * `A01` follow one another in rows of twelve.
 */
export function mapPlate(wells: readonly string[]): PlateMap {
  const positions = wells.map((well) => positionOf(well));
  if (wells.length > 0 && positions.every((position) => position !== undefined)) {
    const [rows, columns] = [positions.map(({ row }) => row), positions.map(({ column }) => column)];
    const [top, left] = [Math.min(...rows), Math.min(...columns)];
    const range = (from: number, to: number, name: (i: number) => string) =>
      Array.from({ length: to - from + 1 }, (_, i) => name(from + i));
    return {
      rows: range(top, Math.max(...rows), rowName),
      columns: range(left, Math.max(...columns), (column) => String(column + 1)),
      placeOf(well) {
        const position = positionOf(well);
        return position && { row: position.row - top, column: position.column - left };
      },
    };
  }
  const order = naturally([...new Set(wells)]);
  const columns = Math.max(1, Math.min(ACROSS, order.length));
  return {
    rows: Array.from({ length: Math.ceil(order.length / columns) }, () => ''),
    columns: Array.from({ length: columns }, () => ''),
    placeOf(well) {
      const place = order.indexOf(well);
      return place < 0 ? undefined : { row: Math.floor(place / columns), column: place % columns };
    },
  };
}
