/** Bins of brightness from {@link LEAST} to {@link MOST}; values beyond count in the outermost bins. */
const BINS = 1000;
const LEAST = -1;
const MOST = 3;
/** Share of the map's weight in pixels that are darker than `dim`. */
const DIM = 0.1;
/** Two cuts between background (0) and foreground (1); the growth of the area from one to the other moves the edge. */
const LOWER = 0.25;
const UPPER = 0.45;
/** The edge of a field is `OFFSET - PER_DIM · dim - PER_GROWTH · growth`, from {@link LOWEST} to {@link HIGHEST}. */
const OFFSET = 0.88;
const PER_DIM = 0.8;
const PER_GROWTH = 1.3;
const LOWEST = 0.15;
const HIGHEST = 0.6;

/**
 * Where, between the brightness of background (0) and foreground (1), the cells of a field end. Evenly bright cells
 * with sharp edges end near half way. Cells that fade out or have bright spots end lower: a cut in the middle would
 * keep only the spots. The edge is estimated from two quantities, both chosen on the training fields of the Data
 * Science Bowl 2018: how much the area grows from a cut at 0.45 to one at 0.25 (as a logarithm), and the brightness
 * below which a tenth of the weight of the map lies.
 *
 * @param light the field between 0 and 1, as {@link discriminantPlane} gives it
 * @param weights how strongly the map supports each pixel, 0 or more
 */
export function edgeShare(light: Float32Array, weights: Float32Array): number {
  const { add, result } = measureEdgeShare();
  add(light, weights);
  return result();
}

/** {@link edgeShare} of a field that comes in pieces. */
export function measureEdgeShare(): {
  readonly add: (light: Float32Array, weights: Float32Array) => void;
  readonly result: () => number;
} {
  const area = new Float64Array(BINS);
  const spoken = new Float64Array(BINS);
  return {
    add(light, weights) {
      for (let i = 0; i < light.length; i++) {
        const bin = Math.floor(((light[i]! - LEAST) / (MOST - LEAST)) * BINS);
        const inside = Math.min(BINS - 1, Math.max(0, bin));
        area[inside]! += 1;
        spoken[inside]! += weights[i]!;
      }
    },
    result() {
      const lower = sumFrom(area, LOWER);
      const upper = sumFrom(area, UPPER);
      if (upper === 0) return UPPER;
      const edge = OFFSET - PER_DIM * quantileOf(spoken, DIM) - PER_GROWTH * Math.log(lower / upper);
      return Math.min(HIGHEST, Math.max(LOWEST, edge));
    },
  };
}

function sumFrom(histogram: Float64Array, value: number): number {
  const first = Math.round(((value - LEAST) / (MOST - LEAST)) * BINS);
  return histogram.subarray(first).reduce((sum, count) => sum + count, 0);
}

/** The value below which a share of the histogram's weight lies. */
function quantileOf(histogram: Float64Array, share: number): number {
  const total = histogram.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const bin = histogram.findIndex((weight) => {
    sum += weight;
    return sum >= share * total;
  });
  return LEAST + ((bin + 0.5) / BINS) * (MOST - LEAST);
}
