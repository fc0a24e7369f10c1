// Sums over whole numbers, which are exact.

/** Rows of sums that fit into 32 bits: 2^16 numbers below 2^16, in four lanes of pairs. */
const PART: i32 = 65_536;

/**
 * Of n numbers of 16 bits at x the sum, the sum of squares and the largest, as float64 to y. n is a multiple of 8.
 */
export function sumCounts(x: usize, y: usize, n: i32): void {
  let sum = i64x2.splat(0);
  let squares = i64x2.splat(0);
  let most = i16x8.splat(0);
  for (let first = 0; first < n; first += PART) {
    const end = x + <usize>(2 * min(PART, n - first));
    let part = i32x4.splat(0);
    for (; x < end; x += 16) {
      const values = v128.load(x);
      most = i16x8.max_u(most, values);
      part = i32x4.add(part, i32x4.extadd_pairwise_i16x8_u(values));
      const low = i32x4.extmul_low_i16x8_u(values, values);
      const high = i32x4.extmul_high_i16x8_u(values, values);
      squares = i64x2.add(squares, i64x2.extend_low_i32x4_u(low));
      squares = i64x2.add(squares, i64x2.extend_high_i32x4_u(low));
      squares = i64x2.add(squares, i64x2.extend_low_i32x4_u(high));
      squares = i64x2.add(squares, i64x2.extend_high_i32x4_u(high));
    }
    sum = i64x2.add(sum, i64x2.extend_low_i32x4_u(part));
    sum = i64x2.add(sum, i64x2.extend_high_i32x4_u(part));
  }
  f64.store(y, <f64>(i64x2.extract_lane(sum, 0) + i64x2.extract_lane(sum, 1)));
  f64.store(y, <f64>(i64x2.extract_lane(squares, 0) + i64x2.extract_lane(squares, 1)), 8);
  let largest: u16 = 0;
  for (let lane: u8 = 0; lane < 8; lane++) {
    v128.store(y + 16, most);
    largest = max(largest, load<u16>(y + 16 + 2 * <usize>lane));
  }
  f64.store(y, <f64>largest, 16);
}
