import type { Image } from '../pixels/pixels.ts';

/** Where a field lies in a larger one, in pixels. */
export interface Placed {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Places a field in the middle of one with sides of at least `side` pixels, its border continued outwards. */
export function continueBorder(
  { data, channels, height, width }: Image,
  side: number,
): { readonly pixels: Image; readonly placed: Placed } {
  const [rows, columns] = [Math.max(height, side), Math.max(width, side)];
  const placed = { top: (rows - height) >> 1, left: (columns - width) >> 1, height, width };
  const larger = new Float32Array(channels * rows * columns);
  const inside = (x: number, before: number, length: number): number => Math.min(length - 1, Math.max(0, x - before));
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < rows; y++) {
      const row = (channel * height + inside(y, placed.top, height)) * width;
      for (let x = 0; x < columns; x++) larger[to++] = data[row + inside(x, placed.left, width)]!;
    }
  }
  return { pixels: { data: larger, channels, height: rows, width: columns }, placed };
}

/** Cuts the field out of the planes `[…, rows, columns]` around it; `factor` is how many times all are enlarged. */
export function takeOut(
  planes: Float32Array,
  {
    placed: { top, left, height, width },
    rows,
    columns,
    factor = 1,
  }: { placed: Placed; rows: number; columns: number; factor?: number },
): Float32Array {
  const count = planes.length / (rows * columns * factor ** 2);
  const out = new Float32Array(count * height * width * factor ** 2);
  let to = 0;
  for (let plane = 0; plane < count; plane++) {
    for (let y = top * factor; y < (top + height) * factor; y++) {
      const from = ((plane * rows * factor + y) * columns + left) * factor;
      out.set(planes.subarray(from, from + width * factor), to);
      to += width * factor;
    }
  }
  return out;
}
