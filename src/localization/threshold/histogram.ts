import type { Plane } from '../plane.ts';

/** How often each intensity, or each range of intensities, occurs in a plane. */
export interface Histogram {
  readonly counts: Float64Array;
  /** The largest intensity of a bin; greater values belong to the bins above it. */
  readonly end: (bin: number) => number;
}

/** The least and the largest of some intensities. */
export interface IntensityRange {
  readonly least: number;
  readonly most: number;
}

/** Finds the range of intensities that come in pieces. */
export function measureRange(): {
  readonly add: (data: Plane['data']) => void;
  /** Undefined when there were none. */
  readonly result: () => IntensityRange | undefined;
} {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    add(data) {
      let [low, high] = [least, most];
      for (let i = 0; i < data.length; i++) {
        const value = data[i]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      [least, most] = [low, high];
    },
    result: () => (least > most ? undefined : { least, most }),
  };
}

export interface HistogramOptions {
  /** The range of all intensities; undefined when there are none. */
  readonly range: IntensityRange | undefined;
  /** Whether they are floats, which are counted in `bins` bins of equal width; each integer has a bin of its own. */
  readonly float: boolean;
  readonly bins: number;
}

/** Counts intensities that come in pieces, all of which must be finite and in the range. */
export function countIntensities({ range, float, bins }: HistogramOptions): {
  readonly add: (data: Plane['data']) => void;
  readonly result: () => Histogram;
} {
  if (range === undefined) return { add: () => {}, result: () => ({ counts: new Float64Array(0), end: () => 0 }) };
  const { least, most } = range;
  const constant = least === most;
  const width = float && !constant ? (most - least) / bins : 1;
  const counts = new Float64Array(constant ? 1 : float ? bins : most - least + 1);
  const last = counts.length - 1;
  return {
    add(data) {
      for (let i = 0; i < data.length; i++) counts[Math.min(last, Math.floor((data[i]! - least) / width))]! += 1;
    },
    result: () => ({
      counts,
      end: constant ? () => least : (bin) => least + width * (bin + (float ? 1 : 0)),
    }),
  };
}

/**
 * Counts intensities, all of which must be finite. Integers have a bin each, from the smallest to the largest; floats
 * are counted in `bins` bins of equal width. A constant plane has one bin, and a plane without pixels none.
 */
export function histogramOf(data: Plane['data'], { bins }: { bins: number }): Histogram {
  const range = measureRange();
  range.add(data);
  const counted = countIntensities({ range: range.result(), float: data instanceof Float32Array, bins });
  counted.add(data);
  return counted.result();
}
