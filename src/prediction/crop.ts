import { type Image, pixelType } from '../pixels/pixels.ts';
import type { Box } from '../pixels/symmetry.ts';

/** Where in a field something is: pixels, 0 being the middle of the first. */
export interface Centre {
  readonly x: number;
  readonly y: number;
}

/** Whether a centre is on a pixel of the field. Not a number is nowhere. */
export function isInside({ x, y }: Centre, { height, width }: Pick<Image, 'height' | 'width'>): boolean {
  return x >= -0.5 && x < width - 0.5 && y >= -0.5 && y < height - 0.5;
}

/** Where a centre is in a field that has so many pixels more on every side. */
export function shifted({ x, y }: Centre, border: number): Centre {
  return { x: x + border, y: y + border };
}

/** A square of a field (pixels). */
export interface SquareAround {
  readonly centre: Centre;
  readonly side: number;
  readonly shift?: number;
}

/**
 * Cuts out the square of `side` pixels around a centre, and all that it would show if the centre were given up to `shift`
 * pixels to either side and up or down: every square of `side` pixels in the cut is one of those. It is `side` to
 * `side + 2·shift` pixels wide and high. At the edge of the field the square is moved inside, so that the network sees
 * real pixels only and the cell a little off the middle.
 *
 * @param field at least `side` pixels wide and high
 */
export function cutAround(field: Image, around: SquareAround): Image {
  const { data, channels, height, width } = field;
  const { top, left, height: rows, width: columns } = boxAround(field, around);
  const cut = new (pixelType(data))(channels * rows * columns);
  for (let channel = 0, at = 0; channel < channels; channel++) {
    for (let y = top; y < top + rows; y++, at += columns) {
      const from = (channel * height + y) * width + left;
      cut.set(data.subarray(from, from + columns), at);
    }
  }
  return { data: cut, channels, height: rows, width: columns };
}

/** The part of a field that {@link cutAround} cuts out. */
export function boxAround(
  { height, width }: Pick<Image, 'height' | 'width'>,
  { centre, side, shift = 0 }: SquareAround,
): Box {
  const first = (middle: number, length: number) =>
    [-shift, shift].map((by) => firstPixel(middle + by, { side, length })) as [number, number];
  const [left, right] = first(centre.x, width);
  const [top, bottom] = first(centre.y, height);
  return { top, left, height: bottom - top + side, width: right - left + side };
}

/** First of the `side` pixels around a middle, all of them among the `length` that there are. */
function firstPixel(middle: number, { side, length }: { side: number; length: number }): number {
  return Math.min(length - side, Math.max(0, Math.round(middle - (side - 1) / 2)));
}
