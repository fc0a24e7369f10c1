import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';

/**
 * A model in which few factors explain the covariance of the features: x = W z + e with z normal (0, I) and e normal
 * (0, Ψ), Ψ diagonal, for x of mean 0.
 */
export interface FactorAnalysis {
  readonly features: number;
  readonly factors: number;
  /** W, row-major `[features, factors]`. */
  readonly loadings: Float64Array;
  /** The diagonal of Ψ, `[features]`. */
  readonly noise: Float64Array;
  /** Mean log likelihood of a sample, in nats. */
  readonly logLikelihood: number;
  readonly iterations: number;
}

/** Least noise variance of a feature, so that a constant, or a copy of another feature, does no harm. */
const leastNoise = 1e-6;

/**
 * Maximum likelihood factor analysis (Barber, Bayesian Reasoning and Machine Learning, algorithm 21.1): given Ψ the best
 * W comes from the eigenvectors of Ψ^-½ S Ψ^-½, given W the best Ψ is diag(S - W Wᵀ); in turn until the likelihood of a
 * sample grows by less than `tolerance` nats.
 *
 * @param covariance S of features of mean 0, row-major `[features, features]`
 * @param factors at most the number of features
 */
export function fitFactorAnalysis(
  covariance: Float64Array,
  { factors, tolerance = 1e-5, iterations: most = 1000 }: { factors: number; tolerance?: number; iterations?: number },
): FactorAnalysis {
  const features = Math.sqrt(covariance.length);
  const variance = Float64Array.from({ length: features }, (_, j) => covariance[j * features + j]!);
  let noise = variance.map((value) => Math.max(value, leastNoise));
  let loadings = new Float64Array(features * factors);
  let logLikelihood = Number.NEGATIVE_INFINITY;
  let iterations = 0;
  while (iterations < most) {
    iterations++;
    const root = noise.map(Math.sqrt);
    const { values, vectors } = decompose(covariance, root);
    const before = logLikelihood;
    logLikelihood = likelihood(values, { noise, factors });
    loadings = new Float64Array(features * factors);
    for (let j = 0; j < features; j++) {
      for (let k = 0; k < factors; k++)
        loadings[j * factors + k] = root[j]! * vectors.get(j, k) * Math.sqrt(Math.max(0, values[k]! - 1));
    }
    if (logLikelihood - before < tolerance) break;
    noise = variance.map((value, j) => {
      const explained = loadings.subarray(j * factors, (j + 1) * factors).reduce((sum, w) => sum + w * w, 0);
      return Math.max(value - explained, leastNoise);
    });
  }
  return { features, factors, loadings, noise, logLikelihood, iterations };
}

/**
 * Makes a function that gives the factors of a sample, their expectation given x: (I + Wᵀ Ψ⁻¹ W)⁻¹ Wᵀ Ψ⁻¹ x,
 * `[factors]`.
 */
export function factorScores({
  features,
  factors,
  loadings,
  noise,
}: FactorAnalysis): (x: ArrayLike<number>) => Float64Array {
  const w = Matrix.from1DArray(features, factors, loadings);
  const weighted = w.transpose().mulRowVector(noise.map((value) => 1 / value));
  const project = inverse(Matrix.eye(factors).add(weighted.mmul(w))).mmul(weighted);
  return (x) =>
    Float64Array.from({ length: factors }, (_, k) => {
      let sum = 0;
      for (let j = 0; j < features; j++) sum += project.get(k, j) * x[j]!;
      return sum;
    });
}

/** Mean of x xᵀ over some samples, row-major `[features, features]`: their covariance if their mean is 0. */
export function secondMoments(samples: readonly Float64Array[]): Float64Array {
  const features = samples[0]?.length ?? 0;
  const sums = new Float64Array(features * features);
  for (const sample of samples) {
    for (let i = 0; i < features; i++) {
      const value = sample[i]! / samples.length;
      for (let j = 0; j <= i; j++) sums[i * features + j]! += value * sample[j]!;
    }
  }
  for (let i = 0; i < features; i++) for (let j = 0; j < i; j++) sums[j * features + i] = sums[i * features + j]!;
  return sums;
}

/** Eigenvalues, from the largest, and eigenvectors (columns) of Ψ^-½ S Ψ^-½. */
function decompose(covariance: Float64Array, root: Float64Array): { values: readonly number[]; vectors: Matrix } {
  const features = root.length;
  const scaled = covariance.map((value, i) => value / (root[Math.floor(i / features)]! * root[i % features]!));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(features, features, scaled),
    { assumeSymmetric: true },
  );
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  return {
    values: order.map((i) => realEigenvalues[i]!),
    vectors: eigenvectorMatrix.subMatrixColumn(order),
  };
}

/** The log likelihood of Ψ with its best W, from the eigenvalues λ of Ψ^-½ S Ψ^-½ (Barber, equation 21.2.11). */
function likelihood(values: readonly number[], { noise, factors }: { noise: Float64Array; factors: number }): number {
  const signal = values.slice(0, factors).map((value) => Math.max(1, value));
  const rest = values.reduce((sum, value, i) => sum + (i < factors ? Math.min(1, value) : value), 0);
  const logNoise = noise.reduce((sum, value) => sum + Math.log(2 * Math.PI * value), 0);
  return -0.5 * (signal.reduce((sum, value) => sum + Math.log(value), 0) + rest + logNoise);
}
