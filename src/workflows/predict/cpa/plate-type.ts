import { normalWell } from '../../../screen/well.ts';

/** Plates that CellProfiler Analyst draws, by their number of wells: rows and columns. */
const PLATES = { 96: [8, 12], 384: [16, 24], 1536: [32, 48] } as const;

/** The smallest plate that has all these wells; nothing where a name is no well's, such as `B03`. */
export function plateType(wells: readonly string[]): string | undefined {
  const places = wells.map((well) => /^([A-Z]{1,2})(\d+)$/.exec(normalWell(well)));
  if (places.length === 0) return undefined;
  const type = Object.entries(PLATES).find(([, [rows, columns]]) =>
    places.every((place) => place && rowNumber(place[1]!) <= rows && Number(place[2]) <= columns),
  );
  return type?.[0];
}

/** A is 1, AA is 27. */
function rowNumber(letters: string): number {
  return [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0);
}
