import type { Box } from '../symmetry.ts';
import type { Strip, StripMeasure } from './strips.ts';
import type { WindowedImage } from './windowed-image.ts';

/** Bytes of pixels that a strip has, about, unless told otherwise. */
const STRIP_BYTES = 2 ** 24;

/**
 * Reads an image from top to bottom in strips, of which two are in memory at a time; an image in memory is one strip.
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
  const read = (top: number) => image.read({ top, left: 0, height: Math.min(step, height - top), width });
  let next = read(0);
  for (let top = 0; top < height; top += step) {
    const strip = await next;
    // It is decoded while this one is looked at; its error comes when it is its turn.
    if (top + step < height) next = read(top + step);
    next.catch(() => undefined);
    yield { top, image: strip };
  }
}

/** Shows an image to several measures, strip by strip: it is read once. */
export async function showStrips(
  image: WindowedImage,
  measures: readonly Pick<StripMeasure<unknown>, 'rows' | 'add'>[],
): Promise<void> {
  // Powers of two: a multiple of the most is one of all.
  const rows = Math.max(1, ...measures.map((measure) => measure.rows ?? 1));
  for await (const strip of stripsOf(image, { rows })) for (const { add } of measures) add(strip);
}

/**
 * Puts what is to be read of an image into an order in which little is decoded twice: by bands that are as wide as
 * {@link WindowedImage.bandWidth} allows, and in each by rows.
 *
 * @param boxOf where in the image something is; all boxes have the height of the first, about
 */
export function inReadingOrder<T>(
  { bandWidth, inFile = (box) => box }: Pick<WindowedImage, 'bandWidth' | 'inFile'>,
  items: readonly T[],
  boxOf: (item: T) => Box,
): readonly T[] {
  const boxes = items.map((item) => inFile(boxOf(item)));
  const wide = bandWidth(boxes.reduce((most, { height }) => Math.max(most, height), 1));
  const placed = items.map((item, i) => {
    const { top, left, width } = boxes[i]!;
    return { item, top, left, band: wide === 0 ? 0 : Math.floor((left + width / 2) / wide) };
  });
  return placed.sort((a, b) => a.band - b.band || a.top - b.top || a.left - b.left).map(({ item }) => item);
}
