// The gradient of pool.

import { equals, high, low } from './lanes';
import { NOTHING } from './pool';

/**
 * Rows `first` … `first + rows - 1` of the gradient of the input, zeros where these are beyond its h rows, into the
 * strip dy `[blocks, rows, columns, lanes]`, from the gradient dz of the outputs and their codes, `[blocks, H, columns,
 * lanes]`. Images lie side by side as in pool; there are zeros between them in dy.
 */
export function unpool(
  dz: usize,
  codes: usize,
  dy: usize,
  blocks: i32,
  lanes: i32,
  n: i32,
  h: i32,
  w: i32,
  pitch: i32,
  pitchOut: i32,
  first: i32,
  rows: i32,
  scale: f32,
): void {
  const H = (h - 3) / 2 + 1;
  const W = (w - 3) / 2 + 1;
  const pixel: i32 = lanes * 4;
  const columns = (n - 1) * pitch + w;
  const columnsOut = (n - 1) * pitchOut + W;
  for (let b = 0; b < blocks; b++) {
    for (let g = 0; g < lanes; g += 8) {
      // Windows i and i - 1 reach the rows 2i and 2i + 1.
      for (let r = -(first & 1); r < rows; r += 2) {
        const i = (first + r) >> 1;
        const window = (b * H + i) * columnsOut;
        const out = dy + ((b * rows + r) * columns * pixel + g * 4);
        for (let k = 0; k < n; k++) {
          const here = out + k * pitch * pixel;
          unpoolRows(
            dz + ((window + k * pitchOut) * pixel + g * 4),
            codes + ((window + k * pitchOut) * lanes + g),
            here,
            lanes,
            w,
            <usize>(columns * pixel),
            <usize>columnsOut,
            i >= 0 && i < H,
            i > 0 && i <= H,
            r >= 0,
            r + 1 < rows,
            scale,
          );
          if (k + 1 < n) {
            if (r >= 0) clear(here + w * pixel, pitch - w, pixel);
            if (r + 1 < rows) clear(here + (columns + w) * pixel, pitch - w, pixel);
          }
        }
      }
    }
  }
}

/** Zeros for eight channels of some pixels. */
function clear(q: usize, columns: i32, pixel: i32): void {
  for (let j = 0; j < columns; j++, q += pixel) {
    v128.store(q, f32x4.splat(0));
    v128.store(q, f32x4.splat(0), 16);
  }
}

/**
 * Two rows of eight channels, `row` bytes apart; rows of windows are `columnsOut` windows apart. `here` and `up` say
 * whether there are windows below and above.
 */
function unpoolRows(
  d: usize,
  c: usize,
  out: usize,
  lanes: i32,
  w: i32,
  row: usize,
  columnsOut: usize,
  here: bool,
  up: bool,
  writeEven: bool,
  writeOdd: bool,
  scale: f32,
): void {
  const W = (w - 3) / 2 + 1;
  const pixel: usize = <usize>lanes * 4;
  const above: usize = columnsOut * pixel;
  const factor = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  const nothing = i16x8.splat(NOTHING);
  // Of the windows to the left: this one's neighbour, and that of the one above.
  let codeL = nothing;
  let codeC = nothing;
  let l0 = zero;
  let l1 = zero;
  let c0 = zero;
  let c1 = zero;
  for (let j = 0; 2 * j < w; j++, out += 2 * pixel, d += pixel, c += <usize>lanes) {
    const below = here && j < W;
    const over = up && j < W;
    const codeH = below ? v128.load8x8_u(c) : nothing;
    const codeU = over ? v128.load8x8_u(c - columnsOut * <usize>lanes) : nothing;
    const h0 = below ? f32x4.mul(v128.load(d), factor) : zero;
    const h1 = below ? f32x4.mul(v128.load(d, 16), factor) : zero;
    const u0 = over ? f32x4.mul(v128.load(d - above), factor) : zero;
    const u1 = over ? f32x4.mul(v128.load(d - above, 16), factor) : zero;
    const right = 2 * j + 1 < w;
    if (writeEven) {
      const m0 = equals(codeH, 0);
      const m2 = equals(codeL, 2);
      const m6 = equals(codeU, 6);
      const m8 = equals(codeC, 8);
      const lower0 = f32x4.add(v128.and(h0, low(m0)), v128.and(l0, low(m2)));
      const lower1 = f32x4.add(v128.and(h1, high(m0)), v128.and(l1, high(m2)));
      v128.store(out, f32x4.add(lower0, f32x4.add(v128.and(u0, low(m6)), v128.and(c0, low(m8)))));
      v128.store(out, f32x4.add(lower1, f32x4.add(v128.and(u1, high(m6)), v128.and(c1, high(m8)))), 16);
      if (right) {
        const m1 = equals(codeH, 1);
        const m7 = equals(codeU, 7);
        v128.store(out + pixel, f32x4.add(v128.and(h0, low(m1)), v128.and(u0, low(m7))));
        v128.store(out + pixel, f32x4.add(v128.and(h1, high(m1)), v128.and(u1, high(m7))), 16);
      }
    }
    if (writeOdd) {
      const m3 = equals(codeH, 3);
      const m5 = equals(codeL, 5);
      v128.store(out + row, f32x4.add(v128.and(h0, low(m3)), v128.and(l0, low(m5))));
      v128.store(out + row, f32x4.add(v128.and(h1, high(m3)), v128.and(l1, high(m5))), 16);
      if (right) {
        const m4 = equals(codeH, 4);
        v128.store(out + row + pixel, v128.and(h0, low(m4)));
        v128.store(out + row + pixel, v128.and(h1, high(m4)), 16);
      }
    }
    codeL = codeH;
    codeC = codeU;
    l0 = h0;
    l1 = h1;
    c0 = u0;
    c1 = u1;
  }
}

/** Adds to sums `[channels]`, for each channel, what flows back through all windows: the gradient of a bias. */
export function addPooledSums(
  dz: usize,
  codes: usize,
  sums: usize,
  blocks: i32,
  lanes: i32,
  H: i32,
  W: i32,
  scale: f32,
): void {
  const pixel: usize = <usize>lanes * 4;
  const nothing = i16x8.splat(NOTHING);
  const factor = f32x4.splat(scale);
  for (let b = 0; b < blocks; b++) {
    for (let g = 0; g < lanes; g += 8) {
      let d = dz + <usize>(b * H * W) * pixel + <usize>g * 4;
      let c = codes + <usize>(b * H * W * lanes + g);
      let total0 = f32x4.splat(0);
      let total1 = f32x4.splat(0);
      for (let i = 0; i < H; i++) {
        // Row by row, which keeps rounding small.
        let sum0 = f32x4.splat(0);
        let sum1 = f32x4.splat(0);
        for (let j = 0; j < W; j++, d += pixel, c += <usize>lanes) {
          const alive = i16x8.ne(v128.load8x8_u(c), nothing);
          sum0 = f32x4.add(sum0, v128.and(v128.load(d), low(alive)));
          sum1 = f32x4.add(sum1, v128.and(v128.load(d, 16), high(alive)));
        }
        total0 = f32x4.add(total0, sum0);
        total1 = f32x4.add(total1, sum1);
      }
      const s = sums + <usize>(b * lanes + g) * 4;
      v128.store(s, f32x4.add(v128.load(s), f32x4.mul(total0, factor)));
      v128.store(s, f32x4.add(v128.load(s, 16), f32x4.mul(total1, factor)), 16);
    }
  }
}
