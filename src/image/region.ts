import { MilscopeError } from '../errors.ts';
import type { Pixels } from '../pixels/pixels.ts';

/** From the first to before the last, counted from 0. */
export type Range = readonly [from: number, to: number];

/** Which pixels of an image are wanted: all rows and columns unless they are given. */
export interface Region {
  readonly rows?: Range | undefined;
  readonly columns?: Range | undefined;
}

export interface Size {
  readonly height: number;
  readonly width: number;
}

/** A rectangle in an image, in pixels. */
export interface Window extends Size {
  readonly top: number;
  readonly left: number;
}

/** The rectangle that a region of an image is. @throws BadOption for rows or columns that the image does not have */
export function windowOf({ rows, columns }: Region, { height, width }: Size, file: string): Window {
  const [top, bottom] = checkRange(rows ?? [0, height], { most: height, option: 'rows', file });
  const [left, right] = checkRange(columns ?? [0, width], { most: width, option: 'columns', file });
  return { top, left, height: bottom - top, width: right - left };
}

function checkRange(range: Range, { most, option, file }: { most: number; option: string; file: string }): Range {
  const [from, to] = range;
  if (Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= most) return range;
  throw new MilscopeError('BadOption', {
    file,
    option,
    problem: `the image does not have these ${option}`,
    found: `${from} to before ${to}`,
    expected: `from 0 to before ${most}, one at least`,
  });
}

/** What a window has of a plane, `[height, width]`; the plane itself where that is all of it. */
export function cutPlane(plane: Pixels, { width }: Pick<Size, 'width'>, window: Window): Pixels {
  const { top, left } = window;
  if (window.width === width) return plane.subarray(top * width, (top + window.height) * width);
  const out = plane.slice(0, window.height * window.width);
  for (let row = 0; row < window.height; row++) {
    const from = (top + row) * width + left;
    out.set(plane.subarray(from, from + window.width), row * window.width);
  }
  return out;
}
