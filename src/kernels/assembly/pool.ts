// Max pooling over 3×3 windows with stride 2, with the ReLU and the dropout that follow it.

import { high, low } from './lanes';
import { beginStream, randomBits } from './random';

/** Stands in place of the winner where nothing flows back: the window is not positive, or was dropped. */
export const NOTHING: i16 = 9;

/**
 * Rows `first` … `first + rows - 1` of z and codes `[blocks, H, columns, lanes]` from the strip x `[blocks, stripRows,
 * columns, lanes]`, which begins at row 2 · first of the input. n images of w columns lie side by side, `pitch` columns
 * from one to the next in x and `pitchOut` in z, where 0 and NOTHING stand between them. A code is the place of the first
 * largest pixel in its window, 0 to 8 row by row, or NOTHING. An output is dropped with probability `threshold` / 65536,
 * else multiplied by `scale`. Without codes, at address 0, nothing is dropped or multiplied.
 */
export function pool(
  x: usize,
  z: usize,
  codes: usize,
  blocks: i32,
  lanes: i32,
  n: i32,
  w: i32,
  pitch: i32,
  pitchOut: i32,
  stripRows: i32,
  first: i32,
  rows: i32,
  H: i32,
  threshold: i32,
  scale: f32,
  seedA: i32,
  seedB: i32,
): void {
  const W = (w - 3) / 2 + 1;
  const pixel: usize = <usize>lanes * 4;
  const row: usize = <usize>((n - 1) * pitch + w) * pixel;
  const columns = (n - 1) * pitchOut + W;
  if (!codes) {
    poolAlone(x, z, blocks, lanes, n, W, row, pitch, pitchOut, stripRows, first, rows, H);
    return;
  }
  for (let b = 0; b < blocks; b++) {
    for (let g = 0; g < lanes; g += 8) {
      for (let i = 0; i < rows; i++) {
        if (threshold > 0) beginStream(seedA, seedB, ((b * lanes + g) >> 3) * 65536 + first + i);
        const from: usize = x + <usize>(b * stripRows + 2 * i) * row + <usize>g * 4;
        const start = (b * H + first + i) * columns;
        for (let k = 0; k < n; k++) {
          const at: usize = <usize>(start + k * pitchOut);
          const to: usize = z + at * pixel + <usize>g * 4;
          const code: usize = codes + at * <usize>lanes + <usize>g;
          poolRow(from + <usize>(k * pitch) * pixel, to, code, W, lanes, row, threshold, scale);
          if (k + 1 < n) clearRow(to + <usize>W * pixel, code + <usize>(W * lanes), pitchOut - W, lanes);
        }
      }
    }
  }
}

/** The same without codes: the largest pixel of each window, or 0. */
function poolAlone(
  x: usize,
  z: usize,
  blocks: i32,
  lanes: i32,
  n: i32,
  W: i32,
  row: usize,
  pitch: i32,
  pitchOut: i32,
  stripRows: i32,
  first: i32,
  rows: i32,
  H: i32,
): void {
  const pixel: usize = <usize>lanes * 4;
  const zero = f32x4.splat(0);
  const columns = (n - 1) * pitchOut + W;
  for (let b = 0; b < blocks; b++) {
    for (let i = 0; i < rows; i++) {
      const from: usize = x + <usize>(b * stripRows + 2 * i) * row;
      let q: usize = z + <usize>((b * H + first + i) * columns) * pixel;
      for (let k = 0; k < n; k++) {
        let p = from + <usize>(k * pitch) * pixel;
        for (let j = 0; j < W; j++, p += pixel) {
          for (let end = p + pixel; p < end; p += 16, q += 16) {
            v128.store(q, f32x4.pmax(zero, largest(p, p + row, p + 2 * row, pixel)));
          }
        }
        const gap = k + 1 < n ? q + <usize>(pitchOut - W) * pixel : q;
        for (; q < gap; q += 16) v128.store(q, zero);
      }
    }
  }
}

