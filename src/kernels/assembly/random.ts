// Random numbers in four lanes: xoshiro128++ (Blackman & Vigna 2021), seeded anew for every row, so that a row has the
// same numbers whichever rows are computed together.

let s0: v128 = i32x4.splat(0);
let s1: v128 = i32x4.splat(0);
let s2: v128 = i32x4.splat(0);
let s3: v128 = i32x4.splat(0);

/** MurmurHash3's finaliser (Appleby 2011) in every lane. */
function mix(h: v128): v128 {
  h = v128.xor(h, i32x4.shr_u(h, 16));
  h = i32x4.mul(h, i32x4.splat(0x85ebca6b));
  h = v128.xor(h, i32x4.shr_u(h, 13));
  h = i32x4.mul(h, i32x4.splat(0xc2b2ae35));
  return v128.xor(h, i32x4.shr_u(h, 16));
}

/** Begins the stream `row` of a seed of two words. */
export function beginStream(a: i32, b: i32, row: i32): void {
  const lanes = i32x4((row << 2) + 0, (row << 2) + 1, (row << 2) + 2, (row << 2) + 3);
  s0 = mix(i32x4.add(lanes, i32x4.splat(a)));
  s1 = mix(v128.xor(s0, i32x4.splat(b)));
  s2 = mix(i32x4.add(s1, i32x4.splat(0x9e3779b9)));
  // All words 0 would stay so.
  s3 = v128.or(mix(i32x4.add(s2, i32x4.splat(0x243f6a88))), i32x4.splat(1));
}

/** The next 128 bits. */
export function randomBits(): v128 {
  const sum = i32x4.add(s0, s3);
  const result = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), s0);
  const t = i32x4.shl(s1, 9);
  s2 = v128.xor(s2, s0);
  s3 = v128.xor(s3, s1);
  s1 = v128.xor(s1, s2);
  s0 = v128.xor(s0, s3);
  s2 = v128.xor(s2, t);
  s3 = v128.or(i32x4.shl(s3, 11), i32x4.shr_u(s3, 21));
  return result;
}
