import type { Size } from '../../image/region.ts';
import { blur } from '../../pixels/gaussian.ts';
import type { Pixels } from '../../pixels/pixels.ts';
import { resampled } from './divide.ts';

/** Boxes along the longer side of a field, at most: illumination varies slowly. */
const BOXES = 64;
/** The share of a function below which it becomes 1, as in CellProfiler: the 2nd percentile is its robust minimum. */
const ROBUST_MINIMUM = 0.02;

/** How much a field is smoothed. */
export interface Smoothing {
  /** Standard deviation of the Gaussian, as a share of the field's longer side. */
  readonly smoothing: number;
}

/** The size of the grid of means that a field is reduced to. */
function gridOf({ width, height }: Size): Size {
  const box = Math.ceil(Math.max(width, height) / BOXES);
  return { width: Math.ceil(width / box), height: Math.ceil(height / box) };
}

/**
 * A plane `[height, width]` as the smoothed means of boxes of it, see {@link gridOf}, divided by their mean: bright and dark
 * fields then speak alike of how light falls off. Undefined for a plane that has no light, which says nothing.
 */
export function smoothField(plane: Pixels, size: Size, { smoothing }: Smoothing): Float32Array | undefined {
  const grid = gridOf(size);
  const sums = new Float64Array(grid.width * grid.height);
  const counts = new Uint32Array(sums.length);
  // Boxes are as equal as pixels allow, so that their centres are those of a smaller image.
  const columns = Uint32Array.from({ length: size.width }, (_, x) => Math.floor((x * grid.width) / size.width));
  for (let y = 0, i = 0; y < size.height; y++) {
    const row = Math.floor((y * grid.height) / size.height) * grid.width;
    for (let x = 0; x < size.width; x++, i++) {
      const box = row + columns[x]!;
      sums[box]! += plane[i]!;
      counts[box]! += 1;
    }
  }
  const means = Float32Array.from(sums, (sum, box) => sum / counts[box]!);
  blur(means, { ...grid, sigma: smoothing * Math.max(grid.width, grid.height) });
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  return mean > 0 ? means.map((value) => value / mean) : undefined;
}

/**
 * The illumination function of fields of one size, `[height, width]`: the median at every place over the fields, as
 * {@link smoothField} gives them, smoothed again, interpolated, and scaled as CellProfiler does with "rescale": its robust
 * minimum becomes 1, and whatever is below. So no pixel that is divided by it becomes brighter.
 *
 * @param fields at least one
 */
export function illuminationOf(fields: readonly Float32Array[], size: Size, { smoothing }: Smoothing): Float32Array {
  const grid = gridOf(size);
  const values = new Float32Array(fields.length);
  const medians = Float32Array.from({ length: grid.width * grid.height }, (_, place) => {
    for (const [i, field] of fields.entries()) values[i] = field[place]!;
    values.sort();
    const half = values.length >> 1;
    return values.length % 2 === 1 ? values[half]! : (values[half - 1]! + values[half]!) / 2;
  });
  blur(medians, { ...grid, sigma: smoothing * Math.max(grid.width, grid.height) });
  const sorted = medians.toSorted();
  const least = sorted[Math.floor(ROBUST_MINIMUM * sorted.length)]!;
  // A plane that is dark at its edges has no light to divide by there.
  const unit = least > 0 ? least : (sorted.find((value) => value > 0) ?? 1);
  return resampled(medians, grid, size).map((value) => Math.max(1, value / unit));
}
