// Masks of eight 16-bit lanes as masks of four 32-bit lanes.

export function low(mask: v128): v128 {
  return i32x4.extend_low_i16x8_s(mask);
}

export function high(mask: v128): v128 {
  return i32x4.extend_high_i16x8_s(mask);
}

/** Where the numbers equal `n`. */
export function equals(numbers: v128, n: i16): v128 {
  return i16x8.eq(numbers, i16x8.splat(n));
}
