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
/** Share of used wells below which the rows and columns without a well are left out. */
const LEAST_FILLED = 0.5;

/**
 * The part of a plate that its wells need; wells with other names than `A01` follow one another in rows of twelve, in
 * natural order.
 */
export function mapPlate(wells: readonly string[]): PlateMap {
  const own = [...new Set(wells)];
  const placed = own.flatMap((well) => positionOf(well) ?? []);
  if (placed.length < own.length) return mapInRows(naturally(own));
  const [rows, columns] = [placed.map(({ row }) => row), placed.map(({ column }) => column)].map(ascending);
  const box = [rows!, columns!].map((lines) =>
    Array.from({ length: lines.at(-1)! - lines[0]! + 1 }, (_, i) => lines[0]! + i),
  );
  const filled = own.length / (box[0]!.length * box[1]!.length);
  const [down, across] = filled < LEAST_FILLED ? [rows!, columns!] : [box[0]!, box[1]!];
  return {
    rows: down.map(rowName),
    columns: across.map((column) => String(column + 1)),
    placeOf(well) {
      const position = positionOf(well);
      return position && { row: down.indexOf(position.row), column: across.indexOf(position.column) };
    },
  };
}

function mapInRows(order: readonly string[]): PlateMap {
  const columns = Math.min(ACROSS, order.length);
  return {
    rows: Array.from({ length: Math.ceil(order.length / columns) }, () => ''),
    columns: Array.from({ length: columns }, () => ''),
    placeOf(well) {
      const place = order.indexOf(well);
      return place < 0 ? undefined : { row: Math.floor(place / columns), column: place % columns };
    },
  };
}

/** Each once. */
function ascending(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
