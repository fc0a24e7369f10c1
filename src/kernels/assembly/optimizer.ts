// Loops of the optimizer, over all weights of a network.

/** Numbers below this count as zeros: no weight moves by them, and arithmetic with denormal numbers takes a hundred times as long. */
const LEAST: f32 = 1e-30;

/** What is no number stays so. */
function flushed(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(LEAST)));
}

/**
 * A step of Adam on parameters p with the gradient g, in place; m and v are the running means of the gradient and of its square.
 * n is rounded up to a multiple of 4.
 */
export function adam(
  p: usize,
  m: usize,
  v: usize,
  g: usize,
  n: i32,
  step: f32,
  firstDecay: f32,
  secondDecay: f32,
  secondScale: f32,
  epsilon: f32,
): void {
  const rate = f32x4.splat(step);
  const keepFirst = f32x4.splat(firstDecay);
  const addFirst = f32x4.splat(1 - firstDecay);
  const keepSecond = f32x4.splat(secondDecay);
  const addSecond = f32x4.splat(1 - secondDecay);
  const scale = f32x4.splat(secondScale);
  const least = f32x4.splat(epsilon);
  for (let i = 0; i < n; i += 4, p += 16, m += 16, v += 16, g += 16) {
    const slope = v128.load(g);
    const first = flushed(f32x4.add(f32x4.mul(keepFirst, v128.load(m)), f32x4.mul(addFirst, slope)));
    const second = flushed(
      f32x4.add(f32x4.mul(keepSecond, v128.load(v)), f32x4.mul(addSecond, f32x4.mul(slope, slope))),
    );
    v128.store(m, first);
    v128.store(v, second);
    const deviation = f32x4.add(f32x4.sqrt(f32x4.mul(second, scale)), least);
    v128.store(p, f32x4.sub(v128.load(p), f32x4.div(f32x4.mul(rate, first), deviation)));
  }
}

/** a += share · (b - a). n is rounded up to a multiple of 4. */
export function approach(a: usize, b: usize, n: i32, share: f32): void {
  const part = f32x4.splat(share);
  for (let i = 0; i < n; i += 4, a += 16, b += 16) {
    const before = v128.load(a);
    v128.store(a, f32x4.add(before, f32x4.mul(part, f32x4.sub(v128.load(b), before))));
  }
}
