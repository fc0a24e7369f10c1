import type { PredictablePixels } from './predict-fields.ts';

/** Where in a field something is: pixels, 0 being the middle of the first. */
export interface Centre {
  readonly x: number;
  readonly y: number;
}

/** Whether a centre is on a pixel of the field. Not a number is nowhere. */
export function isInside({ x, y }: Centre, { height, width }: Pick<PredictablePixels, 'height' | 'width'>): boolean {
  return x >= -0.5 && x < width - 0.5 && y >= -0.5 && y < height - 0.5;
}

/**
 * Copies the square of `side` pixels around a centre into `into`, `[channels, side, side]`. At the edge of the field the
 * square is moved inside, so that the network sees real pixels only and the cell a little off the middle.
 *
 * @param field at least `side` pixels wide and high
 */
export function cropSquare(
  { data, channels, height, width }: PredictablePixels,
  { centre, side, into }: { centre: Centre; side: number; into: Float32Array },
): void {
  const start = (middle: number, length: number) =>
    Math.min(length - side, Math.max(0, Math.round(middle - (side - 1) / 2)));
  const [left, top] = [start(centre.x, width), start(centre.y, height)];
  for (let channel = 0, at = 0; channel < channels; channel++) {
    for (let y = 0; y < side; y++, at += side) {
      const from = (channel * height + top + y) * width + left;
      into.set(data.subarray(from, from + side), at);
    }
  }
}
