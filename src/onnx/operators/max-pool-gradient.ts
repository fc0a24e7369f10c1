import { staticShape, type Value } from '../graph.ts';
import { add, equal, mul, sub, toFloat } from './elementwise.ts';
import { concat, pad, reshape, slice, transpose } from './shape.ts';

/** Elements of one operand of a strip: small enough for its intermediate results to stay in the processor's cache. */
const STRIP = 262_144;

/**
 * The gradient of `x [N, C, H, W]` from that of `y [N, C, h, w]`, the maxima of its 3×3 windows with stride 2, without
 * the winners: each window passes its gradient to the first of its pixels that equals the maximum. With nine
 * comparisons per window this is faster than letting the runtime keep the winners, which it does one pixel at a time.
 *
 * It works strip by strip and with channels last, so that every second pixel of a row is still one long piece. Rows are
 * counted from the top of `x`: window w has the rows 2w, 2w + 1 and 2w + 2, so row 2w is shared with window w - 1.
 */
export function maxPoolGradient(x: Value, y: Value, dy: Value): Value {
  const [n, c, height, width] = staticShape(x, 'the gradient of MaxPool') as [number, number, number, number];
  const [, , rows, columns] = staticShape(y, 'the gradient of MaxPool') as [number, number, number, number];
  const [pixels, largest, gradient] = [x, y, dy].map((value) => transpose(value, [0, 2, 3, 1])) as [
    Value,
    Value,
    Value,
  ];
  const step = Math.max(1, Math.floor(STRIP / (columns * c)));
  const strips: Value[] = [];
  for (let from = 0; from <= rows; from += step) {
    const to = Math.min(from + step, rows + 1);
    // Row pairs from … to - 1 are reached by these windows.
    const [first, end] = [Math.max(from - 1, 0), Math.min(to, rows)];
    const [top, middle, bottom] = shareOut(
      { pixels, largest: rowsOf(largest, first, end), gradient: rowsOf(gradient, first, end) },
      { first, width },
    ) as [Value, Value, Value];
    // Windows whose first two rows, and whose last row, lie in the strip.
    const [own, before] = [end - from, Math.min(to - 1, rows) - first];
    const upper = own > 0 ? fill(rowsOf(top, from - first, end - first), { below: to - end }) : undefined;
    const lower = before > 0 ? fill(rowsOf(bottom, 0, before), { above: from === 0 ? 1 : 0 }) : undefined;
    const even = upper && lower ? add(upper, lower) : (upper ?? lower)!;
    const odd = own > 0 ? fill(rowsOf(middle, from - first, end - first), { below: to - end }) : mul(even, 0);
    const both = reshape(concat([even, odd], 2), [n, 2 * (to - from), width, c]);
    // The last pair lacks its second row where the height is odd.
    strips.push(rowsOf(both, 0, Math.min(2 * to, height) - 2 * from));
  }
  const whole = strips.length === 1 ? strips[0]! : concat(strips, 1);
  return transpose(whole, [0, 3, 1, 2]);
}

/** What the windows of a strip pass to each of their three rows of pixels, `[N, windows, width · C]`. */
function shareOut(
  { pixels, largest, gradient }: Readonly<Record<'pixels' | 'largest' | 'gradient', Value>>,
  { first, width }: { first: number; width: number },
): Value[] {
  const [n, windows, columns, c] = largest.shape as [number, number, number, number];
  let rest = gradient;
  const share = (row: number, column: number): Value => {
    // The last pixel gets what the other eight did not take.
    if (row === 2 && column === 2) return rest;
    const starts = [2 * first + row, column];
    const ends = [starts[0]! + 2 * windows - 1, column + 2 * columns - 1];
    const part = slice(pixels, { starts, ends, axes: [1, 2], steps: [2, 2] });
    const taken = mul(toFloat(equal(part, largest)), rest);
    rest = sub(rest, taken);
    return taken;
  };
  return [0, 1, 2].map((row) => {
    const [left, middle, right] = [0, 1, 2].map((column) => share(row, column)) as [Value, Value, Value];
    // Every column but the first shares its first pixel with the previous one; the rest after the last stands alone.
    const even = add(left, pad(right, [0, 0, 1, 0], [0, 0, -1, 0]));
    const pairs = reshape(concat([even, middle], 3), [n, windows, 2 * columns * c]);
    const last = reshape(slice(right, { starts: [columns - 1], ends: [columns], axes: [2] }), [n, windows, c]);
    return concat([pairs, pad(last, [0, 0, 0], [0, 0, (width - 2 * columns - 1) * c])], 2);
  });
}

/** Rows `first` … `end` - 1. */
function rowsOf(value: Value, first: number, end: number): Value {
  return end - first === value.shape[1] ? value : slice(value, { starts: [first], ends: [end], axes: [1] });
}

/** Rows `[N, rows, pitch]` with rows of zeros above or below. */
function fill(rows: Value, { above = 0, below = 0 }: { above?: number; below?: number }): Value {
  return above + below === 0 ? rows : pad(rows, [0, above, 0], [0, below, 0]);
}
