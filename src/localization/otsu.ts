/**
 * Otsu's threshold (1979): the one that leaves the least variance within the two classes. A pixel is foreground when it
 * is greater. Integers have a bin each; floats are counted in `bins` bins of equal width from the least to the largest,
 * and the threshold is the end of one. The threshold of a plane of one value is that value, of nothing it is 0.
 *
 * @param data intensities, all finite
 */
export function otsuThreshold(
  data: Uint8Array | Uint16Array | Float32Array,
  { bins = 256 }: { bins?: number } = {},
): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (data.length === 0) return 0;
  if (least === most) return least;
  const float = data instanceof Float32Array;
  const width = float ? (most - least) / bins : 1;
  const counts = new Float64Array(float ? bins : most - least + 1);
  for (const value of data) counts[Math.min(counts.length - 1, Math.floor((value - least) / width))]! += 1;
  return least + width * (splitHistogram(counts) + (float ? 1 : 0));
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
