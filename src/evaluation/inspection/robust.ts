/** The median of the finite values; NaN without any. */
export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return sorted.length === 0 ? Number.NaN : (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** Middle and spread of values, robust to a few outliers. */
export interface RobustScale {
  readonly median: number;
  /** 1.4826 times the median absolute deviation: the standard deviation, were the values normal. */
  readonly deviation: number;
  readonly count: number;
}

/** See Iglewicz & Hoaglin (1993); `least` is the smallest credible deviation, since few values may agree by chance. */
export function robustScale(values: readonly number[], { least }: { least: number }): RobustScale {
  const finite = values.filter((value) => Number.isFinite(value));
  const middle = median(finite);
  const deviation = Math.max(least, 1.4826 * median(finite.map((value) => Math.abs(value - middle))));
  return { median: middle, deviation, count: finite.length };
}

/** The most frequent of values, the first of equals, and its share of them; undefined of none. */
export function mostFrequent<T>(values: readonly T[]): { readonly value: T; readonly share: number } | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first && { value: first[0], share: first[1] / values.length };
}
