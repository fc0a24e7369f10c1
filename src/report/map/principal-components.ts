import { EigenvalueDecomposition, Matrix, QrDecomposition } from 'ml-matrix';
import { createRandom } from '../../random.ts';

/** More directions than are asked for, and how often the range is sharpened: enough for pictures (Halko et al. 2011). */
const BESIDE = 8;
const POWERS = 2;

/**
 * Principal components of some rows, `[n, count]` or with fewer columns where there are fewer: centred, each with the standard
 * deviation that the rows have along it. Found by random projection (Halko, Martinsson & Tropp 2011), so that thousands of rows
 * of a thousand numbers take about a second. The same seed gives the same numbers.
 */
export function principalComponents(
  rows: readonly ArrayLike<number>[],
  { count, seed = 1 }: { readonly count: number; readonly seed?: number },
): readonly Float64Array[] {
  const [n, width] = [rows.length, rows[0]?.length ?? 0];
  const means = Float64Array.from({ length: width }, (_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / n);
  const centred = new Matrix(rows.map((row) => Float64Array.from(row, (value, j) => value - means[j]!)));
  const rank = Math.min(n, width, count + BESIDE);
  const random = createRandom(seed, 'principal components');
  let range = centred.mmul(Matrix.zeros(width, rank).apply(fill(random.normal)));
  for (let power = 0; power < POWERS; power++) {
    range = centred.mmul(centred.transpose().mmul(orthonormal(range)));
  }
  const basis = orthonormal(range);
  // What the rows are within that range: [rank, width], whose own directions are those of the whole.
  const small = basis.transpose().mmul(centred);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(small.mmul(small.transpose()), {
    assumeSymmetric: true,
  });
  const order = [...realEigenvalues.keys()].sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!).slice(0, count);
  const scores = basis.mmul(eigenvectorMatrix);
  return Array.from({ length: n }, (_, i) =>
    Float64Array.from(order, (k) => scores.get(i, k) * Math.sqrt(Math.max(0, realEigenvalues[k]!))),
  );
}

function fill(next: () => number) {
  return function (this: Matrix, i: number, j: number) {
    this.set(i, j, next());
  };
}

function orthonormal(matrix: Matrix): Matrix {
  return new QrDecomposition(matrix).orthogonalMatrix as Matrix;
}
