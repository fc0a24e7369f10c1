// Convolutions of 5 rows with fewer multiplications (Winograd 1980): 4 rows of outputs from 8 rows of input, of which 8
// combinations are convolved with as many combinations of the kernel's rows, in place of 4 · 5. The combinations are those
// of polynomials at 0, ±1, ±2, ±1/2 and infinity (Cook and Toom).

const zero: v128 = f32x4.splat(0);

/** Four numbers of a row; zeros where there is no row. */
function at(row: usize, offset: usize): v128 {
  return row ? v128.load(row + offset) : zero;
}

/**
 * Combinations of rows of x `[blocks, h, columns, lanes]` into u `[8, blocks, tiles, columns, lanes]`. Tile t has the rows
 * from 4 · (first + t) - above on, zeros where these are beyond the image.
 */
export function combineRows(
  x: usize,
  u: usize,
  blocks: i32,
  lanes: i32,
  h: i32,
  columns: i32,
  above: i32,
  first: i32,
  tiles: i32,
): void {
  const row: usize = <usize>(columns * lanes) * 4;
  const next: usize = <usize>(blocks * tiles) * row;
  for (let b = 0; b < blocks; b++) {
    for (let t = 0; t < tiles; t++) {
      const top = 4 * (first + t) - above;
      const base = x + <usize>(b * h) * row;
      combineTile(base, top, h, row, u + <usize>(b * tiles + t) * row, next);
    }
  }
}

/** The address of a row, or 0 where there is none. */
function rowAt(base: usize, r: i32, h: i32, row: usize): usize {
  return r >= 0 && r < h ? base + <usize>r * row : 0;
}

/** The eight combinations of the eight rows of a tile, `next` bytes apart. */
function combineTile(base: usize, top: i32, h: i32, row: usize, u: usize, next: usize): void {
  const r0 = rowAt(base, top, h, row);
  const r1 = rowAt(base, top + 1, h, row);
  const r2 = rowAt(base, top + 2, h, row);
  const r3 = rowAt(base, top + 3, h, row);
  const r4 = rowAt(base, top + 4, h, row);
  const r5 = rowAt(base, top + 5, h, row);
  const r6 = rowAt(base, top + 6, h, row);
  const r7 = rowAt(base, top + 7, h, row);
  const c525 = f32x4.splat(5.25);
  const c5 = f32x4.splat(5);
  const c425 = f32x4.splat(4.25);
  const c4 = f32x4.splat(4);
  const c125 = f32x4.splat(1.25);
  const c025 = f32x4.splat(0.25);
  const two = f32x4.splat(2);
  const half = f32x4.splat(0.5);
  for (let i: usize = 0; i < row; i += 16, u += 16) {
    const d1 = at(r1, i);
    const d2 = at(r2, i);
    const d3 = at(r3, i);
    const d4 = at(r4, i);
    const d5 = at(r5, i);
    const d6 = at(r6, i);
    // (x² - 1)(x² - 4)(x² - 1/4) = x⁶ - 5.25 x⁴ + 5.25 x² - 1
    const middle = f32x4.mul(c525, f32x4.sub(d2, d4));
    v128.store(u, f32x4.add(f32x4.sub(d6, at(r0, i)), middle));
    // ±1: (x² ± x)(x⁴ - 4.25 x² + 1)
    const even1 = f32x4.add(f32x4.sub(d6, f32x4.mul(c425, d4)), d2);
    const odd1 = f32x4.add(f32x4.sub(d5, f32x4.mul(c425, d3)), d1);
    v128.store(u + next, f32x4.add(even1, odd1));
    v128.store(u + 2 * next, f32x4.sub(even1, odd1));
    // ±2: (x² ± 2x)(x⁴ - 1.25 x² + 0.25)
    const even2 = f32x4.add(f32x4.sub(d6, f32x4.mul(c125, d4)), f32x4.mul(c025, d2));
    const odd2 = f32x4.mul(two, f32x4.add(f32x4.sub(d5, f32x4.mul(c125, d3)), f32x4.mul(c025, d1)));
    v128.store(u + 3 * next, f32x4.add(even2, odd2));
    v128.store(u + 4 * next, f32x4.sub(even2, odd2));
    // ±1/2: (x² ± x/2)(x⁴ - 5 x² + 4)
    const even3 = f32x4.add(f32x4.sub(d6, f32x4.mul(c5, d4)), f32x4.mul(c4, d2));
    const odd3 = f32x4.mul(half, f32x4.add(f32x4.sub(d5, f32x4.mul(c5, d3)), f32x4.mul(c4, d1)));
    v128.store(u + 5 * next, f32x4.add(even3, odd3));
    v128.store(u + 6 * next, f32x4.sub(even3, odd3));
    // Infinity: x (x² - 1)(x² - 4)(x² - 1/4)
    const last = f32x4.mul(c525, f32x4.sub(d3, d5));
    v128.store(u + 7 * next, f32x4.add(f32x4.sub(at(r7, i), d1), last));
  }
}

