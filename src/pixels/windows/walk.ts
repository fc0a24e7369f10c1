import type { Image } from '../pixels.ts';
import type { Box } from '../symmetry.ts';
import type { WindowedImage } from './windowed-image.ts';

/** Bytes of pixels that a strip has, about, unless told otherwise. */
const STRIP_BYTES = 2 ** 24;

/** Rows of an image that follow one another, over its whole width. */
export interface Strip {
  /** Its first row in the image. */
  readonly top: number;
  /** `[channels, height, width]`. */
  readonly image: Image;
}

/**
 * Reads an image from top to bottom in strips, of which one is in memory at a time; an image in memory is one strip.
 *
 * @param rows all strips but the last have a multiple of this
 * @param stripBytes of a strip, about
 */
export async function* stripsOf(
  image: WindowedImage,
  { rows = 1, stripBytes = STRIP_BYTES }: { rows?: number; stripBytes?: number } = {},
): AsyncGenerator<Strip> {
  const { height, width, channels, sampleBytes, whole } = image;
  if (whole) {
    yield { top: 0, image: whole };
    return;
  }
  const step = rows * Math.max(1, Math.floor(stripBytes / (width * channels * sampleBytes * rows)));
  for (let top = 0; top < height; top += step) {
    yield { top, image: await image.read({ top, left: 0, height: Math.min(step, height - top), width }) };
  }
}

/**
 * Puts what is to be read of an image into an order in which little is decoded twice: by bands that are as wide as
 * {@link WindowedImage.bandWidth} allows, and in each by rows.
 *
 * @param boxOf where in the image something is; all boxes have the height of the first, about
 */
export function inReadingOrder<T>(
  image: Pick<WindowedImage, 'bandWidth'>,
  items: readonly T[],
  boxOf: (item: T) => Box,
): readonly T[] {
  if (items.length === 0) return items;
  const wide = image.bandWidth(Math.max(...items.map((item) => boxOf(item).height)));
  const placed = items.map((item) => {
    const { top, left, width } = boxOf(item);
    return { item, top, left, band: wide === 0 ? 0 : Math.floor((left + width / 2) / wide) };
  });
  return placed.sort((a, b) => a.band - b.band || a.top - b.top || a.left - b.left).map(({ item }) => item);
}
