import { Matrix, solve } from 'ml-matrix';

/** Intensity counts; whole numbers except in a Float32Array. */
export type Pixels = Uint8Array | Uint16Array | Float32Array;

/**
 * Side of the blocks whose means are compared (pixels): large enough for noise to average out, small enough not to lose
 * a cell.
 */
const BLOCK = 4;
/** Degree of the polynomial surface that models an uneven background. */
const DEGREE = 4;
/** How far a block must stand out from the background, in standard deviations of the noise of blocks. */
const LEAST_CONTRAST = 5;
/** Noise of resampled or compressed images is smoother than that of a camera, at most by this factor. */
const SMOOTHEST_NOISE = 2.5;
/** A fifth of the absolute values of a standard normal distribution lie below this, */
const FIFTH = 0.2533;
/** and this is the mean of the smallest three quarters of them. */
const TRIMMED = 0.5149;
/** Standard deviation that rounding to whole counts adds (counts). */
const ROUNDING = 0.29;
/** Number of pixels from whose differences the noise is estimated. */
const SAMPLE = 16384;

/**
 * Share of the field, 0 to 1, that stands out from its background: blocks of 4 × 4 pixels whose means differ from their
 * wide surroundings by more than five times the noise of such means. 0 for planes with sides below 20 pixels, constant
 * planes and planes of noise, evenly lit or not; a few thousandths with specks of dust; more as soon as there are
 * cells. The noise is estimated from neighbouring pixels (from the smaller three quarters of their differences, to
 * exclude edges), or from neighbouring blocks if that gives more, since noise is smooth in resampled images.
 */
export function structureShare(plane: Pixels, { height, width }: { height: number; width: number }): number {
  const [rows, columns] = [Math.floor(height / BLOCK), Math.floor(width / BLOCK)];
  if (Math.min(rows, columns) <= DEGREE) return 0;
  const blocks = new Float32Array(rows * columns);
  for (let y = 0; y < rows * BLOCK; y++) {
    const row = Math.floor(y / BLOCK) * columns;
    for (let x = 0; x < columns * BLOCK; x++)
      blocks[row + Math.floor(x / BLOCK)]! += plane[y * width + x]! / BLOCK ** 2;
  }
  const noise = blockNoise(plane, { width, blocks, columns });
  const most = LEAST_CONTRAST * noise;
  const surface = createSurface(rows, columns);
  // Blocks that stand out lift the fitted background, so they are clipped in the second pass.
  const first = surface(blocks);
  const background = surface(blocks.map((mean, i) => Math.max(first[i]! - most, Math.min(first[i]! + most, mean))));
  let count = 0;
  for (let i = 0; i < blocks.length; i++) if (Math.abs(blocks[i]! - background[i]!) > most) count++;
  return count / blocks.length;
}

/**
 * Makes a function that fits a smooth surface to values `[rows, columns]` by least squares: a sum of powers x^i y^j,
 * with i + j up to the degree. Sums over powers of x are computed row by row, so that each value costs only a few
 * products.
 */
function createSurface(rows: number, columns: number): (values: Float32Array) => Float32Array {
  const terms = Array.from({ length: DEGREE + 1 }, (_, i) =>
    Array.from({ length: DEGREE + 1 - i }, (_, j) => [i, j] as const),
  ).flat();
  const [across, down] = [places(columns), places(rows)];
  const [momentsX, momentsY] = [moments(across), moments(down)];
  const normal = new Matrix(
    terms.map(([i, j], at) =>
      terms.map(([k, l], other) => momentsX[i + k]! * momentsY[j + l]! * (at === other ? 1 + 1e-9 : 1)),
    ),
  );
  return (values) => {
    const sums = new Float64Array(terms.length);
    const ofRow = new Float64Array(DEGREE + 1);
    for (let y = 0; y < rows; y++) {
      ofRow.fill(0);
      for (let x = 0; x < columns; x++) {
        let value = values[y * columns + x]!;
        for (let i = 0; i <= DEGREE; i++, value *= across[x]!) ofRow[i]! += value;
      }
      for (let t = 0; t < terms.length; t++) sums[t]! += ofRow[terms[t]![0]]! * down[y]! ** terms[t]![1];
    }
    const weights = solve(normal, Matrix.columnVector([...sums])).to1DArray();
    const surface = new Float32Array(values.length);
    for (let y = 0; y < rows; y++) {
      ofRow.fill(0);
      for (let t = 0; t < terms.length; t++) ofRow[terms[t]![0]]! += weights[t]! * down[y]! ** terms[t]![1];
      for (let x = 0; x < columns; x++) {
        let height = 0;
        for (let i = DEGREE; i >= 0; i--) height = height * across[x]! + ofRow[i]!;
        surface[y * columns + x] = height;
      }
    }
    return surface;
  };
}

/** The centres of blocks in a line, from -1 to 1. */
function places(length: number): Float64Array {
  return Float64Array.from({ length }, (_, at) => (2 * at + 1) / length - 1);
}

/** Sums of the powers of values, up to twice the degree. */
function moments(values: Float64Array): readonly number[] {
  return Array.from({ length: 2 * DEGREE + 1 }, (_, power) => values.reduce((sum, value) => sum + value ** power, 0));
}

/** Standard deviation of the noise in the mean of a block. */
function blockNoise(
  plane: Pixels,
  { width, blocks, columns }: { width: number; blocks: Float32Array; columns: number },
): number {
  const pixels = differences(plane, width);
  const trimmed = pixels.subarray(0, Math.ceil(0.75 * pixels.length)).reduce((sum, value) => sum + value, 0);
  const least = plane instanceof Float32Array ? 1e-5 * Math.abs(blocks[0]!) : ROUNDING;
  const white = Math.max(least, trimmed / (0.75 * pixels.length * Math.SQRT2 * TRIMMED)) / BLOCK;
  const neighbours = differences(blocks, columns);
  const block = neighbours[Math.floor(0.2 * neighbours.length)]! / (Math.SQRT2 * FIFTH);
  return Math.min(Math.max(block, white), SMOOTHEST_NOISE * white);
}

/** Absolute differences of neighbours in a row, for a sample of pixels, in ascending order. */
function differences(values: ArrayLike<number>, width: number): Float32Array {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const found: number[] = [];
  for (let i = 0; i + 1 < values.length; i += step) {
    if ((i + 1) % width !== 0) found.push(Math.abs(values[i + 1]! - values[i]!));
  }
  return Float32Array.from(found).sort();
}
