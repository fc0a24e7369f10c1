import type { Exposure } from './exposure.ts';
import type { Normalization } from './normalization.ts';
import type { Image } from './pixels.ts';
import { type Box, inverse, SYMMETRIES, type Symmetry, walk } from './symmetry.ts';

/**
 * What a network is shown of an image: plain data, so that it can be made where it is needed. Intensities become float32,
 * and are then changed by what is given, in this order.
 */
export interface View {
  readonly image: Image;
  /** The part of the image that is shown; all of it by default. */
  readonly box?: Box;
  /** How the part is turned and reflected; not at all by default. */
  readonly symmetry?: Symmetry;
  /** A change of each channel's intensities before the next, that makes plates alike. */
  readonly plate?: readonly Exposure[] | undefined;
  /** Changes of each channel's intensities: counts · `gain` + `shift`. */
  readonly exposures?: readonly Exposure[] | undefined;
  /** What each channel is normalized by: (counts − `mean`) / `deviation`, as a graph does it in float32. */
  readonly normalization?: Pick<Normalization, 'mean' | 'deviation'> | undefined;
}

/** The box of a whole image. */
export function wholeOf({ height, width }: Image): Box {
  return { top: 0, left: 0, height, width };
}

/** Channels, rows and columns of a view: a quarter turn exchanges height and width. */
export function shapeOfView({ image, box = wholeOf(image), symmetry }: View): readonly [number, number, number] {
  const { height, width } = box;
  const isTurned = symmetry !== undefined && symmetry.turns % 2 === 1;
  return isTurned ? [image.channels, width, height] : [image.channels, height, width];
}

/** Numbers of a view, of all channels. */
export function sizeOfView({ image, box = wholeOf(image) }: View): number {
  return image.channels * box.height * box.width;
}

/** Where places of the image are in a view, for those that it shows. Pixels, 0 being the middle of the first. */
export function placesInView(
  places: readonly { readonly x: number; readonly y: number }[],
  { image, box = wholeOf(image), symmetry = SYMMETRIES[0]! }: Omit<View, 'image'> & { readonly image: Image },
): { readonly x: number; readonly y: number }[] {
  const { top, left, height, width } = box;
  return places.flatMap(({ x, y }) => {
    const [across, down] = [x - left, y - top];
    if (across < -0.5 || down < -0.5 || across >= width - 0.5 || down >= height - 0.5) return [];
    const column = symmetry.reflected ? width - 1 - across : across;
    switch (symmetry.turns) {
      case 0:
        return [{ x: column, y: down }];
      case 1:
        return [{ x: down, y: width - 1 - column }];
      case 2:
        return [{ x: width - 1 - column, y: height - 1 - down }];
      default:
        return [{ x: height - 1 - down, y: column }];
    }
  });
}

/** Rows and columns of the blocks in which a part is turned, so that lines of the cache are used while they are there. */
const BLOCK = 32;

/** Adds nothing to any number: unlike 0 it also leaves −0 as it is. */
const UNCHANGED: Exposure = { gain: 1, shift: -0 };

/** Writes views one after the other, `[views, channels, height, width]`, and zeros into the rest of `target`. */
export function writeViews(views: readonly View[], target: Float32Array): void {
  let at = 0;
  for (const view of views) {
    writeView(view, target, at);
    at += sizeOfView(view);
  }
  target.fill(0, at);
}

/**
 * Writes a view into `target` from `offset` on, `[channels, height, width]`; a quarter turn exchanges height and width.
 *
 * Rows are first copied to where they are float32, which the runtime does faster than any loop, and makes the loops know
 * but one type of numbers.
 */
export function writeView(view: View, target: Float32Array, offset = 0): void {
  const { image, box = wholeOf(image), symmetry = SYMMETRIES[0]!, plate, exposures, normalization } = view;
  const { data, channels, height, width } = image;
  const { top, left, ...size } = box;
  const numbers = size.height * size.width;
  const [, rows, columns] = shapeOfView(view);
  const place = walk({ top: 0, left: 0, height: rows, width: columns }, inverse(symmetry), columns);
  const isPlain = place.right === 1 && place.down === columns && !plate && !exposures;
  // Rows that follow one another in both.
  const isBlock = isPlain && size.width === width;
  // Rows that are not a multiple of a page apart, which would compete for the same lines of the cache.
  const pitch = size.width + 16;
  const strip = isPlain ? target : new Float32Array(BLOCK * pitch);
  for (let channel = 0; channel < channels; channel++) {
    const first = (channel * height + top) * width + left;
    const start = offset + channel * numbers + place.start;
    const exposure = exposures?.[channel] ?? UNCHANGED;
    if (isBlock) target.set(data.subarray(first, first + numbers), start);
    for (let y = 0; y < size.height && !isBlock; y += BLOCK) {
      const count = Math.min(BLOCK, size.height - y);
      for (let row = 0; row < count; row++) {
        const from = first + (y + row) * width;
        const to = isPlain ? start + (y + row) * columns : row * pitch;
        strip.set(data.subarray(from, from + size.width), to);
      }
      if (plate) expose(strip.subarray(0, count * pitch), plate[channel]!);
      if (!isPlain) {
        const at = start + y * place.down;
        spread(strip, { rows: count, columns: size.width, pitch }, target, { ...place, at }, exposure);
      }
    }
    if (normalization)
      normalize(target.subarray(offset + channel * numbers, offset + (channel + 1) * numbers), normalization, channel);
  }
}

/** Changes intensities where they are, rounded to float32. */
function expose(numbers: Float32Array, { gain, shift }: Exposure): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = numbers[i]! * gain + shift;
}

/** Writes rows to where a symmetry puts them, block by block, each along what is contiguous there. */
function spread(
  strip: Float32Array,
  { rows, columns, pitch }: { rows: number; columns: number; pitch: number },
  target: Float32Array,
  { at, down, right }: { at: number; down: number; right: number },
  { gain, shift }: Exposure,
): void {
  if (Math.abs(right) === 1) {
    for (let row = 0; row < rows; row++) {
      let to = at + row * down;
      for (let from = row * pitch, end = from + columns; from < end; from++, to += right) {
        target[to] = strip[from]! * gain + shift;
      }
    }
    return;
  }
  for (let column = 0; column < columns; column++) {
    let to = at + column * right;
    for (let from = column, end = rows * pitch; from < end; from += pitch, to += down) {
      target[to] = strip[from]! * gain + shift;
    }
  }
}

/** Normalizes a channel where it is, rounded to float32 as in a graph. */
function normalize(
  numbers: Float32Array,
  { mean, deviation }: Pick<Normalization, 'mean' | 'deviation'>,
  channel: number,
): void {
  const [average, spread] = [Math.fround(mean[channel]!), Math.fround(deviation[channel]!)];
  for (let i = 0; i < numbers.length; i++) numbers[i] = Math.fround(numbers[i]! - average) / spread;
}
