// Convolutions with fewer multiplications (Winograd 1980), along the rows: a tile of four rows of outputs of a kernel of five
// rows, or of six rows of one of three, from eight rows of input, of which eight combinations are convolved with as many
// combinations of the kernel's rows, in place of 4 · 5 or 6 · 3. The combinations are those of polynomials at 0, ±1, ±2, ±1/2 and
// infinity (Cook and Toom).

const zero: v128 = f32x4.splat(0);

/** Four numbers of a row; zeros where there is no row. */
function at(row: usize, offset: usize): v128 {
  return row ? v128.load(row + offset) : zero;
}

/** What is alike at a point and at its negative, plus and minus what changes sign, one after the other. */
function storeBoth(to: usize, next: usize, even: v128, odd: v128): void {
  v128.store(to, f32x4.add(even, odd));
  v128.store(to + next, f32x4.sub(even, odd));
}

/**
 * Combinations of rows of x `[blocks, h, columns, lanes]` into u `[8, blocks, tiles, columns, lanes]`. Tile t has the eight rows
 * from high · (first + t) - above on, zeros where these are beyond the image.
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
  high: i32,
): void {
  const row: usize = <usize>(columns * lanes) * 4;
  const next: usize = <usize>(blocks * tiles) * row;
  for (let b = 0; b < blocks; b++) {
    for (let t = 0; t < tiles; t++) {
      const top = high * (first + t) - above;
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
    storeBoth(u + next, next, even1, odd1);
    // ±2: (x² ± 2x)(x⁴ - 1.25 x² + 0.25)
    const even2 = f32x4.add(f32x4.sub(d6, f32x4.mul(c125, d4)), f32x4.mul(c025, d2));
    const odd2 = f32x4.mul(two, f32x4.add(f32x4.sub(d5, f32x4.mul(c125, d3)), f32x4.mul(c025, d1)));
    storeBoth(u + 3 * next, next, even2, odd2);
    // ±1/2: (x² ± x/2)(x⁴ - 5 x² + 4)
    const even3 = f32x4.add(f32x4.sub(d6, f32x4.mul(c5, d4)), f32x4.mul(c4, d2));
    const odd3 = f32x4.mul(half, f32x4.add(f32x4.sub(d5, f32x4.mul(c5, d3)), f32x4.mul(c4, d1)));
    storeBoth(u + 5 * next, next, even3, odd3);
    // Infinity: x (x² - 1)(x² - 4)(x² - 1/4)
    const last = f32x4.mul(c525, f32x4.sub(d3, d5));
    v128.store(u + 7 * next, f32x4.add(f32x4.sub(at(r7, i), d1), last));
  }
}

/**
 * Combinations of rows of the gradient of a convolution's outputs, y `[blocks, stride rows, columns, lanes]`, into v
 * `[8, blocks, tiles, columns, lanes]`: what the gradient of the combined weights is a convolution with. A tile has `high` rows,
 * 4 or 6, of which those from `rows` on count as zeros.
 */
export function combineSlopes(
  y: usize,
  v: usize,
  blocks: i32,
  lanes: i32,
  stride: i32,
  columns: i32,
  rows: i32,
  tiles: i32,
  high: i32,
): void {
  const row: usize = <usize>(columns * lanes) * 4;
  const next: usize = <usize>(blocks * tiles) * row;
  for (let b = 0; b < blocks; b++) {
    const base = y + <usize>(b * stride) * row;
    for (let t = 0; t < tiles; t++) {
      const end = min(rows, high * (t + 1));
      combineSlopeTile(base, high * t, end, high, row, v + <usize>(b * tiles + t) * row, next);
    }
  }
}

/** The combinations of the rows of a tile, of which there are some from `top` to `end`. */
function combineSlopeTile(base: usize, top: i32, end: i32, high: i32, row: usize, v: usize, next: usize): void {
  const r0 = rowAt(base, top, end, row);
  const r1 = rowAt(base, top + 1, end, row);
  const r2 = rowAt(base, top + 2, end, row);
  const r3 = rowAt(base, top + 3, end, row);
  const r4 = rowAt(base, top + 4, end, row);
  const r5 = rowAt(base, top + 5, end, row);
  const lastRow = high === 4 ? r3 : r5;
  const two = f32x4.splat(2);
  const four = f32x4.splat(4);
  const sixteen = f32x4.splat(16);
  const half = f32x4.splat(0.5);
  const quarter = f32x4.splat(0.25);
  const sixteenth = f32x4.splat(0.0625);
  for (let i: usize = 0; i < row; i += 16) {
    const p = v + i;
    const y0 = at(r0, i);
    const y1 = at(r1, i);
    const y2 = at(r2, i);
    const y3 = at(r3, i);
    const y4 = at(r4, i);
    const y5 = at(r5, i);
    v128.store(p, y0);
    const even1 = f32x4.add(f32x4.add(y0, y2), y4);
    const odd1 = f32x4.add(f32x4.add(y1, y3), y5);
    storeBoth(p + next, next, even1, odd1);
    const even2 = f32x4.add(f32x4.add(y0, f32x4.mul(four, y2)), f32x4.mul(sixteen, y4));
    const odd2 = f32x4.mul(two, f32x4.add(f32x4.add(y1, f32x4.mul(four, y3)), f32x4.mul(sixteen, y5)));
    storeBoth(p + 3 * next, next, even2, odd2);
    const even3 = f32x4.add(f32x4.add(y0, f32x4.mul(quarter, y2)), f32x4.mul(sixteenth, y4));
    const odd3 = f32x4.mul(half, f32x4.add(f32x4.add(y1, f32x4.mul(quarter, y3)), f32x4.mul(sixteenth, y5)));
    storeBoth(p + 5 * next, next, even3, odd3);
    v128.store(p + 7 * next, at(lastRow, i));
  }
}

