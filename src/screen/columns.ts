import { MilscopeError, named } from '../errors.ts';
import { bareName, placeColumns } from './place-columns.ts';
import type { Screen } from './screen.ts';

/**
 * The column that `wanted` names among `columns`: as written, else without regard to case, else also without regard to
 * the prefixes `Image_` and `Metadata_`. Undefined when there is none.
 */
export function findNamed(columns: readonly string[], wanted: string): string | undefined {
  const lower = (name: string): string => name.trim().toLowerCase();
  return (
    columns.find((name) => name === wanted) ??
    columns.find((name) => lower(name) === lower(wanted)) ??
    columns.find((name) => bareName(name) === bareName(wanted))
  );
}

/**
 * The column that `wanted` names as {@link findNamed} finds it; where there is none and `Plate`, `Well` or `Site` is wanted, the
 * one that says it under another name, see `placeColumns`.
 */
export function findColumn(columns: readonly string[], wanted: string): string | undefined {
  const kind = bareName(wanted);
  const isPlace = kind === 'plate' || kind === 'well' || kind === 'site';
  return findNamed(columns, wanted) ?? (isPlace ? placeColumns(columns, kind)[0] : undefined);
}

/** How labels are added that are in another table than the screen. */
export const LABELS_ELSEWHERE = `add the labels of another table with ${named('plateMap')}, or with ${named('annotations')} and ${named('on')}`;

/**
 * The column of metadata that `wanted` names, see {@link findColumn}.
 *
 * @param elsewhere what to do where the column is in another table
 * @throws MissingColumn, listing the columns there are; `option` is the field of the request that named it.
 */
export function requireColumn(
  { source, columns }: Pick<Screen, 'source' | 'columns'>,
  wanted: string,
  { option, elsewhere }: { option?: string; elsewhere?: string } = {},
): string {
  const found = findColumn(columns, wanted);
  if (found !== undefined) return found;
  throw new MilscopeError('MissingColumn', {
    file: source,
    column: wanted,
    option,
    problem: 'the table has no such column',
    found: columns.length > 0 ? columns.join(', ') : 'no column of metadata at all',
    remedy:
      option === undefined
        ? undefined
        : `with ${named(option)}, name one of these columns${elsewhere === undefined ? '' : `, or ${elsewhere}`}`,
  });
}
