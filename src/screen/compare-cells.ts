import { placeColumns, placeKindOf } from './place-columns.ts';
import { normalWell } from './well.ts';

/** Digits that a number holds exactly. */
const MOST_DIGITS = 15;

/**
 * A cell as it is compared with another of the same column: without the space around it and composed (NFC); a well as `A01`; a number as it
 * is shortest, so that `0.003000` is `0.003` and `1.0` is `1`. A code with zeros before it, such as the plate `0012`, is
 * no number, nor is one with more digits than a number holds.
 */
export function comparableCell(column: string, text: string): string {
  const trimmed = text.trim().normalize('NFC');
  if (placeKindOf(column) === 'well') return normalWell(trimmed);
  const [, whole = '', fraction = ''] = /^[+-]?(0|[1-9]\d*)?(?:\.(\d*))?(?:e[+-]?\d{1,2})?$/i.exec(trimmed) ?? [];
  const digits = whole.length + fraction.replace(/0+$/, '').length;
  return digits > 0 && digits <= MOST_DIGITS ? String(Number(trimmed)) : trimmed;
}

/** Whether two cells of a column are the same: as texts, as numbers (real tables have 0.003000 beside 0.003), or as wells. */
export function sameCell(column: string, columns: readonly string[]): (found: string, wanted: string) => boolean {
  const isWell = placeColumns(columns, 'well').includes(column);
  return (found, wanted) => {
    const text = found.trim();
    if (text === wanted || (text !== '' && wanted !== '' && Number(text) === Number(wanted))) return true;
    return isWell
      ? normalWell(text) === normalWell(wanted)
      : comparableCell(column, text) === comparableCell(column, wanted);
  };
}

/** The first values of a set, in the order of people. */
export function listed(values: ReadonlySet<string>): string {
  const named = [...values].map((value) => value.trim() || 'an empty cell');
  const sorted = [...new Set(named)].sort(new Intl.Collator('en', { numeric: true }).compare);
  return sorted.length > 12 ? `${sorted.slice(0, 12).join(', ')} and ${sorted.length - 12} others` : sorted.join(', ');
}
