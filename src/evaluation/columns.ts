import { MilscopeError } from '../errors.ts';

/**
 * The column that `wanted` names among `columns`: as written, else without regard to case, else also without regard to
 * the prefixes `Image_` and `Metadata_`. Undefined when there is none.
 */
export function findColumn(columns: readonly string[], wanted: string): string | undefined {
  const lower = (name: string) => name.trim().toLowerCase();
  const bare = (name: string) => lower(name).replace(/^(image_)?(metadata_)?/, '');
  return (
    columns.find((name) => name === wanted) ??
    columns.find((name) => lower(name) === lower(wanted)) ??
    columns.find((name) => bare(name) === bare(wanted))
  );
}

/** As {@link findColumn}, but a missing column is a `MissingColumn` error that lists those there are. */
export function requireColumn(
  columns: readonly string[],
  wanted: string,
  { option, file }: { option?: string; file?: string } = {},
): string {
  const found = findColumn(columns, wanted);
  if (found !== undefined) return found;
  throw new MilscopeError('MissingColumn', {
    file,
    column: wanted,
    problem: 'the table has no such column',
    found: columns.length > 0 ? columns.join(', ') : 'no column of metadata at all',
    remedy: option === undefined ? undefined : `name one of the columns found with ${option}`,
  });
}

/**
 * Gives the name of a field's well, unlike that of any other well of the screen: plate and well, or the well alone in
 * a table without plates. Undefined in a table without wells, and for a field whose well is empty.
 */
export function wellNames(
  columns: readonly string[],
): (metadata: Readonly<Record<string, string>>) => string | undefined {
  const plate = findColumn(columns, 'Metadata_Plate');
  const well = findColumn(columns, 'Metadata_Well');
  return (metadata) => {
    const name = well === undefined ? '' : (metadata[well] ?? '').trim();
    if (name === '') return undefined;
    return plate === undefined ? name : `${(metadata[plate] ?? '').trim()} ${name}`;
  };
}
