/** How the numbers of a table are written. */
export interface NumberStyle {
  /** A comma where the table writes `12,5`; numbers with a point are understood all the same. */
  readonly decimal?: ',' | undefined;
}

/**
 * The number that a cell holds, as its table writes numbers: `12,5` is one where the cells are separated by semicolons or
 * tabs and the table has decimal commas, see `decimalOf`. NaN for an empty cell and for anything else; separators of thousands
 * are not guessed.
 */
export function parseNumber(text: string | undefined, { decimal }: NumberStyle = {}): number {
  const trimmed = (text ?? '').trim();
  // What is a number to JavaScript alone, such as 0x10, is none.
  if (trimmed === '' || /^0[xob]/i.test(trimmed)) return Number.NaN;
  return Number(decimal === ',' ? pointed(trimmed) : trimmed);
}

/** Whether a text is a number with a decimal comma. */
export function isCommaNumber(text: string): boolean {
  return /^[+-]?\d*,\d+(?:e[+-]?\d+)?$/i.test(text);
}

/** A number with a decimal comma as one with a point; any other text as it is. */
export function pointed(text: string): string {
  return isCommaNumber(text.trim()) ? text.replace(',', '.') : text;
}

/** Why a text that ought to be a number is none, where that is a comma; undefined for anything else. */
export function commaRemedy(text: string | undefined): string | undefined {
  const trimmed = (text ?? '').trim();
  if (!/^[+-]?\d[\d.,]*$/.test(trimmed) || !trimmed.includes(',')) return undefined;
  return 'write numbers with a point for the decimals and nothing between the thousands, such as 1234.5';
}
