/** Bins of light from {@link LEAST} to {@link MOST}; what lies beyond counts in the outermost. */
const BINS = 1000;
const LEAST = -1;
const MOST = 3;
/** Share of the map's weight that lies in less light than `dim`. */
const DIM = 0.1;
/** Two cuts between background (0) and foreground (1), and how the area that only the lower one takes moves the edge. */
const LOWER = 0.25;
const UPPER = 0.45;
/** The edge of a field is `OFFSET - PER_DIM · dim - PER_GROWTH · growth`, from {@link LOWEST} to {@link HIGHEST}. */
const OFFSET = 0.88;
const PER_DIM = 0.8;
const PER_GROWTH = 1.3;
const LOWEST = 0.15;
const HIGHEST = 0.6;

/**
 * Where between the light of background (0) and foreground (1) the edges of a field are. Cells of even light that end
 * sharply end near half way. Cells with bright spots, or that fade out, end lower: cut in the middle, only the spots stay.
 * Two things tell how far down, both chosen on the training fields of the Data Science Bowl 2018: how much the area grows
 * from a cut at 0.45 to one at 0.25 (as a logarithm), and how much light there is where a tenth of the map speaks.
 *
 * @param light the field between 0 and 1, as {@link discriminantPlane} gives it
 * @param weights how much the map speaks for each pixel, 0 or more
 */
export function edgeShare(light: Float32Array, weights: Float32Array): number {
  const area = new Float64Array(BINS);
  const spoken = new Float64Array(BINS);
  for (let i = 0; i < light.length; i++) {
    const bin = Math.floor(((light[i]! - LEAST) / (MOST - LEAST)) * BINS);
    const inside = Math.min(BINS - 1, Math.max(0, bin));
    area[inside]! += 1;
    spoken[inside]! += weights[i]!;
  }
  const lower = sumFrom(area, LOWER);
  const upper = sumFrom(area, UPPER);
  if (upper === 0) return UPPER;
  const edge = OFFSET - PER_DIM * quantileOf(spoken, DIM) - PER_GROWTH * Math.log(lower / upper);
  return Math.min(HIGHEST, Math.max(LOWEST, edge));
}

function sumFrom(histogram: Float64Array, value: number): number {
  const first = Math.round(((value - LEAST) / (MOST - LEAST)) * BINS);
  return histogram.subarray(first).reduce((sum, count) => sum + count, 0);
}

/** The value that a share of a histogram's weight does not reach. */
function quantileOf(histogram: Float64Array, share: number): number {
  const total = histogram.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const bin = histogram.findIndex((weight) => {
    sum += weight;
    return sum >= share * total;
  });
  return LEAST + ((bin + 0.5) / BINS) * (MOST - LEAST);
}
