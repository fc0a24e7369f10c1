/** What a number is by the letters before it. */
const meanings: readonly (readonly [letters: RegExp, group: string])[] = [
  [/^P$/, 'Plate'],
  [/^(?:s|site|f|fld|field|fov|xy|pos|position|point|p|img|image|m|tile|scene)$/i, 'Site'],
  [/^(?:w|c|ch|channel|wave|d)$/i, 'Channel'],
  [/^(?:z|zstep|plane|slice)$/i, 'Z'],
  [/^(?:t|time|timepoint|tp)$/i, 'TimePoint'],
  [/^(?:r|row)$/i, 'Row'],
  [/^(?:col|column)$/i, 'Column'],
  [/^(?:plate|pl|bc|barcode)$/i, 'Plate'],
  // The order in which images were taken tells nothing of them.
  [/^seq$/i, 'Number'],
];

/** A row and a column; some programs write columns with three digits. */
const wellLike = /^[A-P](?:0{0,2}[1-9]|0?1\d|0?2[0-4])$/;

/**
 * What a run of digits is by the letters right before it; undefined where they say nothing. `W0012` is a well, since no
 * microscope has so many wavelengths; `c03` behind `r02` is a column; `P01` behind the well is a position on it.
 */
export function meaningOf(
  letters: string,
  { digits = '', row = '', isBehindWell = false }: { digits?: string; row?: string; isBehindWell?: boolean } = {},
): string | undefined {
  if (letters === 'W' && digits.length >= 3) return 'Well';
  if (/^c$/i.test(letters) && /^r$/i.test(row)) return 'Column';
  if (letters === 'P' && isBehindWell) return 'Site';
  return meanings.find(([pattern]) => pattern.test(letters))?.[1];
}

/** Whether all values are names of wells, and not numbers of channels, fields or plates behind a capital letter. */
export function areWells(values: readonly string[]): boolean {
  if (!values.every((value) => wellLike.test(value))) return false;
  const [letter = ''] = values[0] ?? '';
  const numbers = [...new Set(values.map((value) => (value[0] === letter ? Number(value.slice(1)) : -1)))];
  if (numbers.includes(-1) || meaningOf(letter) === undefined) return true;
  // `C1`, `C2`, `C3` are channels, and C11 is a well.
  const isCounted = Math.max(...numbers) === numbers.length;
  return numbers.length === 1 ? values[0]!.length === 3 : !isCounted;
}

/** A pattern for wells such as these. */
export function wellPattern(values: readonly string[]): string {
  return `[A-P]\\d{1,${values.some(({ length }) => length > 3) ? 3 : 2}}`;
}
