import type { Plane } from '../plane.ts';
import { type Histogram, histogramOf } from './histogram.ts';

interface OtsuOptions {
  /** Number of bins for floats; each integer has one of its own. */
  readonly bins?: number;
}

/** Bins for floats, unless told otherwise. */
export const OTSU_BINS = 256;

/**
 * Otsu's threshold (1979): the one with the least variance within the two classes. A pixel is foreground if it is
 * greater. Integers have a bin each; floats are counted in `bins` bins of equal width from the smallest to the largest,
 * and the threshold is the end of a bin. The threshold of a constant plane is its value; without pixels it is 0.
 *
 * @param data intensities, all finite
 */
export function otsuThreshold(data: Plane['data'], { bins = OTSU_BINS }: OtsuOptions = {}): number {
  return otsuOfHistogram(histogramOf(data, { bins }));
}

/** {@link otsuThreshold} of a plane that has been counted. */
export function otsuOfHistogram({ counts, end }: Histogram): number {
  return end(splitHistogram(counts));
}

/** The last bin of the lower class. */
function splitHistogram(counts: Float64Array): number {
  let [total, weighted] = [0, 0];
  counts.forEach((count, bin) => {
    total += count;
    weighted += bin * count;
  });
  let [below, belowWeighted, best, bestVariance] = [0, 0, 0, -1];
  for (let bin = 0; bin < counts.length - 1; bin++) {
    below += counts[bin]!;
    belowWeighted += bin * counts[bin]!;
    const above = total - below;
    const difference = belowWeighted / below - (weighted - belowWeighted) / above;
    const variance = below * above * difference * difference;
    if (variance > bestVariance) [best, bestVariance] = [bin, variance];
  }
  return best;
}

/**
 * Otsu's two thresholds between three classes (Liao, Chen & Chung 2001), with bins as {@link otsuThreshold} has them: a
 * pixel is above the lowest class if it is greater than the first, and in the highest if it is greater than the second.
 * For two values both thresholds are the smaller; for one value they equal it; without pixels they are 0.
 *
 * @param data intensities, all finite
 */
export function threeClassOtsu(
  data: Plane['data'],
  { bins = OTSU_BINS }: OtsuOptions = {},
): readonly [lower: number, upper: number] {
  return threeClassOtsuOfHistogram(histogramOf(data, { bins }));
}

/** {@link threeClassOtsu} of a plane that has been counted. */
export function threeClassOtsuOfHistogram({ counts, end }: Histogram): readonly [lower: number, upper: number] {
  const [lower, upper] = splitInThree(counts);
  return [end(lower), end(upper)];
}

/**
 * The last bins of the lowest and of the middle class: the pair with the largest variance between the classes, Σ S²/n,
 * where S is the sum of a class, measured from the overall mean.
 *
 * The best lower split never falls as the upper one rises, since S²/n satisfies the quadrangle inequality. So the range
 * of upper splits is halved repeatedly, and each half searches only the possible lower splits: n log n steps rather
 * than n², so that 65536 intensities need no coarser bins. Bins without pixels, which change no class, are removed
 * first.
 */
function splitInThree(counts: Float64Array): readonly [lower: number, upper: number] {
  const occupied = Array.from(counts.keys()).filter((bin) => counts[bin]! > 0);
  const last = occupied.length - 1;
  if (last < 2) return [occupied[0] ?? 0, occupied[0] ?? 0];
  const all = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, bin) => sum + bin * count, 0) / all;
  const [size, sum] = [new Float64Array(last + 2), new Float64Array(last + 2)];
  for (const [i, bin] of occupied.entries()) {
    size[i + 1] = size[i]! + counts[bin]!;
    sum[i + 1] = sum[i]! + counts[bin]! * (bin - mean);
  }
  /** S²/n of the class of the occupied bins `from` to `to`. */
  const scatter = (from: number, to: number) => (sum[to + 1]! - sum[from]!) ** 2 / (size[to + 1]! - size[from]!);
  let [lower, upper, best] = [0, 1, -1];
  /** Upper splits from `first` to `end`, whose lower splits lie from `low` to `high`. */
  const search = (first: number, end: number, low: number, high: number): void => {
    if (first > end) return;
    const middle = (first + end) >> 1;
    let [split, most] = [low, -1];
    for (let i = low; i <= Math.min(high, middle - 1); i++) {
      const variance = scatter(0, i) + scatter(i + 1, middle);
      if (variance > most) [split, most] = [i, variance];
    }
    most += scatter(middle + 1, last);
    search(first, middle - 1, low, split);
    if (most > best) [lower, upper, best] = [split, middle, most];
    search(middle + 1, end, split, high);
  };
  search(1, last - 1, 0, last - 2);
  return [occupied[lower]!, occupied[upper]!];
}