/**
 * Sums of parts: part j of block b of u is Σ_r coefficients[j, r] · part r of block b of w. Parts have `row` numbers, a multiple
 * of 4, and stand so many numbers apart, as do blocks.
 */
export function combineParts(
  w: usize,
  u: usize,
  coefficients: usize,
  parts: i32,
  sums: i32,
  blocks: i32,
  row: i32,
  partApart: i32,
  blockApart: i32,
  sumApart: i32,
  sumBlockApart: i32,
): void {
  const bytes: usize = <usize>row * 4;
  const next: usize = <usize>partApart * 4;
  for (let j = 0; j < sums; j++) {
    const own = coefficients + <usize>(j * parts) * 4;
    for (let b = 0; b < blocks; b++) {
      const from = w + <usize>(b * blockApart) * 4;
      const to = u + <usize>(j * sumApart + b * sumBlockApart) * 4;
      for (let i: usize = 0; i < bytes; i += 16) {
        let sum = zero;
        for (let r = 0; r < parts; r++) {
          const factor = v128.load32_splat(own + <usize>r * 4);
          sum = f32x4.add(sum, f32x4.mul(factor, v128.load(from + <usize>r * next + i)));
        }
        v128.store(to + i, sum);
      }
    }
  }
}

/**
 * Rows of outputs from the convolved combinations m `[8, blocks, tiles, columns, lanes]`: `high` for each tile, 4 or 6, of which
 * the first `rows` are written to y `[blocks, stride rows, columns, lanes]`. `bias` is one number a channel, or 0 for none;
 * with `rectify`, what is negative becomes 0.
 */
export function separateRows(
  m: usize,
  y: usize,
  bias: usize,
  blocks: i32,
  lanes: i32,
  stride: i32,
  columns: i32,
  rows: i32,
  tiles: i32,
  high: i32,
  rectify: bool,
): void {
  const pixel: usize = <usize>lanes * 4;
  const row: usize = <usize>columns * pixel;
  const next: usize = <usize>(blocks * tiles) * row;
  const least = rectify ? zero : f32x4.splat(-Infinity);
  for (let b = 0; b < blocks; b++) {
    const own = bias ? bias + <usize>b * pixel : 0;
    for (let t = 0; high * t < rows; t++) {
      const from = m + <usize>(b * tiles + t) * row;
      const to = y + <usize>(b * stride + high * t) * row;
      separateTile(from, to, own, row, next, pixel, rows - high * t, high, least);
    }
  }
}

/** Numbers of a row of outputs, with the bias of their channels. */
function finish(y: usize, sum: v128, bias: v128, least: v128): void {
  v128.store(y, f32x4.pmax(f32x4.add(sum, bias), least));
}

/** The rows of a tile, at most `rows`; `pixel` is a power of 2. */
function separateTile(
  m: usize,
  y: usize,
  bias: usize,
  row: usize,
  next: usize,
  pixel: usize,
  rows: i32,
  high: i32,
  least: v128,
): void {
  const two = f32x4.splat(2);
  const half = f32x4.splat(0.5);
  const four = f32x4.splat(4);
  const quarter = f32x4.splat(0.25);
  const eight = f32x4.splat(8);
  const eighth = f32x4.splat(0.125);
  const sixteen = f32x4.splat(16);
  const sixteenth = f32x4.splat(0.0625);
  for (let i: usize = 0; i < row; i += 16) {
    const p = m + i;
    const q = y + i;
    const shift = at(bias, i & (pixel - 1));
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
    finish(q, f32x4.add(f32x4.add(v128.load(p), s1), f32x4.add(s2, s3)), shift, least);
    if (rows > 1) finish(q + row, f32x4.add(d1, f32x4.add(f32x4.mul(two, d2), f32x4.mul(half, d3))), shift, least);
    if (rows > 2) {
      finish(q + 2 * row, f32x4.add(s1, f32x4.add(f32x4.mul(four, s2), f32x4.mul(quarter, s3))), shift, least);
    }
    const y3 = f32x4.add(d1, f32x4.add(f32x4.mul(eight, d2), f32x4.mul(eighth, d3)));
    if (high === 4) {
      if (rows > 3) finish(q + 3 * row, f32x4.add(y3, v128.load(p + 7 * next)), shift, least);
      continue;
    }
    if (rows > 3) finish(q + 3 * row, y3, shift, least);
    if (rows > 4) {
      finish(q + 4 * row, f32x4.add(s1, f32x4.add(f32x4.mul(sixteen, s2), f32x4.mul(sixteenth, s3))), shift, least);
    }
    if (rows > 5) {
      const y5 = f32x4.add(d1, f32x4.mul(two, f32x4.mul(sixteen, d2)));
      const rest = f32x4.add(f32x4.mul(half, f32x4.mul(sixteenth, d3)), v128.load(p + 7 * next));
      finish(q + 5 * row, f32x4.add(y5, rest), shift, least);
    }
  }
}
