import { meanAndDeviation } from './moments.ts';

/** Mean and standard deviation of every feature, `[features]` each. */
export interface Standardization {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** What brings every feature of some rows to mean 0 and standard deviation 1; a feature that is always the same to 0. */
export function standardizationOf(rows: readonly ArrayLike<number>[]): Standardization {
  const features = rows[0]?.length ?? 0;
  const found = Array.from({ length: features }, (_, j) => meanAndDeviation(Float64Array.from(rows, (row) => row[j]!)));
  return {
    mean: Float64Array.from(found, ({ mean }) => mean),
    // Rounding makes a constant vary a little.
    deviation: Float64Array.from(found, ({ mean, deviation }) =>
      deviation > 1e-10 * Math.abs(mean) ? deviation : Number.POSITIVE_INFINITY,
    ),
  };
}

/** A row standardised. What is NaN becomes 0, the mean, and so says nothing. */
export function standardize(row: ArrayLike<number>, { mean, deviation }: Standardization): Float64Array {
  return mean.map((center, j) => {
    const value = (row[j]! - center) / deviation[j]!;
    // Never -0, which is not equal to 0 everywhere.
    return Number.isFinite(value) ? value + 0 : 0;
  });
}
