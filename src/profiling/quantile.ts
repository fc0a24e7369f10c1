/** The value at share `q` (0 to 1) of sorted values, linear between neighbours; NaN for no values. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const place = q * (sorted.length - 1);
  const low = Math.floor(place);
  const value = sorted[low] ?? Number.NaN;
  return place === low ? value : value + (place - low) * (sorted[low + 1]! - value);
}
