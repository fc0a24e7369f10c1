/**
 * How well class probabilities agree with the truth. Truth and prediction are indices of classes, probabilities are
 * row-major `[n, classes]`. The definitions are those of scikit-learn, so that figures can be compared.
 */

/** What the classes of one evaluation look like; a class is a row of the confusion matrix. */
export interface ClassMetrics {
  readonly class: string;
  /** Fields whose truth is this class. */
  readonly n: number;
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

/** Counts `[truth][predicted]`. */
export function confusionCounts(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): readonly (readonly number[])[] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < truth.length; i++) counts[truth[i]!]![predicted[i]!]!++;
  return counts;
}

/** Share of the diagonal, or null when nothing was counted. */
export function accuracyOf(counts: readonly (readonly number[])[]): number | null {
  return ratio(sum(counts.map((row, k) => row[k]!)), sum(counts.map(sum)));
}

/** Mean of the recalls of the classes that have a field ("balanced accuracy"), or null when nothing was counted. */
export function meanClassAccuracyOf(counts: readonly (readonly number[])[]): number | null {
  return meanOfKnown(counts.map((row, k) => ratio(row[k]!, sum(row))));
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

/** Average precision of every class, null where the truth has no field of it. */
export function averagePrecisions(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
): readonly (number | null)[] {
  const positive = new Uint8Array(truth.length);
  const scores = new Float64Array(truth.length);
  return Array.from({ length: classes }, (_, k) => {
    for (let i = 0; i < truth.length; i++) {
      positive[i] = truth[i] === k ? 1 : 0;
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
  counts: readonly (readonly number[])[],
  precisions: readonly (number | null)[],
): readonly ClassMetrics[] {
  return classes.map((name, k) => {
    const n = sum(counts[k]!);
    const correct = counts[k]![k]!;
    const predicted = sum(counts.map((row) => row[k]!));
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
