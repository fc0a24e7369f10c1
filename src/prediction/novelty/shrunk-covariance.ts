/** A covariance that was shrunk towards a multiple of the identity. */
export interface ShrunkCovariance {
  /** `[F, F]`, row after row. */
  readonly covariance: Float64Array;
  /** The weight of the identity, from 0 to 1. */
  readonly shrinkage: number;
}

/**
 * The covariance of rows whose mean is 0, shrunk as by Ledoit and Wolf (2004, "A well-conditioned estimator for large-dimensional
 * covariance matrices"): (1 - s) S + s μ I, with μ the mean variance and s the weight of least expected squared error. It has an
 * inverse also where rows are fewer than features. As `ledoit_wolf(rows, assume_centered=True)` of scikit-learn.
 *
 * @param rows `[N, F]`, at least one
 */
export function shrunkCovariance(rows: readonly ArrayLike<number>[]): ShrunkCovariance {
  const n = rows.length;
  const size = rows[0]!.length;
  const covariance = new Float64Array(size * size);
  let fourth = 0;
  for (const row of rows) {
    let squares = 0;
    for (let i = 0; i < size; i++) {
      squares += row[i]! ** 2;
      for (let j = 0; j <= i; j++) covariance[i * size + j]! += row[i]! * row[j]!;
    }
    fourth += squares ** 2;
  }
  let [trace, norm] = [0, 0];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = covariance[i * size + j]! / n;
      covariance[i * size + j] = value;
      covariance[j * size + i] = value;
      norm += (i === j ? 1 : 2) * value ** 2;
    }
    trace += covariance[i * size + i]!;
  }
  const mean = trace / size;
  const spread = norm - size * mean ** 2;
  const error = Math.min((fourth / n - norm) / n, spread);
  const shrinkage = error <= 0 ? 0 : error / spread;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) covariance[i * size + j]! *= 1 - shrinkage;
    covariance[i * size + i]! += shrinkage * mean;
  }
  return { covariance, shrinkage };
}
