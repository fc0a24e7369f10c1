import { quantile } from './quantile.ts';
import type { Region } from './region.ts';

/** CellProfiler's names of what {@link measureTexture} gives, in its order; between `Texture_` and the channel. */
export const textureNames = [
  'AngularSecondMoment',
  'Contrast',
  'Correlation',
  'InverseDifferenceMoment',
  'Entropy',
] as const;

/** Numbers of a grey-level co-occurrence matrix `[levels, levels]` that is symmetric and sums to one. */
interface CoOccurrence {
  readonly share: Float64Array;
  readonly levels: number;
}

/** Right, down, and the two diagonals. */
const directions = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
] as const;

/**
 * A plane in `levels` grey levels of equal width, from its first percentile to its 99.5th; values beyond have the first
 * or last level. So the texture of a dim 16-bit image is measured as well as that of a bright one.
 */
export function toGreyLevels(plane: Float32Array, levels: number): Uint8Array {
  const sorted = plane.slice().sort();
  const least = quantile(sorted, 0.01);
  const step = (quantile(sorted, 0.995) - least) / levels;
  const grey = new Uint8Array(plane.length);
  if (!(step > 0)) return grey;
  for (let i = 0; i < plane.length; i++)
    grey[i] = Math.max(0, Math.min(levels - 1, Math.floor((plane[i]! - least) / step)));
  return grey;
}

/**
 * Haralick's features (1973) of the pairs of pixels of an object that are `distance` pixels apart, in the order of
 * {@link textureNames}: each is the mean over the four directions, since cells have no preferred orientation. Entropy
 * is in bits; the correlation of a constant object is 1, as in mahotas and CellProfiler. NaN if no two pixels are this
 * far apart.
 *
 * @param grey levels of the plane, from 0, see {@link toGreyLevels}
 * @param labels the label image of the region
 */
export function measureTexture(
  grey: Uint8Array,
  region: Region,
  { labels, levels, distance }: { labels: Int32Array; levels: number; distance: number },
): readonly number[] {
  const found = directions
    .map(([dx, dy]) => coOccurrence(grey, region, { labels, levels, dx: dx * distance, dy: dy * distance }))
    .filter((matrix) => matrix !== undefined)
    .map(haralick);
  return textureNames.map((_, i) => found.reduce((sum, values) => sum + values[i]!, 0) / (found.length || Number.NaN));
}

function coOccurrence(
  grey: Uint8Array,
  { label, pixels, height, width }: Region,
  { labels, levels, dx, dy }: { labels: Int32Array; levels: number; dx: number; dy: number },
): CoOccurrence | undefined {
  const share = new Float64Array(levels * levels);
  let pairs = 0;
  for (const pixel of pixels) {
    const x = (pixel % width) + dx;
    const other = pixel + dy * width + dx;
    if (x < 0 || x >= width || other >= height * width || labels[other] !== label) continue;
    share[grey[pixel]! * levels + grey[other]!]! += 1;
    share[grey[other]! * levels + grey[pixel]!]! += 1;
    pairs += 2;
  }
  if (pairs === 0) return undefined;
  for (let i = 0; i < share.length; i++) share[i]! /= pairs;
  return { share, levels };
}

function haralick({ share, levels }: CoOccurrence): readonly number[] {
  let [secondMoment, contrast, inverse, entropy, mean, square, product] = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < levels; i++) {
    for (let j = 0; j < levels; j++) {
      const p = share[i * levels + j]!;
      if (p === 0) continue;
      secondMoment += p * p;
      contrast += p * (i - j) ** 2;
      inverse += p / (1 + (i - j) ** 2);
      entropy -= p * Math.log2(p);
      mean += p * i;
      square += p * i * i;
      product += p * i * j;
    }
  }
  const variance = square - mean ** 2;
  const correlation = variance > 1e-12 ? (product - mean ** 2) / variance : 1;
  return [secondMoment, contrast, correlation, inverse, entropy];
}
