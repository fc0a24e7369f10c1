/**
 * Pearson's correlation of two lists of equal length; NaN where one of them is constant or empty.
 * CellProfiler: `Correlation_Correlation_<channel>_<channel>`.
 */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let [meanA, meanB] = [0, 0];
  for (let i = 0; i < n; i++) {
    meanA += a[i]! / n;
    meanB += b[i]! / n;
  }
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [da, db] = [a[i]! - meanA, b[i]! - meanB];
    aa += da * da;
    bb += db * db;
    ab += da * db;
  }
  // The rounding error of a constant is not a variance.
  if (aa <= 1e-20 * n * meanA ** 2 || bb <= 1e-20 * n * meanB ** 2) return Number.NaN;
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
}
