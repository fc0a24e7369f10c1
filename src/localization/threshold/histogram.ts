/** How often each intensity, or each range of intensities, occurs in a plane. */
export interface Histogram {
  readonly counts: Float64Array;
  /** The largest intensity of a bin; greater values belong to the bins above it. */
  readonly end: (bin: number) => number;
}

/**
 * Counts intensities, all of which must be finite. Integers have a bin each, from the smallest to the largest; floats
 * are counted in `bins` bins of equal width. A constant plane has one bin, and a plane without pixels none.
 */
export function histogramOf(data: Uint8Array | Uint16Array | Float32Array, { bins }: { bins: number }): Histogram {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (data.length === 0) return { counts: new Float64Array(0), end: () => 0 };
  if (least === most) return { counts: Float64Array.of(data.length), end: () => least };
  const float = data instanceof Float32Array;
  const width = float ? (most - least) / bins : 1;
  const counts = new Float64Array(float ? bins : most - least + 1);
  const last = counts.length - 1;
  for (const value of data) counts[Math.min(last, Math.floor((value - least) / width))]! += 1;
  return { counts, end: (bin) => least + width * (bin + (float ? 1 : 0)) };
}
