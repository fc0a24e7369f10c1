import { chooseByCrossValidation } from './cross-validation.ts';
import { factorScores, fitFactorAnalysis, secondMoments } from './factor-analysis.ts';
import { cellRows, type FieldCells, indexOfLargest, type TrainingFields } from './field-classifier.ts';
import { standardizationOf, standardize } from './standardization.ts';

/** Fields of known treatments to learn from. */
export interface TreatedFields extends TrainingFields<FieldCells> {
  /** The treatment of every field; all fields of one have the same class. */
  readonly treatments: readonly string[];
}

/** A classifier by the nearest profile. */
export interface FactorAnalysisClassifier {
  /** Number of factors that was chosen. */
  readonly factors: number;
  /**
   * The joint profile of some fields, such as all fields of a treatment or a single one: the mean of the factors over
   * their cells, `[factors]`. Undefined without cells.
   */
  readonly profile: (fields: readonly FieldCells[]) => Float64Array | undefined;
  /**
   * The cosine similarity, -1 to 1, of the profile of some fields to the nearest training treatment of every class,
   * `[K]`; -1 for all without cells.
   */
  readonly similarity: (fields: readonly FieldCells[]) => Float64Array;
}

/** Profiles whose classes are known. */
interface Known {
  readonly profiles: readonly (Float64Array | undefined)[];
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

/** Numbers of factors to choose from. */
const sizes = [5, 10, 15, 20, 30, 50];

/**
 * `factor-analysis`: Ljosa et al., "Comparison of methods for image-based profiling of cellular morphological responses
 * to small-molecule treatment" (2013). The features of all training cells are standardised, maximum likelihood factor
 * analysis explains them by few factors, a treatment's profile is the mean of the factors over its cells, and the class
 * is that of the training treatment with the nearest profile by cosine distance. The number of factors is chosen by
 * cross-validation: the one with which most training fields get the right class from the treatments of the other folds.
 */
export function trainFactorAnalysis(
  training: TreatedFields,
  { factors: given }: { factors?: number } = {},
): FactorAnalysisClassifier {
  const { fields, folds, labels, classes } = training;
  const rows = cellRows(fields);
  const scale = standardizationOf(rows);
  const covariance = secondMoments(rows.map((row) => standardize(row, scale)));
  // The mean of factors is the factors of the mean, since they are linear in the features.
  const meanOf = (some: readonly FieldCells[]) => meanRow(cellRows(some).map((row) => standardize(row, scale)));
  const fieldMeans = fields.map((field) => meanOf([field]));
  const treatmentsOf = (places: readonly number[]) => {
    const members = new Map<string, number[]>();
    for (const i of places) members.set(training.treatments[i]!, [...(members.get(training.treatments[i]!) ?? []), i]);
    const groups = [...members.values()];
    return {
      means: groups.map((group) => meanOf(group.map((i) => fields[i]!))),
      labels: groups.map((group) => labels[group[0]!]!),
      classes,
    };
  };
  const scoresOf = (factors: number) => {
    const score = factorScores(fitFactorAnalysis(covariance, { factors, tolerance: 1e-3 }));
    return (mean: Float64Array | undefined) => mean && score(mean);
  };
  const candidates = sizes.filter((size) => size <= scale.mean.length / 2);
  const scorers = new Map(candidates.map((size) => [size, scoresOf(size)]));
  const factors =
    given ??
    chooseByCrossValidation(candidates, folds, (size, trained, tested) => {
      const score = scorers.get(size)!;
      const { means, ...rest } = treatmentsOf(trained);
      const known = { profiles: means.map(score), ...rest };
      return tested.filter((i) => indexOfLargest(nearest(score(fieldMeans[i]), known)) !== labels[i]).length;
    });
  const score = scorers.get(factors) ?? scoresOf(factors);
  const { means, ...rest } = treatmentsOf(fields.map((_, i) => i));
  const known = { profiles: means.map(score), ...rest };
  const profile = (some: readonly FieldCells[]) => score(meanOf(some));
  return { factors, profile, similarity: (some) => nearest(profile(some), known) };
}

/** The largest similarity to a known profile of every class. */
function nearest(profile: Float64Array | undefined, { profiles, labels, classes }: Known): Float64Array {
  const similarity = new Float64Array(classes).fill(-1);
  if (!profile) return similarity;
  for (const [i, other] of profiles.entries()) {
    if (other) similarity[labels[i]!] = Math.max(similarity[labels[i]!]!, cosine(profile, other));
  }
  return similarity;
}

function meanRow(rows: readonly Float64Array[]): Float64Array | undefined {
  const mean = rows[0]?.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length);
  return mean;
}

/** Cosine of the angle between two vectors; -1 if one of them is zero. */
function cosine(a: Float64Array, b: Float64Array): number {
  const dot = (u: Float64Array, v: Float64Array) => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths > 0 ? dot(a, b) / lengths : -1;
}
