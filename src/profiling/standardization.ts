import { meanAndDeviation } from './moments.ts';

/** Mean and standard deviation of every feature, `[features]` each. */
export interface Standardization {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Brings every feature of the given rows to mean 0 and standard deviation 1, and a constant feature to 0. */
export function standardizationOf(rows: readonly ArrayLike<number>[]): Standardization {
  const features = rows[0]?.length ?? 0;
  const column = new Float64Array(rows.length);
  const found = Array.from({ length: features }, (_, j) => {
    for (let i = 0; i < column.length; i++) column[i] = rows[i]![j]!;
    return meanAndDeviation(column);
  });
  return {
    mean: Float64Array.from(found, ({ mean }) => mean),
    // Rounding gives a constant a small variance.
    deviation: Float64Array.from(found, ({ mean, deviation }) =>
      deviation > 1e-10 * Math.abs(mean) ? deviation : Number.POSITIVE_INFINITY,
    ),
  };
}

/** A standardised row. NaN becomes 0, the mean, and so carries no information. */
export function standardize(row: ArrayLike<number>, { mean, deviation }: Standardization): Float64Array {
  const standardized = new Float64Array(mean.length);
  for (let j = 0; j < standardized.length; j++) {
    const value = (row[j]! - mean[j]!) / deviation[j]!;
    // Never -0, which some comparisons distinguish from 0.
    standardized[j] = Number.isFinite(value) ? value + 0 : 0;
  }
  return standardized;
}
