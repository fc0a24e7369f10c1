import { type GammaTerm, probabilityAtMostZero } from './gamma-sum.ts';

/** An independent thing, such as a well: the share of it that is right, and what it weighs in the mean. */
export interface WeightedShare {
  readonly weight: number;
  /** From 0 to 1. */
  readonly share: number;
}

/** The probability with which the mean may lie below the lower bound, and above the upper one. */
const TAIL = 0.025;
/**
 * How much of a well nobody has seen is added. With a whole one, bounds of wells that are all right or all wrong would be
 * those of Clopper and Pearson, which hold at least 95 times in 100 and mostly 98. With three quarters they are 5 % narrower
 * and hold at least 93 times in 100; with less they fall below (docs/results/intervals.md).
 */
const UNSEEN = 0.75;

/**
 * Bounds that hold the true weighted mean 95 times in 100, whatever the distribution of the shares: Gaffke's. Each share
 * gets a random weight, as in the Bayesian bootstrap, and so does one more thing that nobody has seen, wrong for the lower
 * bound and right for the upper one. The bounds are the quantiles of the mean under these weights, computed exactly:
 *
 *     P( Σ_w a_w G_w (x_w - t) + a_0 G_0 (x_0 - t) <= 0 ),   G_w gamma of shape 1, G_0 of shape 3/4,
 *
 * with a_0 = Σ a² / Σ a, so that the unseen one weighs as much among unequal things as among as many equal ones as they are
 * worth (Kish). None of the weights depends on the shares, so a smaller share never raises a bound. `[0, 1]` of nothing.
 *
 * Gaffke (2005), Math. Methods Statist. 14:451; Learned-Miller and Thomas (2019), arXiv:1905.06208; the Bayesian bootstrap:
 * Rubin (1981), Ann. Statist. 9:130.
 */
export function meanBounds(things: readonly WeightedShare[]): { readonly low: number; readonly high: number } {
  const groups = new Map<string, WeightedShare & { count: number }>();
  for (const { weight, share } of things) {
    const key = `${weight} ${share}`;
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { weight, share, count: 1 });
  }
  // In an order of their own, so that rounding does not depend on that of the table.
  const seen = [...groups.values()].toSorted((a, b) => a.weight - b.weight || a.share - b.share);
  const total = (of: (group: (typeof seen)[number]) => number) =>
    seen.reduce((sum, one) => sum + one.count * of(one), 0);
  const unseen = total(({ weight }) => weight ** 2) / total(({ weight }) => weight);
  const below = (mean: number, unknown: number) =>
    probabilityAtMostZero([
      ...seen.map(({ weight, share, count }): GammaTerm => ({ shape: count, factor: weight * (share - mean) })),
      { shape: UNSEEN, factor: unseen * (unknown - mean) },
    ]);
  const [least, most] = [Math.min(...seen.map(({ share }) => share)), Math.max(...seen.map(({ share }) => share))];
  if (!(total(({ weight }) => weight) > 0)) return { low: 0, high: 1 };
  return {
    low: most === 0 ? 0 : lastWhere((mean) => below(mean, 0) < TAIL),
    high: least === 1 ? 1 : 1 - lastWhere((rest) => below(1 - rest, 1) > 1 - TAIL),
  };
}

/** The largest number from 0 to 1, to nine digits, of which `holds`, which holds of all that are smaller. */
function lastWhere(holds: (value: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 32; i++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
