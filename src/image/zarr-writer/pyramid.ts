import type { Image, Pixels } from '../../pixels/pixels.ts';

/** Height and width (pixels). */
export interface LevelSize {
  readonly height: number;
  readonly width: number;
}

/** The longer side at which a pyramid ends: what a viewer shows of a whole well. */
const SMALLEST_LEVEL = 256;

/** Levels of a pyramid whose last has no side above 256 pixels, each half as long as the one before. */
export function levelsFor({ height, width }: LevelSize): number {
  let [levels, side] = [1, Math.max(height, width)];
  for (; side > SMALLEST_LEVEL; side = Math.ceil(side / 2)) levels++;
  return levels;
}

/**
 * The means of blocks of 2 × 2 pixels, rounded where pixels are whole numbers; half as high and wide, rounded up. At an odd
 * edge a block is what there is of it. A side of one pixel stays.
 */
export function halve(image: Image): Image {
  const { data, channels, height, width } = image;
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  const out = new (data.constructor as Uint16ArrayConstructor)(channels * rows * columns) as Pixels;
  const whole = !(data instanceof Float32Array);
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < rows; y++) {
      const upper = (channel * height + 2 * y) * width;
      const lower = 2 * y + 1 < height ? upper + width : upper;
      for (let x = 0; x < columns; x++) {
        const left = 2 * x;
        const right = left + 1 < width ? left + 1 : left;
        // A row or column that is counted twice leaves the mean as it is without it.
        const mean = (data[upper + left]! + data[upper + right]! + data[lower + left]! + data[lower + right]!) / 4;
        out[at++] = whole ? Math.round(mean) : mean;
      }
    }
  }
  return { ...image, data: out, height: rows, width: columns };
}

/** The place, along a side, that lies under the middle of a place of the same side at another size. */
export function placeUnder(place: number, { from, to }: { readonly from: number; readonly to: number }): number {
  return Math.floor(((place + 0.5) * from) / to);
}
