import { createTransform, smoothLength, type Transform } from './fourier.ts';

/** The power spectrum of an image, and thus its sharpness. */
export interface Sharpness {
  /**
   * CellProfiler's `PowerLogLogSlope` (MeasureImageQuality): the slope of the logarithm of the power over the logarithm
   * of the spatial frequency, with the power summed over rings one frequency wide, up to an eighth of the side of the
   * field. A blurred image has lost its fine detail, so its power falls off more steeply, whatever its intensities
   * (Bray et al. 2012, "Workflow and metrics for image quality control in large-scale high-content screens"). 0 for a
   * constant plane.
   */
  readonly slope: number;
  /**
   * Natural logarithm of the power of waves of 4 to 8 pixels over that of waves of 16 to 32, both above the noise.
   * Edges have both in a fixed proportion, whatever the size of the objects, so this says more about the focus and less
   * about the cells than the slope. At least -{@link LEAST_DETAIL}. NaN if nothing exceeds the noise.
   */
  readonly detail: number;
}

/** Measures planes, `[height, width]`; keeps the transforms of the lengths used before. */
export type MeasureSharpness = (plane: ArrayLike<number>, size: { height: number; width: number }) => Sharpness;

/** Least fine detail that is distinguished from none. */
const LEAST_DETAIL = 12;

/**
 * Bands of frequency (waves per pixel), each from its first number to its second: fine, coarse, and noise, which lies
 * on the diagonals only, beyond one half.
 */
const bands = [
  [1 / 8, 1 / 4],
  [1 / 32, 1 / 16],
  [0.5, 0.7],
] as const;

/**
 * Frequencies that are this much larger along one axis than along the other do not count in the bands: the
 * discontinuity between opposite borders of the field has its power there, and is sharp in any focus.
 */
const LEAST_ACROSS = 0.25;

/**
 * Makes a function that measures the sharpness of planes. It differs from CellProfiler in two points, which affect at
 * most the second decimal: a frequency and its mirror are in the same ring, and if a side of the field has a prime
 * factor above 5, a few rows or columns at its end are left out.
 */
export function createSharpness(): MeasureSharpness {
  const transforms = new Map<number, Transform>();
  const transformOf = (length: number): Transform => {
    const known = transforms.get(length) ?? createTransform(length);
    transforms.set(length, known);
    return known;
  };
  return (plane, { height, width }) => {
    const [rows, columns] = [smoothLength(height), smoothLength(width)];
    const half = transformRows(plane, { rows, columns, stride: width, transform: transformOf(columns) });
    return sharpnessOf(half, { rows, columns, transform: transformOf(rows) });
  };
}

interface HalfPlane {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Transforms the rows, `[columns / 2 + 1, rows]`: the other half is the mirror of this one. Two rows are transformed at
 * a time, as the real and imaginary part of one.
 */
function transformRows(
  plane: ArrayLike<number>,
  { rows, columns, stride, transform }: { rows: number; columns: number; stride: number; transform: Transform },
): HalfPlane {
  const kept = Math.floor(columns / 2) + 1;
  const [re, im] = [new Float64Array(kept * rows), new Float64Array(kept * rows)];
  const [first, second] = [new Float64Array(columns), new Float64Array(columns)];
  for (let row = 0; row < rows; row += 2) {
    const paired = row + 1 < rows;
    for (let x = 0; x < columns; x++) {
      first[x] = plane[row * stride + x]!;
      second[x] = paired ? plane[(row + 1) * stride + x]! : 0;
    }
    transform(first, second);
    for (let k = 0; k < kept; k++) {
      const mirror = k === 0 ? 0 : columns - k;
      re[k * rows + row] = (first[k]! + first[mirror]!) / 2;
      im[k * rows + row] = (second[k]! - second[mirror]!) / 2;
      if (!paired) continue;
      re[k * rows + row + 1] = (second[k]! + second[mirror]!) / 2;
      im[k * rows + row + 1] = (first[mirror]! - first[k]!) / 2;
    }
  }
  return { re, im };
}

function sharpnessOf(
  { re, im }: HalfPlane,
  { rows, columns, transform }: { rows: number; columns: number; transform: Transform },
): Sharpness {
  const highest = Math.floor(Math.min(rows, columns) / 8);
  const rings = new Float64Array(highest + 1);
  const [sums, counts] = [new Float64Array(bands.length), new Float64Array(bands.length)];
  for (let k = 0; k * rows < re.length; k++) {
    const [x, y] = [re.subarray(k * rows, (k + 1) * rows), im.subarray(k * rows, (k + 1) * rows)];
    transform(x, y);
    // The half that is not computed is the mirror of this one.
    const weight = k === 0 || 2 * k === columns ? 1 : 2;
    for (let row = 0; row < rows; row++) {
      const down = Math.min(row, rows - row);
      if (k + down === 0) continue;
      const power = x[row]! * x[row]! + y[row]! * y[row]!;
      const ring = k < highest && down < highest ? Math.floor(Math.sqrt(k * k + down * down)) + 1 : 0;
      if (ring > 0 && ring <= highest) rings[ring]! += weight * power;
      const u = k / columns;
      const v = down / rows;
      const square = u * u + v * v;
      if (Math.min(u, v) ** 2 < LEAST_ACROSS ** 2 * square) continue;
      for (let band = 0; band < bands.length; band++) {
        if (square < bands[band]![0] ** 2 || square >= bands[band]![1] ** 2) continue;
        sums[band]! += weight * power;
        counts[band]! += weight;
      }
    }
  }
  // NaN if the field is too small for such a wave.
  const [fineDensity, coarseDensity, noise] = Array.from(sums, (sum, band) => sum / counts[band]!) as [
    number,
    number,
    number,
  ];
  const [fine, coarse] = [fineDensity - noise, coarseDensity - noise];
  const detail = coarse > noise ? Math.max(-LEAST_DETAIL, Math.log(Math.max(0, fine) / coarse)) : Number.NaN;
  return { slope: slopeOf(rings), detail };
}

/** The least squares line through the rings from the second to the last but one, on logarithmic axes. */
function slopeOf(rings: Float64Array): number {
  const points = Array.from(rings, (power, ring) => ({ x: Math.log(ring), y: Math.log(power) }))
    .slice(2, -1)
    .filter(({ y }) => Number.isFinite(y));
  const mean = (pick: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const spread = mean((point) => (point.x - x) ** 2);
  return points.length > 1 && spread > 0 ? mean((point) => (point.x - x) * (point.y - y)) / spread : 0;
}
