import type { Image } from '../pixels.ts';

/** Rows of an image that follow one another, over its whole width. */
export interface Strip {
  /** Its first row in the image. */
  readonly top: number;
  /** `[channels, height, width]`. */
  readonly image: Image;
}

/** Measures an image while strips of its rows go by, from top to bottom: the same of many strips as of one. */
export interface StripMeasure<T> {
  /** All strips but the last must have a multiple of so many rows, a power of two; any may come unless given. */
  readonly rows?: number | undefined;
  /** The next strip of the image. */
  readonly add: (strip: Strip) => void;
  /** What was measured, once all strips were added. */
  readonly result: () => T;
}

/** What a measure says of an image that is in memory. */
export function measureImage<T>(image: Image, measure: StripMeasure<T>): T {
  measure.add({ top: 0, image });
  return measure.result();
}

/** A measure that sees what is made of each strip. */
export function measureOf<T>({ rows, add, result }: StripMeasure<T>, change: (image: Image) => Image): StripMeasure<T> {
  return { rows, result, add: ({ top, image }) => add({ top, image: change(image) }) };
}
