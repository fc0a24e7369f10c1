/** Training fields, in parallel lists. */
export interface TrainingFields<T> {
  readonly fields: readonly T[];
  /** The class of every field, 0 … classes - 1. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  /** The fold of every field for choosing hyperparameters; all fields of a well have the same. */
  readonly folds: ArrayLike<number>;
}

/** A subset of the fields, by index. */
export function pickFields<T>(
  { fields, labels, classes, folds }: TrainingFields<T>,
  places: readonly number[],
): TrainingFields<T> {
  return {
    fields: places.map((i) => fields[i]!),
    labels: places.map((i) => labels[i]!),
    classes,
    folds: places.map((i) => folds[i]!),
  };
}

/** The cells of a field: `[n, features]`, one row after the other. */
export interface FieldCells {
  readonly names: readonly string[];
  readonly values: Float64Array;
}

/** The rows of cells of some fields, one after the other; views, not copies. */
export function cellRows(fields: readonly FieldCells[]): readonly Float64Array[] {
  return fields.flatMap(({ names, values }) =>
    Array.from({ length: values.length / names.length }, (_, i) =>
      values.subarray(i * names.length, (i + 1) * names.length),
    ),
  );
}

/** The index of the largest value; of equals, the first. */
export function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
