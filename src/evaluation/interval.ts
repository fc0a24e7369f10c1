import { isSame, type LabelSets } from './metrics.ts';

/**
 * Intervals that hold the true rate 95 times in 100. The fields of a well share their cells' fate, so n fields tell less
 * than n independent ones: the interval is Wilson's on an *effective* number of fields, found from how much the wells
 * differ. Unlike a percentile bootstrap over wells it stays honest when nearly all is right (the bootstrap of a perfect
 * result is [1, 1]): in simulations of 8 to 100 wells with 4 fields each, rates from 0.7 to 0.97 and correlations from
 * 0.1 to 0.8 it covered 91 to 97 %, the bootstrap 29 to 95 %.
 *
 * Wilson (1927), J. Am. Stat. Assoc. 22:209; effective numbers: Kish (1965), Survey Sampling; Korn and Graubard (1998),
 * Survey Methodology 24:193; the two joined and found best for clustered samples: Dean and Pagano (2015), J. Survey
 * Statistics and Methodology 3:484.
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

/** The normal deviate of a two-sided 95 % interval. */
const z = 1.959963984540054;

/** Wilson's score interval for a `rate` seen on `n` independent trials; `n` need not be whole. `[0, 1]` for n = 0. */
export function wilson(rate: number, n: number): { readonly low: number; readonly high: number } {
  if (n <= 0) return { low: 0, high: 1 };
  const scale = 1 + z ** 2 / n;
  const centre = (rate + z ** 2 / (2 * n)) / scale;
  const half = (z * Math.sqrt((rate * (1 - rate)) / n + z ** 2 / (4 * n ** 2))) / scale;
  // At rates of 0 and 1 one end is the rate itself; rounding must not move it inwards.
  return { low: rate === 0 ? 0 : Math.max(0, centre - half), high: rate === 1 ? 1 : Math.min(1, centre + half) };
}

/** Interval of a count of independent things, such as treatments. */
export function countInterval(correct: number, total: number, things: string): Interval {
  return { ...wilson(total === 0 ? 0 : correct / total, total), method: `Wilson, ${total} ${things}` };
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
 * their classes, as if independent of itself in the others.
 */
export function labelIntervals(
  wells: ArrayLike<number>,
  { truth, predicted }: { truth: LabelSets; predicted: LabelSets },
): { readonly accuracy: Interval; readonly meanClassAccuracy: Interval } {
  const right = truth.map((labels, i) => ({ well: wells[i]!, class: 0, right: isSame(labels, predicted[i]!) }));
  const given = truth.flatMap((labels, i) =>
    labels.map((label) => ({ well: wells[i]!, class: label, right: predicted[i]!.includes(label) })),
  );
  const things = given.length > right.length ? 'labels of fields' : 'fields';
  return {
    accuracy: accuracyInterval(countWells(right)),
    meanClassAccuracy: meanClassAccuracyInterval(countWells(given), things),
  };
}

/** Interval of the share of right fields, the wells being the independent things. */
export function accuracyInterval(counts: readonly WellCount[]): Interval {
  const wells = new Map<number, { n: number; correct: number }>();
  for (const { well, n, correct } of counts) {
    const before = wells.get(well) ?? { n: 0, correct: 0 };
    wells.set(well, { n: before.n + n, correct: before.correct + correct });
  }
  return meanOfRates([[...wells.values()]]);
}

/** Interval of the mean over classes of the share of right `things`, fields or their labels, within the class. */
export function meanClassAccuracyInterval(counts: readonly WellCount[], things = 'fields'): Interval {
  const classes = new Map<number, WellCount[]>();
  for (const count of counts) {
    const wells = classes.get(count.class);
    if (wells) wells.push(count);
    else classes.set(count.class, [count]);
  }
  return meanOfRates([...classes.values()], things);
}

/**
 * Interval of the mean of K independent rates r_k = Σ_w c_w / Σ_w n_w. The variance of each between its W_k wells is
 * W_k/(W_k - 1) · Σ_w (c_w - r_k n_w)² / n_k² (a ratio estimator, linearised); one well alone shows no variance and
 * counts as one trial. The effective number of trials r(1 - r) / variance lies between "a well's fields are all alike"
 * and "a field is independent of its well" (Kish), and is the former when the variance is 0.
 */
function meanOfRates(rates: readonly (readonly { n: number; correct: number }[])[], things = 'fields'): Interval {
  const summaries = rates.map((wells) => {
    const n = wells.reduce((total, well) => total + well.n, 0);
    const rate = wells.reduce((total, well) => total + well.correct, 0) / n;
    const spread = wells.reduce((total, well) => total + (well.correct - rate * well.n) ** 2, 0) / n ** 2;
    const alike = n ** 2 / wells.reduce((total, well) => total + well.n ** 2, 0);
    return { n, rate, wells: wells.length, spread, alike };
  });
  const k = summaries.length;
  const mean = summaries.reduce((total, { rate }) => total + rate, 0) / k;
  const binomial = mean * (1 - mean);
  const variance =
    summaries.reduce((total, { wells, spread }) => total + (wells > 1 ? (spread * wells) / (wells - 1) : binomial), 0) /
    k ** 2;
  const least = k ** 2 / summaries.reduce((total, { alike }) => total + 1 / alike, 0);
  const most = k ** 2 / summaries.reduce((total, { n }) => total + 1 / n, 0);
  const effective = variance > 0 ? Math.min(most, Math.max(least, binomial / variance)) : least;
  const wells = summaries.reduce((total, summary) => total + summary.wells, 0);
  const fields = summaries.reduce((total, { n }) => total + n, 0);
  const method = `Wilson, ${fields} ${things} of ${wells} wells worth ${Number(effective.toPrecision(3))} independent ones`;
  return { ...wilson(mean, effective), method };
}
