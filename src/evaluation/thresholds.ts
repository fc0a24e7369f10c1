/** From probabilities to labels, where a field may have several: each class has a threshold of its own. */

import { joinedLabels } from '../screen/label-sets.ts';

/** The threshold of a class of which nothing is known. */
export const EVEN_THRESHOLD = 0.5;

/** Places of the classes whose probability reaches their threshold; both are compared as float32, as tables hold them. */
export function classesAbove(probability: ArrayLike<number>, thresholds: readonly number[]): number[] {
  return thresholds.flatMap((threshold, k) => (Math.fround(probability[k]!) >= Math.fround(threshold) ? [k] : []));
}

/** The names of those classes as one text, as tables of predictions have it: in order, `|` between them; maybe empty. */
export function labelsAbove(
  probability: ArrayLike<number>,
  { classes, thresholds }: { classes: readonly string[]; thresholds: readonly number[] },
): string {
  return joinedLabels(classesAbove(probability, thresholds).map((k) => classes[k]!));
}

/**
 * A threshold for each class (see {@link chooseThreshold}), float32. `truth` are the places of the labels of every field
 * among the classes, `probabilities` row-major `[n, classes]`.
 */
export function chooseThresholds(
  truth: readonly (readonly number[])[],
  probabilities: ArrayLike<number>,
  classes: number,
): number[] {
  return Array.from({ length: classes }, (_, k) =>
    chooseThreshold(
      truth.map((labels) => labels.includes(k)),
      truth.map((_, i) => probabilities[i * classes + k]!),
    ),
  );
}

/**
 * The threshold at which F1, 2·hits / (positive + above), is largest when scores (0 to 1, float32) that reach it are
 * called positive: one of the midpoints between neighbouring scores, 0 being the neighbour of the lowest; of equal ones
 * the nearest to 0.5. Without any positive, 0.5.
 */
export function chooseThreshold(positive: readonly boolean[], scores: readonly number[]): number {
  const total = positive.filter(Boolean).length;
  if (total === 0) return EVEN_THRESHOLD;
  const order = scores.map((score, i) => ({ score: Math.fround(score), positive: positive[i]! }));
  order.sort((a, b) => b.score - a.score);
  let best = { f1: -1, threshold: EVEN_THRESHOLD };
  let hits = 0;
  for (const [i, { score, positive: hit }] of order.entries()) {
    if (hit) hits++;
    const next = order[i + 1]?.score ?? 0;
    // Equal scores stay on one side; those of 0 are above every threshold only when it is 0 too.
    if (next === score && i + 1 < order.length) continue;
    const f1 = (2 * hits) / (total + i + 1);
    const threshold = between(next, score);
    const isNearer = Math.abs(threshold - EVEN_THRESHOLD) < Math.abs(best.threshold - EVEN_THRESHOLD);
    if (f1 > best.f1 || (f1 === best.f1 && isNearer)) best = { f1, threshold };
  }
  return best.threshold;
}

/** The middle of two float32 numbers as a float32 that `low` does not reach. */
function between(low: number, high: number): number {
  const middle = Math.fround((low + high) / 2);
  return middle > low ? middle : high;
}
