import type { Plane } from '../plane.ts';

/** The bin of every pixel, from 0 to `count` - 1. */
export interface IntensityBins {
  readonly ofPixel: Uint16Array;
  readonly count: number;
}

/**
 * Divides the intensities of a plane into `bins` ranges: of equal numbers of pixels (`quantile`; equal intensities stay
 * together, so there may be fewer), or of equal width from the least to the largest (`linear`).
 */
export function intensityBins(
  { data }: Plane,
  { bins, spacing }: { bins: number; spacing: 'quantile' | 'linear' },
): IntensityBins {
  const starts = spacing === 'quantile' ? quantileStarts(data, bins) : linearStarts(data, bins);
  const ofPixel = new Uint16Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    // The number of starts not above the value, by bisection.
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    ofPixel[i] = low;
  }
  return { ofPixel, count: starts.length + 1 };
}

/** Where the second bin starts, and those after it. */
function quantileStarts(data: Plane['data'], bins: number): readonly number[] {
  const sorted = data.slice().sort();
  const starts = Array.from({ length: bins - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / bins)] ?? 0);
  return [...new Set(starts)].filter((start) => start > sorted[0]!);
}

function linearStarts(data: Plane['data'], bins: number): readonly number[] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (!(least < most)) return [];
  return Array.from({ length: bins - 1 }, (_, k) => least + ((k + 1) * (most - least)) / bins);
}
