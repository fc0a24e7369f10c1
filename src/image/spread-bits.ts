import type { Pixels } from '../pixels/pixels.ts';

/** Samples of so many bits as they stand in the file, where a decoder has spread them over 0 to 255. */
export function gatheredBits(pixels: Pixels, bits: number): Pixels {
  return bits >= 8 ? pixels : pixels.map((value) => Math.round((value * (2 ** bits - 1)) / 255));
}
