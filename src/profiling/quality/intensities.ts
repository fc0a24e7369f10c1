import { quantile } from '../quantile.ts';
import type { Pixels } from './structure.ts';

/** How the intensities of a plane are distributed, in counts of the file. */
export interface Intensities {
  readonly mean: number;
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  readonly median: number;
  /** Median of the absolute differences from the median. */
  readonly mad: number;
  readonly percentile1: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly percentile99: number;
  /** Share of the pixels that have the smallest intensity, and the largest. */
  readonly atMin: number;
  readonly atMax: number;
  /** Low bits that are 0 in every pixel: 4 if a 12-bit camera fills the upper bits of 16. 0 for floats. */
  readonly emptyBits: number;
  /** Pixels in bins of intensity, see {@link binEdge}. */
  readonly histogram: Uint32Array;
}

/** Bins per octave of intensity, and the octaves of 32-bit floats that occur. */
const [BINS, LEAST_OCTAVE, OCTAVES] = [6, -24, 48];

/**
 * Where bin `i` of a histogram begins. Bins are equally wide on a logarithmic axis: of the intensity for floats, and of
 * the intensity plus 1 for whole numbers, so that 0 has a bin.
 */
export function binEdge(i: number): number {
  return 2 ** (i / BINS + LEAST_OCTAVE);
}

/** Measures the intensities of a plane. */
export function measureIntensities(plane: Pixels): Intensities {
  const ranked = plane instanceof Float32Array ? rankFloats(plane) : rankCounts(plane);
  const last = plane.length - 1;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < plane.length; i++) sum += plane[i]!;
  const mean = sum / plane.length;
  for (let i = 0; i < plane.length; i++) squares += (plane[i]! - mean) ** 2;
  const at = (share: number) => {
    const place = share * last;
    const low = Math.floor(place);
    const value = ranked.at(low);
    return place === low ? value : value + (place - low) * (ranked.at(low + 1) - value);
  };
  return {
    mean,
    deviation: Math.sqrt(squares / plane.length),
    min: ranked.at(0),
    max: ranked.at(last),
    median: at(0.5),
    mad: ranked.mad(at(0.5)),
    percentile1: at(0.01),
    lowerQuartile: at(0.25),
    upperQuartile: at(0.75),
    percentile99: at(0.99),
    atMin: ranked.countOf(ranked.at(0)) / plane.length,
    atMax: ranked.countOf(ranked.at(last)) / plane.length,
    emptyBits: plane instanceof Float32Array ? 0 : emptyBits(plane),
    histogram: ranked.histogram(),
  };
}

/** The intensities of a plane in ascending order. */
interface Ranked {
  readonly at: (rank: number) => number;
  readonly countOf: (value: number) => number;
  readonly mad: (median: number) => number;
  readonly histogram: () => Uint32Array;
}

function rankFloats(plane: Float32Array): Ranked {
  const sorted = plane.slice().sort();
  return {
    at: (rank) => sorted[rank]!,
    countOf: (value) => sorted.reduce((count, other) => count + (other === value ? 1 : 0), 0),
    mad: (median) => quantile(sorted.map((value) => Math.abs(value - median)).sort(), 0.5),
    histogram() {
      const bins = new Uint32Array(BINS * OCTAVES);
      for (let i = 0; i < sorted.length; i++) bins[binOf(sorted[i]!)]! += 1;
      return bins;
    },
  };
}

/** Whole numbers are counted rather than sorted. */
function rankCounts(plane: Uint8Array | Uint16Array): Ranked {
  const counts = new Uint32Array(plane instanceof Uint8Array ? 256 : 65536);
  for (let i = 0; i < plane.length; i++) counts[plane[i]!]! += 1;
  // How many are at most this large.
  const upTo = new Uint32Array(counts.length);
  let total = 0;
  for (let value = 0; value < counts.length; value++) {
    total += counts[value]!;
    upTo[value] = total;
  }
  const below = (value: number) => (value < 0 ? 0 : upTo[Math.min(counts.length - 1, Math.floor(value))]!);
  const at = (rank: number) => firstWhere(counts.length - 1, (value) => upTo[value]! > rank);
  return {
    at,
    countOf: (value) => counts[value]!,
    // In steps of one half, like the median.
    mad: (median) =>
      firstWhere(2 * counts.length, (twice) => {
        const within = below(median + twice / 2) - below(Math.ceil(median - twice / 2) - 1);
        return 2 * within >= plane.length;
      }) / 2,
    histogram() {
      const bins = new Uint32Array(BINS * OCTAVES);
      for (let value = 0; value < counts.length; value++)
        if (counts[value]! > 0) bins[binOf(value + 1)]! += counts[value]!;
      return bins;
    },
  };
}

/** The smallest whole number from 0 to `most` for which `holds`, which then holds for all above. */
function firstWhere(most: number, holds: (value: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function binOf(value: number): number {
  if (!(value > 0)) return 0;
  // Slightly more, so that a power of two is in the bin that it begins.
  const bin = Math.floor(BINS * (Math.log2(value) - LEAST_OCTAVE) + 1e-9);
  return Math.max(0, Math.min(BINS * OCTAVES - 1, bin));
}

function emptyBits(plane: Uint8Array | Uint16Array): number {
  let bits = 0;
  for (let i = 0; i < plane.length; i++) bits |= plane[i]!;
  return bits === 0 ? 0 : 31 - Math.clz32(bits & -bits);
}
