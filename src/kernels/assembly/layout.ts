// Between channels in blocks and channels one after the other, and sums.

/**
 * Blocks to channels: `rows` rows of w pixels, `step` pixels apart, of x `[blocks, stride pixels, lanes]` into y
 * `[channels, plane]`, where rows begin `pitch` apart, with zeros between them. Channels are rounded up to a multiple of 4.
 */
export function unblock(
  x: usize,
  y: usize,
  channels: i32,
  lanes: i32,
  stride: i32,
  rows: i32,
  step: i32,
  w: i32,
  plane: i32,
  pitch: i32,
): void {
  const pixel: usize = <usize>lanes * 4;
  for (let b = 0; b * lanes < channels; b++) {
    const groups = min(lanes, channels - b * lanes);
    for (let r = 0; r < rows; r++) {
      for (let g = 0; g < groups; g += 4) {
        const from = x + <usize>(b * stride + r * step) * pixel + <usize>g * 4;
        const to = y + (<usize>(b * lanes + g) * <usize>plane + <usize>(r * pitch)) * 4;
        unblockRow(from, to, pixel, w, pitch, <usize>plane * 4);
      }
    }
  }
}

/** One row of four channels. */
function unblockRow(p: usize, q: usize, pixel: usize, w: i32, pitch: i32, far: usize): void {
  let j = 0;
  for (; j + 4 <= w; j += 4, p += 4 * pixel, q += 16) {
    const a = v128.load(p);
    const b = v128.load(p + pixel);
    const c = v128.load(p + 2 * pixel);
    const d = v128.load(p + 3 * pixel);
    const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
    const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
    const AB = i32x4.shuffle(a, b, 2, 6, 3, 7);
    const CD = i32x4.shuffle(c, d, 2, 6, 3, 7);
    v128.store(q, i64x2.shuffle(ab, cd, 0, 2));
    v128.store(q + far, i64x2.shuffle(ab, cd, 1, 3));
    v128.store(q + 2 * far, i64x2.shuffle(AB, CD, 0, 2));
    v128.store(q + 3 * far, i64x2.shuffle(AB, CD, 1, 3));
  }
  for (; j < w; j++, p += pixel, q += 4) {
    for (let k: usize = 0; k < 4; k++) f32.store(q + k * far, f32.load(p + k * 4));
  }
  for (; j < pitch; j++, q += 4) {
    for (let k: usize = 0; k < 4; k++) f32.store(q + k * far, 0);
  }
}

/** Channels to blocks: rows of w numbers of y `[channels, plane]` to rows, `step` apart, of x `[blocks, stride pixels, lanes]`. */
export function block(
  y: usize,
  x: usize,
  blocks: i32,
  lanes: i32,
  stride: i32,
  rows: i32,
  step: i32,
  w: i32,
  plane: i32,
): void {
  for (let b = 0; b < blocks; b++) {
    for (let l = 0; l < lanes; l++) {
      let p = y + <usize>((b * lanes + l) * plane) * 4;
      for (let r = 0; r < rows; r++) {
        let q = x + <usize>((b * stride + r * step) * lanes + l) * 4;
        for (let i = 0; i < w; i++, p += 4, q += <usize>lanes * 4) f32.store(q, f32.load(p));
      }
    }
  }
}

/** Zeros between n images of w pixels that lie `pitch` apart in each of `rows` rows of x. */
export function clearGaps(x: usize, lanes: i32, rows: i32, n: i32, w: i32, pitch: i32): void {
  const pixel: usize = <usize>lanes * 4;
  const zero = f32x4.splat(0);
  for (let r = 0; r < rows; r++, x += <usize>((n - 1) * pitch + w) * pixel) {
    for (let k = 1; k < n; k++) {
      const end = x + <usize>(k * pitch) * pixel;
      for (let q = end - <usize>(pitch - w) * pixel; q < end; q += 16) v128.store(q, zero);
    }
  }
}

/** x `[inputs, outputs / lanes, taps, lanes]` to y `[outputs, inputs, taps]`. */
export function unblockWeights(x: usize, y: usize, inputs: i32, outputs: i32, taps: i32, lanes: i32): void {
  const far: usize = <usize>(inputs * taps) * 4;
  for (let c = 0; c < inputs; c++) {
    for (let o = 0; o < outputs; o += lanes) {
      for (let t = 0; t < taps; t++) {
        let q = y + <usize>((o * inputs + c) * taps + t) * 4;
        for (let l = 0; l < lanes; l++, x += 4, q += far) f32.store(q, f32.load(x));
      }
    }
  }
}

/** The gradient of a ReLU: dy = dz where y > 0, else 0. n is rounded up to a multiple of 4. */
export function passWherePositive(dz: usize, y: usize, dy: usize, n: i32): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < n; i += 4, dz += 16, y += 16, dy += 16) {
    v128.store(dy, v128.and(v128.load(dz), f32x4.gt(v128.load(y), zero)));
  }
}

/** Adds to sums `[channels]` those over `rows` rows of w pixels of x `[blocks, stride pixels, lanes]`. */
export function addSums(x: usize, sums: usize, blocks: i32, lanes: i32, stride: i32, rows: i32, w: i32): void {
  const pixel: usize = <usize>lanes * 4;
  for (let b = 0; b < blocks; b++) {
    for (let g = 0; g < lanes; g += 4) {
      let total = f32x4.splat(0);
      let p = x + <usize>(b * stride) * pixel + <usize>g * 4;
      for (let r = 0; r < rows; r++) {
        let sum = f32x4.splat(0);
        for (let j = 0; j < w; j++, p += pixel) sum = f32x4.add(sum, v128.load(p));
        total = f32x4.add(total, sum);
      }
      const s = sums + <usize>(b * lanes + g) * 4;
      v128.store(s, f32x4.add(v128.load(s), total));
    }
  }
}

/** a += b. n is rounded up to a multiple of 4. */
export function add(a: usize, b: usize, n: i32): void {
  for (let i = 0; i < n; i += 4, a += 16, b += 16) v128.store(a, f32x4.add(v128.load(a), v128.load(b)));
}
