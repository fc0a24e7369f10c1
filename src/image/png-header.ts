import { MilscopeError } from '../errors.ts';
import type { ReadBytes } from './bytes.ts';
import type { ImageHeader } from './image.ts';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether a file that begins so is a PNG. */
export function isPng(head: Uint8Array): boolean {
  return signature.every((byte, i) => head[i] === byte);
}

/**
 * The header of a PNG, from its chunks up to the first with pixels. A palette counts as one grey channel when all its
 * entries are grey, whichever of them the pixels use, and as RGB otherwise.
 */
export function pngHeader(read: ReadBytes, file: string): ImageHeader {
  let shape: { width: number; height: number; bits: number; colour: number } | undefined;
  let greyPalette = false;
  for (const { type, offset, length } of chunks(read)) {
    if (type === 'IDAT') break;
    const bytes = type === 'IHDR' || type === 'PLTE' ? read(offset, length) : new Uint8Array();
    if (type === 'IHDR' && bytes.length === 13) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      shape = { width: view.getUint32(0), height: view.getUint32(4), bits: bytes[8]!, colour: bytes[9]! };
    }
    if (type === 'PLTE') {
      greyPalette = bytes.every((value, i) => value === bytes[i - (i % 3)]);
    }
  }
  if (shape === undefined) throw new MilscopeError('BadImage', { file, problem: 'the PNG is cut short' });
  const { width, height, bits, colour } = shape;
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
export function isWholePng(bytes: Uint8Array): boolean {
  const read: ReadBytes = (offset, length) => bytes.subarray(offset, offset + length);
  for (const { type, offset } of chunks(read)) {
    if (type === 'IEND') return offset + 4 <= bytes.length;
  }
  return false;
}

/** The chunks of a PNG: four bytes of length, four of type, the data, four of checksum. */
function* chunks(read: ReadBytes): Generator<{ type: string; offset: number; length: number }> {
  let at = signature.length;
  for (;;) {
    const head = read(at, 8);
    if (head.length < 8) return;
    const length = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0);
    yield { type: String.fromCharCode(...head.subarray(4)), offset: at + 8, length };
    at += length + 12;
  }
}
