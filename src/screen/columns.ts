import { MilscopeError, named } from '../errors.ts';
import type { Screen } from './screen.ts';

/**
 * The column that `wanted` names among `columns`: as written, else without regard to case, else also without regard to
 * the prefixes `Image_` and `Metadata_`. Undefined when there is none.
 */
export function findColumn(columns: readonly string[], wanted: string): string | undefined {
  const lower = (name: string): string => name.trim().toLowerCase();
  const bare = (name: string): string => lower(name).replace(/^(image_)?(metadata_)?/, '');
  return (
    columns.find((name) => name === wanted) ??
    columns.find((name) => lower(name) === lower(wanted)) ??
    columns.find((name) => bare(name) === bare(wanted))
  );
}

/**
 * The column of metadata that `wanted` names, see {@link findColumn}.
 *
 * @throws MissingColumn, listing the columns there are; `option` is the field of the request that named it.
 */
export function requireColumn(
  { source, columns }: Pick<Screen, 'source' | 'columns'>,
  wanted: string,
  { option }: { option?: string } = {},
): string {
  const found = findColumn(columns, wanted);
  if (found !== undefined) return found;
  throw new MilscopeError('MissingColumn', {
    file: source,
    column: wanted,
    option,
    problem: 'the table has no such column',
    found: columns.length > 0 ? columns.join(', ') : 'no column of metadata at all',
    remedy: option === undefined ? undefined : `with ${named(option)}, name one of these columns`,
  });
}
