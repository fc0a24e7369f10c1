// Blocks of two by two pixels: their means, and the three coefficients of Haar. A row of n blocks is two rows of 2n pixels, the
// lower `far` bytes behind the upper. Rows are rounded up to a multiple of 8 pixels.

/** The first, third, … number of two vectors. */
function even(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 2, 4, 6);
}

/** The second, fourth, … number of two vectors. */
function odd(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 1, 3, 5, 7);
}

/** The means of n blocks, to y. */
export function averageBlocks(x: usize, far: usize, y: usize, n: i32): void {
  const quarter = f32x4.splat(0.25);
  for (let i = 0; i < n; i += 4, x += 32, y += 16) {
    const a = f32x4.add(v128.load(x), v128.load(x + far));
    const b = f32x4.add(v128.load(x + 16), v128.load(x + far + 16));
    v128.store(y, f32x4.mul(quarter, f32x4.add(even(a, b), odd(a, b))));
  }
}

/** The coefficients a + b - e - f, a - b + e - f and a - b - e + f of n blocks a b / e f, to y, y + apart and y + 2 apart. */
export function differBlocks(x: usize, far: usize, y: usize, apart: usize, n: i32): void {
  for (let i = 0; i < n; i += 4, x += 32, y += 16) {
    const upper = v128.load(x);
    const upperNext = v128.load(x + 16);
    const lower = v128.load(x + far);
    const lowerNext = v128.load(x + far + 16);
    const a = even(upper, upperNext);
    const b = odd(upper, upperNext);
    const e = even(lower, lowerNext);
    const f = odd(lower, lowerNext);
    const falls = f32x4.sub(a, f);
    const rises = f32x4.sub(b, e);
    v128.store(y, f32x4.add(falls, rises));
    v128.store(y + apart, f32x4.sub(falls, rises));
    v128.store(y + 2 * apart, f32x4.sub(f32x4.add(a, f), f32x4.add(b, e)));
  }
}

/** The inner product of a and b, in float64. n is rounded up to a multiple of 4. */
export function product(a: usize, b: usize, n: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i = 0; i < n; i += 4, a += 16, b += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y)));
    const xHigh = v128.shuffle<f32>(x, x, 2, 3, 2, 3);
    const yHigh = v128.shuffle<f32>(y, y, 2, 3, 2, 3);
    high = f64x2.add(high, f64x2.mul(f64x2.promote_low_f32x4(xHigh), f64x2.promote_low_f32x4(yHigh)));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