/**
 * Rows of outputs from the convolved combinations m `[8, blocks, tiles, columns, lanes]`: four for each tile, into y
 * `[blocks, h, columns, lanes]` from row 4 · first on, as far as it has them. `bias` is one number a channel, or 0 for
 * none; with `rectify`, what is negative becomes 0.
 */
export function separateRows(
  m: usize,
  y: usize,
  bias: usize,
  blocks: i32,
  lanes: i32,
  h: i32,
  columns: i32,
  first: i32,
  tiles: i32,
  rectify: bool,
): void {
  const pixel: usize = <usize>lanes * 4;
  const row: usize = <usize>columns * pixel;
  const next: usize = <usize>(blocks * tiles) * row;
  for (let b = 0; b < blocks; b++) {
    for (let t = 0; t < tiles; t++) {
      const top = 4 * (first + t);
      const rows = min(4, h - top);
      if (rows <= 0) break;
      const from = m + <usize>(b * tiles + t) * row;
      const to = y + <usize>(b * h + top) * row;
      for (let g: usize = 0; g < pixel; g += 16) {
        const shift = bias ? v128.load(bias + <usize>b * pixel + g) : zero;
        separateLane(from + g, to + g, row, next, pixel, rows, shift, rectify);
      }
    }
  }
}

/** The four rows of a tile, of four channels. */
function separateLane(
  m: usize,
  y: usize,
  row: usize,
  next: usize,
  pixel: usize,
  rows: i32,
  bias: v128,
  rectify: bool,
): void {
  const two = f32x4.splat(2);
  const half = f32x4.splat(0.5);
  const four = f32x4.splat(4);
  const quarter = f32x4.splat(0.25);
  const eight = f32x4.splat(8);
  const eighth = f32x4.splat(0.125);
  const least = rectify ? zero : f32x4.splat(-Infinity);
  for (let i: usize = 0; i < row; i += pixel) {
    const p = m + i;
    const a1 = v128.load(p + next);
    const b1 = v128.load(p + 2 * next);
    const a2 = v128.load(p + 3 * next);
    const b2 = v128.load(p + 4 * next);
    const a3 = v128.load(p + 5 * next);
    const b3 = v128.load(p + 6 * next);
    const s1 = f32x4.add(a1, b1);
    const s2 = f32x4.add(a2, b2);
    const s3 = f32x4.add(a3, b3);
    const d1 = f32x4.sub(a1, b1);
    const d2 = f32x4.sub(a2, b2);
    const d3 = f32x4.sub(a3, b3);
    const y0 = f32x4.add(f32x4.add(v128.load(p), s1), f32x4.add(s2, s3));
    v128.store(y + i, f32x4.pmax(f32x4.add(y0, bias), least));
    if (rows > 1) {
      const y1 = f32x4.add(d1, f32x4.add(f32x4.mul(two, d2), f32x4.mul(half, d3)));
      v128.store(y + row + i, f32x4.pmax(f32x4.add(y1, bias), least));
    }
    if (rows > 2) {
      const y2 = f32x4.add(s1, f32x4.add(f32x4.mul(four, s2), f32x4.mul(quarter, s3)));
      v128.store(y + 2 * row + i, f32x4.pmax(f32x4.add(y2, bias), least));
    }
    if (rows > 3) {
      const y3 = f32x4.add(d1, f32x4.add(f32x4.mul(eight, d2), f32x4.mul(eighth, d3)));
      v128.store(y + 3 * row + i, f32x4.pmax(f32x4.add(f32x4.add(y3, v128.load(p + 7 * next)), bias), least));
    }
  }
}
