import { MilscopeError } from '../errors.ts';
import type { ReadBytes } from './bytes.ts';
import type { ImageHeader } from './image.ts';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether a file that begins so is a PNG. */
export function isPng(head: Uint8Array): boolean {
  return signature.every((byte, i) => head[i] === byte);
}

/** Bits of a sample that each colour type may have (PNG, table 11.1). */
const depths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
/** Samples of a pixel in the file, by colour type. */
const stored: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Deflate makes at most 258 bytes of two bits. */
const RATIO = 1032;
/** Chunks before the pixels, at most: text, times and profiles are a handful. */
const MOST_CHUNKS = 10_000;

/**
 * The header of a PNG, from its chunks up to the first with pixels. A palette counts as one grey channel when all its
 * entries are grey, whichever of them the pixels use, and as RGB otherwise.
 *
 * @param size of the file in bytes: it may not claim more pixels than deflate can hold in so many
 * @throws BadImage when it is cut short, lies about its size, or names a kind of pixel that PNG does not have.
 */
export async function pngHeader(read: ReadBytes, { file, size }: { file: string; size: number }): Promise<ImageHeader> {
  const corrupt = (problem: string, found?: string, expected?: string): MilscopeError =>
    new MilscopeError('BadImage', { file, problem, found, expected, remedy: 'copy the file again from where it came' });
  let shape: { width: number; height: number; bits: number; colour: number } | undefined;
  let greyPalette = false;
  let count = 0;
  for await (const { type, offset, length } of chunks(read)) {
    if (type === 'IDAT') break;
    if (++count > MOST_CHUNKS) throw corrupt('the PNG has no pixels among its first chunks', `${MOST_CHUNKS} chunks`);
    if (type === 'IHDR' && shape === undefined) {
      const bytes = await read(offset, 13);
      if (length !== 13 || bytes.length < 13) break;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      shape = { width: view.getUint32(0), height: view.getUint32(4), bits: bytes[8]!, colour: bytes[9]! };
    }
    if (type === 'PLTE') {
      const colours = await read(offset, Math.min(length, 768));
      greyPalette = colours.every((value, i) => value === colours[i - (i % 3)]);
    }
  }
  if (shape === undefined) throw corrupt('the PNG is cut short');
  const { width, height, bits, colour } = shape;
  if (!depths[colour]?.includes(bits)) {
    throw corrupt('the header of the PNG is corrupt', `colour type ${colour} with ${bits} bits`);
  }
  const claimed = (width * height * stored[colour]! * bits) / 8;
  if (width === 0 || height === 0 || claimed > RATIO * size) {
    throw corrupt(
      'the header is corrupt: the size it names cannot be in the file',
      `${width} × ${height} pixels in ${size} bytes`,
      `at most ${RATIO} bytes from one (compression: deflate)`,
    );
  }
  const samples = colour === 2 || colour === 6 || (colour === 3 && !greyPalette) ? 3 : 1;
  const palette = colour === 3;
  return {
    format: 'png',
    width,
    height,
    channels: samples,
    pages: 1,
    samples,
    palette,
    bitDepth: bits === 16 ? 16 : 8,
  };
}

/**
 * Whether the chunks of a PNG go on to the last one, `IEND`. libpng stops reading after the last pixel, so a file cut
 * behind it would pass.
 */
export async function isWholePng(bytes: Uint8Array): Promise<boolean> {
  const read: ReadBytes = async (offset, length) => bytes.subarray(offset, offset + length);
  for await (const { type, offset } of chunks(read)) {
    if (type === 'IEND') return offset + 4 <= bytes.length;
  }
  return false;
}

/** The chunks of a PNG: four bytes of length, four of type, the data, four of checksum. */
async function* chunks(read: ReadBytes): AsyncGenerator<{ type: string; offset: number; length: number }> {
  let at = signature.length;
  for (;;) {
    const head = await read(at, 8);
    if (head.length < 8) return;
    const length = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0);
    yield { type: String.fromCharCode(...head.subarray(4)), offset: at + 8, length };
    at += length + 12;
  }
}
