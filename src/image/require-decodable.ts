import { MilscopeError, named } from '../errors.ts';
import type { Size } from './region.ts';

/** Pixels of a plane that are decoded at most, unless told otherwise: 16,384 × 16,384. */
export const MAX_PIXELS = 2 ** 28;

/** The share of the memory that the pixels of one image may take: they are held up to three times while they are decoded. */
const SHARE = 1 / 4;

/** What bounds the pixels that are decoded at once. */
export interface DecodeLimits {
  /** Pixels of a plane; {@link MAX_PIXELS} unless given. */
  readonly maxPixels?: number | undefined;
  /** Bytes of memory that the machine has. */
  readonly memory?: number | undefined;
}

/**
 * Lets pixels pass that may be decoded, before any memory is allocated for them: a header of a few bytes can speak of more
 * than any machine holds.
 *
 * @param bytes of a pixel, all planes that are decoded together
 * @throws BadImage
 */
export function requireDecodable(
  file: string,
  { width, height, bytes }: Size & { readonly bytes: number },
  { maxPixels = MAX_PIXELS, memory = Number.POSITIVE_INFINITY }: DecodeLimits,
): void {
  const pixels = width * height;
  if (!(pixels <= maxPixels)) {
    throw new MilscopeError('BadImage', {
      file,
      problem: 'the image is larger than images that are read',
      found: `${width} × ${height} pixels`,
      expected: `at most ${maxPixels} pixels in a plane`,
      remedy: `if this is its true size, give a larger ${named('maxPixels')}; else copy the file again`,
    });
  }
  if (pixels * bytes <= memory * SHARE) return;
  throw new MilscopeError('BadImage', {
    file,
    problem: 'the image is too large for the memory of this computer',
    found: `${width} × ${height} pixels, ${gigabytes(pixels * bytes)}`,
    expected: `at most ${gigabytes(memory * SHARE)}, a quarter of the memory`,
    remedy: 'cut it into fields, or use a computer with more memory',
  });
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toPrecision(2)} GB`;
