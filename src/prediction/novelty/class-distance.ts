import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { shrunkCovariance } from './shrunk-covariance.ts';

/** Where the classes of a training lie among the features of fields, and how far fields spread around them. */
export interface ClassGaussians {
  /** Mean of each feature over all fields, and what it is divided by, `[F]`; a feature that never differs is divided by infinity. */
  readonly centre: ArrayLike<number>;
  readonly scale: ArrayLike<number>;
  /** Means of the classes, `[F]` each, in these units. */
  readonly means: readonly ArrayLike<number>[];
  /** Lower triangle of Cholesky of the covariance within classes, row after row: `[F (F + 1) / 2]`. */
  readonly factor: ArrayLike<number>;
}

/** The features of a field, and its class. */
export interface ClassifiedFeatures {
  readonly features: ArrayLike<number>;
  readonly label: string;
}

/** A feature whose deviation is a smaller share of its mean never differs. */
const LEAST_DEVIATION = 1e-6;

/**
 * Describes classes by a normal distribution each, with means of their own and one covariance, which is shrunk (Lee et al. 2018,
 * "A simple unified framework for detecting out-of-distribution samples"; {@link shrunkCovariance}).
 *
 * @param fields at least one
 */
export function fitClasses(fields: readonly ClassifiedFeatures[]): ClassGaussians {
  const rows = fields.map(({ features }) => features);
  const centre = meanOf(rows);
  const scale = centre.map((mean, i) => {
    const deviation = Math.sqrt(rows.reduce((sum, row) => sum + (row[i]! - mean) ** 2, 0) / rows.length);
    // What holds for the file holds for the numbers that are kept.
    return Math.fround(
      deviation > LEAST_DEVIATION * Math.max(1, Math.abs(mean)) ? deviation : Number.POSITIVE_INFINITY,
    );
  });
  const measured = rows.map((row) => inUnits(row, { centre, scale }));
  const labels = [...new Set(fields.map(({ label }) => label))];
  const means = labels.map((label) => meanOf(measured.filter((_, i) => fields[i]!.label === label)));
  const meanOfLabel = new Map(labels.map((label, k) => [label, means[k]!]));
  const within = measured.map((row, i) => {
    const mean = meanOfLabel.get(fields[i]!.label)!;
    return row.map((value, j) => value - mean[j]!);
  });
  return { centre, scale, means, factor: lowerTriangle(shrunkCovariance(within).covariance, centre.length) };
}

/** The Mahalanobis distance of a field from the nearest class. */
export function distanceFrom({ centre, scale, means, factor }: ClassGaussians, features: ArrayLike<number>): number {
  const row = inUnits(features, { centre, scale });
  let nearest = Number.POSITIVE_INFINITY;
  const solved = new Float64Array(row.length);
  for (const mean of means) {
    // |L⁻¹ (x - m)|², from the first row of L to the last.
    let squares = 0;
    for (let i = 0, start = 0; i < row.length; start += ++i) {
      let rest = row[i]! - mean[i]!;
      for (let j = 0; j < i; j++) rest -= factor[start + j]! * solved[j]!;
      solved[i] = rest / factor[start + i]!;
      squares += solved[i]! ** 2;
    }
    if (!(squares >= nearest)) nearest = squares;
  }
  return Math.sqrt(nearest);
}

function inUnits(
  features: ArrayLike<number>,
  { centre, scale }: Pick<ClassGaussians, 'centre' | 'scale'>,
): Float64Array {
  return Float64Array.from({ length: centre.length }, (_, i) => (features[i]! - centre[i]!) / scale[i]!);
}

function meanOf(rows: readonly ArrayLike<number>[]): Float64Array {
  const sums = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let i = 0; i < sums.length; i++) sums[i]! += row[i]!;
  return sums.map((sum) => sum / rows.length);
}

/** A least variance, so that fields that are all the same have a distance of 0. */
const LEAST_VARIANCE = 1e-9;

function lowerTriangle(covariance: Float64Array, size: number): Float64Array {
  const matrix = Matrix.from1DArray(size, size, Array.from(covariance));
  for (let i = 0; i < size; i++) matrix.set(i, i, matrix.get(i, i) + LEAST_VARIANCE);
  const lower = new CholeskyDecomposition(matrix).lowerTriangularMatrix;
  const packed = new Float64Array((size * (size + 1)) / 2);
  for (let i = 0, start = 0; i < size; start += ++i) for (let j = 0; j <= i; j++) packed[start + j] = lower.get(i, j);
  return packed;
}