/** Outputs of eight channels that belong to no image. */
function clearRow(q: usize, c: usize, columns: i32, lanes: i32): void {
  const code = i8x16.splat(<i8>NOTHING);
  for (let j = 0; j < columns; j++, q += <usize>lanes * 4, c += <usize>lanes) {
    v128.store(q, f32x4.splat(0));
    v128.store(q, f32x4.splat(0), 16);
    v128.store64_lane(c, code, 0);
  }
}

/** One row of outputs of eight channels. */
function poolRow(p: usize, q: usize, c: usize, W: i32, lanes: i32, row: usize, threshold: i32, scale: f32): void {
  const pixel: usize = <usize>lanes * 4;
  const limit = i16x8.splat(<i16>(threshold - 32768));
  const factor = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  const nothing = i16x8.splat(NOTHING);
  const below = p + row;
  const last = below + row;
  for (let j = 0, at: usize = 0; j < W; j++, at += 2 * pixel, q += pixel, c += <usize>lanes) {
    const m0 = largest(p + at, below + at, last + at, pixel);
    const m1 = largest(p + at + 16, below + at + 16, last + at + 16, pixel);
    const n0 = firstOf(m0, p + at, below + at, last + at, pixel);
    const n1 = firstOf(m1, p + at + 16, below + at + 16, last + at + 16, pixel);
    const dropped = threshold > 0 ? i16x8.lt_s(randomBits(), limit) : zero;
    const lost = v128.or(dropped, i16x8.narrow_i32x4_s(f32x4.le(m0, zero), f32x4.le(m1, zero)));
    const code = v128.bitselect(nothing, i16x8.narrow_i32x4_s(n0, n1), lost);
    v128.store64_lane(c, i8x16.narrow_i16x8_u(code, code), 0);
    v128.store(q, v128.andnot(f32x4.mul(m0, factor), low(lost)));
    v128.store(q, v128.andnot(f32x4.mul(m1, factor), high(lost)), 16);
  }
}

/** The largest of nine pixels, in three rows. */
function largest(a: usize, b: usize, c: usize, pixel: usize): v128 {
  const top = f32x4.pmax(f32x4.pmax(v128.load(a), v128.load(a + pixel)), v128.load(a + 2 * pixel));
  const middle = f32x4.pmax(f32x4.pmax(v128.load(b), v128.load(b + pixel)), v128.load(b + 2 * pixel));
  const bottom = f32x4.pmax(f32x4.pmax(v128.load(c), v128.load(c + pixel)), v128.load(c + 2 * pixel));
  return f32x4.pmax(f32x4.pmax(top, middle), bottom);
}

/** The place of the first of nine pixels that equals m: those that do not count as the largest number without a sign. */
function firstOf(m: v128, a: usize, b: usize, c: usize, pixel: usize): v128 {
  const top = i32x4.min_u(i32x4.min_u(unless(m, a, 0), unless(m, a + pixel, 1)), unless(m, a + 2 * pixel, 2));
  const middle = i32x4.min_u(i32x4.min_u(unless(m, b, 3), unless(m, b + pixel, 4)), unless(m, b + 2 * pixel, 5));
  const bottom = i32x4.min_u(i32x4.min_u(unless(m, c, 6), unless(m, c + pixel, 7)), unless(m, c + 2 * pixel, 8));
  return i32x4.min_u(i32x4.min_u(top, middle), bottom);
}

function unless(m: v128, at: usize, place: i32): v128 {
  return v128.or(f32x4.ne(v128.load(at), m), i32x4.splat(place));
}

/** A mask of dropout for n numbers: 0 or `scale`; n is rounded up to a multiple of 8. */
export function drawMask(x: usize, n: i32, threshold: i32, scale: f32, seedA: i32, seedB: i32): void {
  beginStream(seedA, seedB, 0);
  const limit = i16x8.splat(<i16>(threshold - 32768));
  const factor = f32x4.splat(scale);
  for (let i = 0; i < n; i += 8, x += 32) {
    const dropped = i16x8.lt_s(randomBits(), limit);
    v128.store(x, v128.andnot(factor, low(dropped)));
    v128.store(x, v128.andnot(factor, high(dropped)), 16);
  }
}
