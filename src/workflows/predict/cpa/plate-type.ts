import { smallestFormat } from '../../../screen/plates/plate-formats.ts';
import { normalWell } from '../../../screen/well.ts';

/** Wells of the smallest plate that CellProfiler Analyst draws. */
const LEAST_WELLS = 96;

/** The smallest plate that has all these wells; nothing where a name is no well's, such as `B03`. */
export function plateType(wells: readonly string[]): string | undefined {
  const places = wells.map((well) => /^([A-Z]{1,2})(\d+)$/.exec(normalWell(well)));
  if (places.length === 0 || places.includes(null)) return undefined;
  const most = (of: (place: RegExpExecArray) => number) =>
    places.reduce((largest, place) => Math.max(largest, of(place!)), 0);
  const [rows, columns] = [most(([, letters]) => rowNumber(letters!)), most(([, , digits]) => Number(digits))];
  return smallestFormat({ rows, columns }, { least: LEAST_WELLS })?.wells.toString();
}

/** A is 1, AA is 27. */
function rowNumber(letters: string): number {
  return [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0);
}
