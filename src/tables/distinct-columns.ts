import { MilscopeError } from '../errors.ts';

/** Lets a header pass in which no used column has the name of another, without regard to case. @throws BadTable */
export function requireDistinct(
  header: readonly string[],
  { file, option, isUsed }: { file: string; option?: string; isUsed: (index: number) => boolean },
): void {
  const places = new Map<string, number>();
  for (const [index, column] of header.entries()) {
    const name = column.trim().toLowerCase();
    const before = places.get(name);
    if (name !== '' && before !== undefined && (isUsed(index) || isUsed(before))) {
      throw new MilscopeError('BadTable', {
        ...{ file, row: 1, column, option },
        problem: 'two columns have the same name',
        found: `columns ${before + 1} and ${index + 1}`,
        remedy: 'rename or remove one of them',
      });
    }
    if (before === undefined) places.set(name, index);
  }
}
