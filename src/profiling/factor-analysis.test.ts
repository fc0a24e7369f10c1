import { determinant, inverse, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { type FactorAnalysis, factorScores, fitFactorAnalysis, secondMoments } from './factor-analysis.ts';

/** W Wᵀ + Ψ. */
function implied({ features, factors, loadings, noise }: Omit<FactorAnalysis, 'logLikelihood' | 'iterations'>) {
  const w = Matrix.from1DArray(features, factors, loadings);
  return w.mmul(w.transpose()).add(Matrix.diag(Array.from(noise)));
}

/** Mean log likelihood of samples with second moments `s` under a normal distribution with this covariance. */
function logLikelihood(covariance: Matrix, s: Matrix): number {
  const trace = inverse(covariance).mmul(s).trace();
  return -0.5 * (s.rows * Math.log(2 * Math.PI) + Math.log(determinant(covariance)) + trace);
}

/** Second moments of 400 samples of 6 features that 2 factors move. */
function simulate() {
  const random = createRandom(1, 'factors');
  const loadings = Float64Array.from({ length: 12 }, random.normal);
  const samples = Array.from({ length: 400 }, () => {
    const z = [random.normal(), random.normal()];
    return Float64Array.from(
      { length: 6 },
      (_, j) => loadings[2 * j]! * z[0]! + loadings[2 * j + 1]! * z[1]! + (0.3 + 0.1 * j) * random.normal(),
    );
  });
  return { samples, covariance: secondMoments(samples) };
}

describe('fitFactorAnalysis', () => {
  it('finds the loadings of three tests and one factor, which can be had by hand', () => {
    // λ₁ = √(r₁₂ r₁₃ / r₂₃) and so on: 0.9, 0.8, 0.7.
    const covariance = Float64Array.of(1, 0.72, 0.63, 0.72, 1, 0.56, 0.63, 0.56, 1);
    const model = fitFactorAnalysis(covariance, { factors: 1, tolerance: 1e-14, iterations: 5000 });
    const sign = Math.sign(model.loadings[0]!);
    for (const [j, loading] of [0.9, 0.8, 0.7].entries()) {
      expect(sign * model.loadings[j]!).toBeCloseTo(loading, 4);
      expect(model.noise[j]).toBeCloseTo(1 - loading ** 2, 4);
    }
  });

  it('has the likelihood it says, the largest that can be had nearby', () => {
    const { covariance } = simulate();
    const s = Matrix.from1DArray(6, 6, covariance);
    const model = fitFactorAnalysis(covariance, { factors: 2, tolerance: 1e-13, iterations: 5000 });
    expect(model.logLikelihood).toBeCloseTo(logLikelihood(implied(model), s), 8);
    const random = createRandom(2, 'nearby');
    for (let i = 0; i < 50; i++) {
      const other = {
        ...model,
        loadings: model.loadings.map((value) => value + 0.02 * random.normal()),
        noise: model.noise.map((value) => value * Math.exp(0.02 * random.normal())),
      };
      expect(logLikelihood(implied(other), s)).toBeLessThan(model.logLikelihood);
    }
  });

  it('is likelier with more factors, and stays finite with copies and constants', () => {
    const { samples, covariance } = simulate();
    const [one, two] = [1, 2].map((factors) => fitFactorAnalysis(covariance, { factors }).logLikelihood);
    expect(two).toBeGreaterThan(one!);
    const odd = secondMoments(samples.map((row) => Float64Array.of(row[0]!, row[0]!, 0, row[1]!, row[2]!, row[5]!)));
    const model = fitFactorAnalysis(odd, { factors: 3 });
    for (const value of [...model.loadings, ...model.noise, model.logLikelihood])
      expect(value).toSatisfy(Number.isFinite);
  });
});

describe('factorScores', () => {
  it('is the expectation of the factors, Wᵀ (W Wᵀ + Ψ)⁻¹ x', () => {
    const { samples, covariance } = simulate();
    const model = fitFactorAnalysis(covariance, { factors: 2 });
    const w = Matrix.from1DArray(6, 2, model.loadings);
    const expected = w
      .transpose()
      .mmul(inverse(implied(model)))
      .mmul(Matrix.columnVector(samples[0]!));
    const found = factorScores(model)(samples[0]!);
    expect(found).toHaveLength(2);
    for (const [k, value] of expected.to1DArray().entries()) expect(found[k]).toBeCloseTo(value, 9);
  });
});
