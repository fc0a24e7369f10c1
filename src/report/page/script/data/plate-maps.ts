import { positionOf, rowName } from '../../../../evaluation/inspection/layout.ts';
import { smallestFormat } from '../../../../screen/plates/plate-formats.ts';
import { mapPlate, type PlateMap } from '../../../inspection/plate-map.ts';

/**
 * Where the wells of each plate are drawn: on the whole of the smallest plate that is sold and has the wells of all plates, so
 * that all plates look alike. A plate with other names than `A01`, or with wells beyond all formats, shows only what it has.
 *
 * @param plates names of the wells of each plate
 */
export function mapPlates(plates: readonly (readonly string[])[]): readonly PlateMap[] {
  const whole = wholePlate(plates.flat());
  return plates.map((wells) =>
    whole !== undefined && wells.every((well) => whole.placeOf(well) !== undefined) ? whole : mapPlate(wells),
  );
}

/** The smallest plate that has all wells with a place; undefined where none has. */
function wholePlate(wells: readonly string[]): PlateMap | undefined {
  const positions = [...new Set(wells)].flatMap((well) => positionOf(well) ?? []);
  const count = (indices: readonly number[]) => indices.reduce((most, index) => Math.max(most, index + 1), 0);
  const format = smallestFormat({
    rows: count(positions.map(({ row }) => row)),
    columns: count(positions.map(({ column }) => column)),
  });
  if (positions.length === 0 || format === undefined) return undefined;
  return {
    rows: Array.from({ length: format.rows }, (_, row) => rowName(row)),
    columns: Array.from({ length: format.columns }, (_, column) => String(column + 1)),
    placeOf: positionOf,
  };
}
