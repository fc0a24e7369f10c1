import { type Image, pixelType } from '../pixels/pixels.ts';

/** Where in a field something is: pixels, 0 being the middle of the first. */
export interface Centre {
  readonly x: number;
  readonly y: number;
}

/** Whether a centre is on a pixel of the field. Not a number is nowhere. */
export function isInside({ x, y }: Centre, { height, width }: Pick<Image, 'height' | 'width'>): boolean {
  return x >= -0.5 && x < width - 0.5 && y >= -0.5 && y < height - 0.5;
}

/**
 * Cuts out the square of `side` pixels around a centre, and all that it would show if the centre were given up to `shift`
 * pixels to either side and up or down: every square of `side` pixels in the cut is one of those. It is `side` to
 * `side + 2·shift` pixels wide and high. At the edge of the field the square is moved inside, so that the network sees
 * real pixels only and the cell a little off the middle.
 *
 * @param field at least `side` pixels wide and high
 */
export function cutAround(
  { data, channels, height, width }: Image,
  { centre, side, shift = 0 }: { centre: Centre; side: number; shift?: number },
): Image {
  const [left, right] = [-shift, shift].map((by) => firstPixel(centre.x + by, { side, length: width })) as [
    number,
    number,
  ];
  const [top, bottom] = [-shift, shift].map((by) => firstPixel(centre.y + by, { side, length: height })) as [
    number,
    number,
  ];
  const [rows, columns] = [bottom - top + side, right - left + side];
  const cut = new (pixelType(data))(channels * rows * columns);
  for (let channel = 0, at = 0; channel < channels; channel++) {
    for (let y = top; y < top + rows; y++, at += columns) {
      const from = (channel * height + y) * width + left;
      cut.set(data.subarray(from, from + columns), at);
    }
  }
  return { data: cut, channels, height: rows, width: columns };
}

/** First of the `side` pixels around a middle, all of them among the `length` that there are. */
function firstPixel(middle: number, { side, length }: { side: number; length: number }): number {
  return Math.min(length - side, Math.max(0, Math.round(middle - (side - 1) / 2)));
}
