import { normalProbability } from './distributions.ts';
import { midRanks } from './ranks.ts';

export interface RankTest {
  /** Two-sided. */
  readonly p: number;
  /** Whether p comes from the exact distribution; else from its normal approximation. */
  readonly exact: boolean;
  /** Cliff's delta (1993): the share of pairs in which a value of the first sample is higher, less those where it is lower. */
  readonly delta: number;
}

/** Additions that the exact distribution may cost: some milliseconds. */
const EXACT_COST = 4e6;

/**
 * Wilcoxon's rank-sum test of two samples, two-sided (Wilcoxon 1945; Mann & Whitney 1947). Equal values share the mean of
 * their ranks.
 *
 * p is exact, also with ties, where samples are not too large: the share of all choices of as many ranks whose sum is at least
 * as far from its expectation. Else it comes from the normal distribution, corrected for ties and continuity, as in R's
 * `wilcox.test`. p is 1 where all values are equal, and where a sample is empty.
 */
export function rankSumTest(first: readonly number[], second: readonly number[]): RankTest {
  const [n, m] = [first.length, second.length];
  if (n === 0 || m === 0) return { p: 1, exact: true, delta: 0 };
  const { ranks, ties } = midRanks([...first, ...second]);
  const sum = ranks.slice(0, n).reduce((total, rank) => total + rank, 0);
  const pairs = sum - (n * (n + 1)) / 2;
  const delta = (2 * pairs) / (n * m) - 1;
  const all = n + m;
  const fewer = Math.min(n, m);
  if (all * fewer * fewer * all <= EXACT_COST) {
    // The choice of the smaller sample decides that of the larger one, and its sum is as far from its expectation.
    const scale = ranks.every(Number.isInteger) ? 1 : 2;
    const whole = ranks.map((rank) => scale * rank);
    return { p: exactP(whole, fewer, scale * Math.abs(sum - (n * (all + 1)) / 2)), exact: true, delta };
  }
  const tied = ties.reduce((total, t) => total + t ** 3 - t, 0);
  const deviation = Math.sqrt(((n * m) / 12) * (all + 1 - tied / (all * (all - 1))));
  const distance = Math.max(0, Math.abs(pairs - (n * m) / 2) - 0.5);
  return { p: deviation === 0 ? 1 : 2 * normalProbability(-distance / deviation), exact: false, delta };
}

/**
 * The share of choices of `k` of the whole numbers `ranks` whose sum is at least `distance` from its expectation. The number of
 * choices of each size and sum is counted rank by rank, over the sums that are possible so far.
 */
function exactP(ranks: readonly number[], k: number, distance: number): number {
  const sorted = [...ranks].sort((a, b) => a - b);
  const upTo = [0];
  for (const rank of sorted) upTo.push(upTo.at(-1)! + rank);
  const total = upTo.at(-1)!;
  const most = total - upTo[sorted.length - k]!;
  const ways = Array.from({ length: k + 1 }, () => new Float64Array(most + 1));
  ways[0]![0] = 1;
  for (const [i, rank] of sorted.entries()) {
    for (let size = Math.min(k, i + 1); size > 0; size--) {
      const [into, from] = [ways[size]!, ways[size - 1]!];
      const highest = upTo[i + 1]! - upTo[i + 1 - size]!;
      const lowest = upTo[size - 1]! + rank;
      for (let sum = highest; sum >= lowest; sum--) into[sum] = into[sum]! + from[sum - rank]!;
    }
  }
  const expected = (k * total) / ranks.length;
  let [reached, all] = [0, 0];
  for (const [sum, count] of ways[k]!.entries()) {
    all += count;
    if (Math.abs(sum - expected) >= distance - 1e-9) reached += count;
  }
  return reached / all;
}
