// LZW as TIFF has it (TIFF 6.0, section 13): codes of 9 to 12 bits, the highest bit first, and the differences along rows that
// usually go with it (section 14).

/** Starts the table anew. */
const CLEAR: u32 = 256;
/** Ends a strip or tile. */
const END: u32 = 257;
/** The most codes there are. */
const CODES: u32 = 4096;
/** Bytes that are copied at once: as many behind the end of what is unpacked may be overwritten. */
const AT_ONCE: u32 = 16;

/** Eight bytes at x as a number, the first being the highest. */
function word(x: usize): u64 {
  const bytes = v128.load64_zero(x);
  return i64x2.extract_lane(v128.shuffle<i8>(bytes, bytes, 7, 6, 5, 4, 3, 2, 1, 0, 8, 8, 8, 8, 8, 8, 8, 8), 0);
}

/** Where a string is, and its length. */
function entry(from: usize, length: u32): u64 {
  return <u64>from | ((<u64>length) << 32);
}

/**
 * Unpacks n bytes at x to `most` bytes at y, at most. A string of the table is where it once was written, since each is one before
 * and the byte that follows it: `table` has room for 4096 places of 8 bytes, and 256 bytes behind them.
 *
 * @returns how many bytes were unpacked, or -1 for a code that means nothing
 */
export function unpackLzw(x: usize, n: i32, table: usize, y: usize, most: i32): i32 {
  const letters = table + 8 * CODES;
  for (let i: u32 = 0; i < 256; i++) {
    store<u8>(letters + i, <u8>i);
    store<u64>(table + 8 * i, entry(letters + i, 1));
  }
  const start = y;
  const end = y + <usize>most;
  const last: u64 = 8 * <u64>n;
  let at: u64 = 0;
  let width: u64 = 9;
  let next: u32 = 258;
  let before: usize = 0;
  let length: u32 = 0;
  while (y < end) {
    if (at + width > last) break;
    const code = <u32>((word(x + <usize>(at >> 3)) << (at & 7)) >> (64 - width));
    at += width;
    if (code === CLEAR) {
      width = 9;
      next = 258;
      length = 0;
      continue;
    }
    if (code === END) break;
    const fresh = next;
    if (length > 0) {
      if (next === CODES) return -1;
      store<u64>(table + 8 * next, entry(before, length + 1));
      next++;
      if (next === (1 << (<u32>width)) - 1 && width < 12) width++;
    } else if (code > 255) return -1;
    if (code >= next) return -1;
    const found = load<u64>(table + 8 * code);
    const from = <usize>found;
    const long = <u32>(found >> 32);
    const copied = min(long, <u32>(end - y));
    v128.store(y, v128.load(from));
    for (let i: u32 = AT_ONCE; i < copied; i += AT_ONCE) v128.store(y + i, v128.load(from + i));
    // The string that this code makes ends with its own first byte, which was not there yet.
    if (code === fresh && length < copied) store<u8>(y + length, load<u8>(before));
    before = y;
    length = long;
    y += copied;
  }
  return <i32>(y - start);
}

/** Undoes the differences along rows of `wide` whole numbers of 16 bits; each row begins anew. */
export function addDifferences16(y: usize, wide: i32, rows: i32): void {
  const zero = i16x8.splat(0);
  for (let r = 0; r < rows; r++) {
    let sum = zero;
    let i = 0;
    for (; i + 8 <= wide; i += 8, y += 16) {
      let v = v128.load(y);
      v = i16x8.add(v, v128.shuffle<i16>(zero, v, 7, 8, 9, 10, 11, 12, 13, 14));
      v = i16x8.add(v, v128.shuffle<i16>(zero, v, 6, 7, 8, 9, 10, 11, 12, 13));
      v = i16x8.add(v, v128.shuffle<i16>(zero, v, 4, 5, 6, 7, 8, 9, 10, 11));
      v = i16x8.add(v, sum);
      v128.store(y, v);
      sum = v128.shuffle<i16>(v, v, 7, 7, 7, 7, 7, 7, 7, 7);
    }
    let value = i16x8.extract_lane_u(sum, 7);
    for (; i < wide; i++, y += 2) {
      value += load<u16>(y);
      store<u16>(y, value);
    }
  }
}

/** The same of whole numbers of 8 bits. */
export function addDifferences8(y: usize, wide: i32, rows: i32): void {
  for (let r = 0; r < rows; r++) {
    let value: u8 = 0;
    for (let i = 0; i < wide; i++, y++) {
      value += load<u8>(y);
      store<u8>(y, value);
    }
  }
}
