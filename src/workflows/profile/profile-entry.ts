import { type PackedNumbers, packNumbers, unpackNumbers } from '../../packed-numbers.ts';
import type { FieldProfile } from '../../profiling/field-profile.ts';

/** What a part keeps of the measurements of a field. */
export interface ProfileEntry {
  /** Names of the features; in the first entry of a part only, since all fields have the same. */
  readonly names?: { readonly field: readonly string[]; readonly cell: readonly string[] };
  readonly values: PackedNumbers;
  /** How many cells the field has. */
  readonly count: number;
  /** What was measured of each, where a table of them is written. */
  readonly cells?: Readonly<Record<'objectNumbers' | 'x' | 'y' | 'values', PackedNumbers>>;
}

/** @param keep whether the names and the cells are kept too */
export function entryOfProfile(
  { names, values, cells }: FieldProfile,
  keep: { readonly names: boolean; readonly cells: boolean },
): ProfileEntry {
  return {
    ...(keep.names && { names: { field: names, cell: cells.names } }),
    values: packNumbers(values),
    count: cells.objectNumbers.length,
    ...(keep.cells && {
      cells: {
        objectNumbers: packNumbers(cells.objectNumbers),
        ...{ x: packNumbers(cells.x), y: packNumbers(cells.y), values: packNumbers(cells.values) },
      },
    }),
  };
}

/** The measurements that {@link entryOfProfile} was given; without cells where these were not kept. */
export function profileOfEntry(
  { values, cells }: ProfileEntry,
  names: NonNullable<ProfileEntry['names']>,
): FieldProfile {
  const numbers = (packed: PackedNumbers | undefined) => unpackNumbers(packed ?? { float64: '' }) as Float64Array;
  return {
    names: names.field,
    values: numbers(values),
    cells: {
      names: names.cell,
      objectNumbers: unpackNumbers(cells?.objectNumbers ?? { int32: '' }) as Int32Array,
      ...{ x: numbers(cells?.x), y: numbers(cells?.y), values: numbers(cells?.values) },
    },
  };
}
