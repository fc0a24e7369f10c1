/**
 * How well class probabilities agree with the truth. Truth and prediction are sets of labels, one set a field, which has
 * one label or, where several are allowed, any number of them; probabilities are row-major `[n, classes]`. The
 * definitions are those of scikit-learn, so that figures can be compared.
 */

/** The labels of every field: indices of classes, ascending. */
export type LabelSets = readonly (readonly number[])[];

/** Whether two sets of labels are the same. */
export function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((label, i) => label === b[i]);
}

/** What the classes of one evaluation look like; a class is a row of the confusion matrix. */
export interface ClassMetrics {
  readonly class: string;
  /** Fields of this class: those that have it among their true labels. */
  readonly n: number;
  /** Those of them that were given its label. */
  readonly correct: number;
  /** Share of the class's fields that were found, the accuracy within the class; null without any field. */
  readonly recall: number | null;
  /** Share of the fields predicted as this class that are of it; null when none was predicted. */
  readonly precision: number | null;
  /** Harmonic mean of precision and recall: 2·hits / (truth + predicted); null without any field. */
  readonly f1: number | null;
  /** Null without any field. */
  readonly averagePrecision: number | null;
}

/** Counts `[truth][predicted]`: fields that have the one label and were given the other. */
export function confusionCounts(
  truth: LabelSets,
  predicted: LabelSets,
  classes: number,
): readonly (readonly number[])[] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [i, labels] of truth.entries()) for (const k of labels) for (const l of predicted[i]!) counts[k]![l]!++;
  return counts;
}

/**
 * Average precision of one ranking: the sum over descending thresholds of (recall gained) · precision, equal scores
 * being one threshold, without interpolation (scikit-learn's `average_precision_score`). Null without any positive.
 */
export function averagePrecision(positive: ArrayLike<boolean | number>, scores: ArrayLike<number>): number | null {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  let hits = 0;
  let total = 0;
  for (let i = 0; i < positive.length; i++) total += positive[i] ? 1 : 0;
  if (total === 0) return null;
  let area = 0;
  for (let i = 0; i < order.length; ) {
    const before = hits;
    const score = scores[order[i]!];
    for (; i < order.length && scores[order[i]!] === score; i++) hits += positive[order[i]!] ? 1 : 0;
    area += ((hits - before) / total) * (hits / i);
  }
  return area;
}

/** Average precision of every class, its fields against all others; null where the truth has no field of it. */
export function averagePrecisions(
  truth: LabelSets,
  probabilities: ArrayLike<number>,
  classes: number,
): readonly (number | null)[] {
  const positive = new Uint8Array(truth.length);
  const scores = new Float64Array(truth.length);
  return Array.from({ length: classes }, (_, k) => {
    for (let i = 0; i < truth.length; i++) {
      positive[i] = truth[i]!.includes(k) ? 1 : 0;
      scores[i] = probabilities[i * classes + k]!;
    }
    return averagePrecision(positive, scores);
  });
}

/** Mean of the values that are known, or null when none is. */
export function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return ratio(sum(known), known.length);
}

/** One row a class, in the order of `classes`. */
export function perClass(
  classes: readonly string[],
  sets: { readonly truth: LabelSets; readonly predicted: LabelSets },
  precisions: readonly (number | null)[],
): readonly ClassMetrics[] {
  const having = (of: LabelSets, k: number) => of.flatMap((labels, i) => (labels.includes(k) ? [i] : []));
  return classes.map((name, k) => {
    const own = having(sets.truth, k);
    const n = own.length;
    const correct = own.filter((i) => sets.predicted[i]!.includes(k)).length;
    const predicted = having(sets.predicted, k).length;
    return {
      class: name,
      n,
      correct,
      recall: ratio(correct, n),
      precision: ratio(correct, predicted),
      f1: n === 0 ? null : ratio(2 * correct, n + predicted),
      averagePrecision: precisions[k]!,
    };
  });
}

/** `part / whole`, or null for nothing of nothing. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
