import { MilscopeError } from '../errors.ts';

/** What is wrong with a header in which two columns, at these places, have one name. */
export function sameName(
  header: readonly string[],
  [before, index]: readonly [before: number, index: number],
  at: { readonly file: string; readonly option?: string | undefined },
): MilscopeError {
  return new MilscopeError('BadTable', {
    ...at,
    row: 1,
    column: header[index],
    problem: 'two columns have the same name',
    found: `columns ${before + 1} and ${index + 1}`,
    remedy: 'rename or remove one of them',
  });
}

/** Lets a header pass in which no used column has the name of another, without regard to case. @throws BadTable */
export function requireDistinct(
  header: readonly string[],
  { isUsed, ...at }: { file: string; option?: string; isUsed: (index: number) => boolean },
): void {
  const places = new Map<string, number>();
  for (const [index, column] of header.entries()) {
    const name = column.trim().toLowerCase();
    const before = places.get(name);
    if (name !== '' && before !== undefined && (isUsed(index) || isUsed(before)))
      throw sameName(header, [before, index], at);
    if (before === undefined) places.set(name, index);
  }
}
