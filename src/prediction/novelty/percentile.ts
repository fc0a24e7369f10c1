/**
 * Where a distance stands among those of reference fields, from 0 to 100. The i-th smallest of n distances stands at
 * 100 i / (n + 1) (Weibull's plotting positions), others between their neighbours on a line. So the share of new fields of the
 * same kind that stand above p is 1 - p / 100, as for conformal p values (Vovk et al. 2005). Beyond the largest distance D a
 * distance d stands at 100 (1 - D / (d (n + 1))): a farther field always stands higher, and none reaches 100.
 *
 * @param sorted distances of the reference, the smallest first; at least one
 */
export function percentileAmong(sorted: ArrayLike<number>, distance: number): number {
  const n = sorted.length;
  const largest = sorted[n - 1]!;
  if (!(distance <= largest)) return Number.isNaN(distance) ? Number.NaN : 100 * (1 - largest / (distance * (n + 1)));
  // How many are no larger; of equal ones the last counts.
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= distance) low = middle + 1;
    else high = middle;
  }
  if (low === n) return (100 * n) / (n + 1);
  const [before, after] = [low === 0 ? 0 : sorted[low - 1]!, sorted[low]!];
  return (100 * (low + (distance - before) / (after - before))) / (n + 1);
}
