import { counted, pluralOf } from '../words.ts';
import { meanBounds } from './mean-bounds.ts';
import { isSame, type LabelSets } from './metrics.ts';
import type { PredictedUnit } from './prediction-table.ts';

/**
 * Intervals that hold the true rate 95 times in 100. The fields of a well share their cells' fate, so the wells are the
 * independent things: the bounds are those of the mean of the shares of right fields in each (`meanBounds`). They are wider
 * where the fields of a well are alike, and a perfect result claims no certainty. One error more never raises a bound, and
 * simulated wells were covered 95 to 99 times in 100 (docs/results/intervals.md).
 */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** How it was made, to be printed beside it. */
  readonly method: string;
}

/** What one well adds to one class: its fields and how many of them were right. */
export interface WellCount {
  readonly well: number;
  readonly class: number;
  readonly n: number;
  readonly correct: number;
}

/** Interval of a count of independent things, such as treatments. */
export function countInterval(correct: number, total: number, things: string): Interval {
  const of = Array.from({ length: total }, (_, i) => ({ weight: 1, share: i < correct ? 1 : 0 }));
  return { ...meanBounds(of), method: `Gaffke, ${total} ${things}` };
}

/** Counts the fields of every well (an index) by their class. */
export function countWells(
  fields: readonly { readonly well: number; readonly class: number; readonly right: boolean }[],
): readonly WellCount[] {
  const counts = new Map<string, { well: number; class: number; n: number; correct: number }>();
  for (const { well, class: of, right } of fields) {
    const key = `${well} ${of}`;
    const count = counts.get(key) ?? { well, class: of, n: 0, correct: 0 };
    count.n++;
    if (right) count.correct++;
    counts.set(key, count);
  }
  return [...counts.values()];
}

/**
 * The intervals of the share of fields with exactly the right labels, and of the mean over classes of the share of its
 * fields that were given its label. `wells` is an index for each field. A field with several labels counts in each of
 * their classes.
 */
export function labelIntervals(
  wells: ArrayLike<number>,
  { truth, predicted, unit = 'field' }: { truth: LabelSets; predicted: LabelSets; unit?: PredictedUnit },
): { readonly accuracy: Interval; readonly meanClassAccuracy: Interval } {
  const right = truth.map((labels, i) => ({ well: wells[i]!, class: 0, right: isSame(labels, predicted[i]!) }));
  const given = truth.flatMap((labels, i) =>
    labels.map((label) => ({ well: wells[i]!, class: label, right: predicted[i]!.includes(label) })),
  );
  const things = `${given.length > right.length ? 'labels of ' : ''}${pluralOf(unit)}`;
  return {
    accuracy: accuracyInterval(countWells(right), pluralOf(unit)),
    meanClassAccuracy: meanClassAccuracyInterval(countWells(given), things),
  };
}

/** Interval of the share of right `things`. */
export function accuracyInterval(counts: readonly WellCount[], things = 'fields'): Interval {
  return intervalOf(counts, { weightOf: () => 1, things });
}

/**
 * Interval of the mean over K classes of the share of right `things`, fields or their labels, within the class: a field
 * weighs 1 / (K n_k), where n_k are those of its class.
 */
export function meanClassAccuracyInterval(counts: readonly WellCount[], things = 'fields'): Interval {
  const sizes = new Map<number, number>();
  for (const { class: of, n } of counts) sizes.set(of, (sizes.get(of) ?? 0) + n);
  return intervalOf(counts, { weightOf: ({ class: of }) => 1 / (sizes.size * sizes.get(of)!), things });
}

function intervalOf(
  counts: readonly WellCount[],
  { weightOf, things }: { weightOf: (count: WellCount) => number; things: string },
): Interval {
  const wells = new Map<number, { weight: number; right: number }>();
  for (const count of counts) {
    const { weight, right } = wells.get(count.well) ?? { weight: 0, right: 0 };
    const each = weightOf(count);
    wells.set(count.well, { weight: weight + each * count.n, right: right + each * count.correct });
  }
  const fields = counts.reduce((total, { n }) => total + n, 0);
  return {
    ...meanBounds([...wells.values()].map(({ weight, right }) => ({ weight, share: Math.min(1, right / weight) }))),
    method: `Gaffke, ${fields} ${things}${/fields$/.test(things) ? ` of ${counted(wells.size, 'well')}` : ''}`,
  };
}
