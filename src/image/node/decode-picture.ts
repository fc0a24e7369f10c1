import sharp, { type OutputInfo } from 'sharp';
import type { Pixels } from '../../pixels/pixels.ts';
import { damaged } from '../damaged.ts';
import type { Picture } from '../decode.ts';
import { firstPlanes } from '../planes.ts';

/**
 * Decodes a PNG, or a TIFF of one page, to planes `[samples, height, width]`.
 *
 * @param bytes whose header has been checked: the decoder is given no limits of its own
 * @throws BadImage when they are damaged.
 */
export async function decodePicture(
  bytes: Uint8Array,
  { file, ...picture }: Picture & { file: string },
): Promise<Pixels> {
  const { width, height, samples, bitDepth, integers } = picture;
  // Without these, sharp would guess at pixels that are missing, turn them through a colour profile, and make 16 bits 8.
  const source = sharp(bytes, { failOn: 'warning', ignoreIcc: true, limitInputPixels: false, unlimited: true })
    .toColourspace(colourSpace(picture))
    .raw({ depth: integers ? 'uint' : ({ 8: 'uchar', 16: 'ushort', 32: 'float' } as const)[bitDepth] });
  let data: Buffer;
  let info: OutputInfo;
  try {
    ({ data, info } = await source.toBuffer({ resolveWithObject: true }));
  } catch (cause) {
    throw damaged(file, { found: cause instanceof Error ? cause.message : String(cause), cause });
  }
  if (info.width !== width || info.height !== height || info.channels < samples) {
    throw damaged(file, { found: `${info.width} × ${info.height} pixels`, expected: `${width} × ${height}` });
  }
  const pixels = integers ? wholeNumbers(data, integers) : typed(data, bitDepth);
  return info.channels === 1 ? pixels : firstPlanes(pixels, { samples, stride: info.channels });
}

/** The colour space in which libvips holds the file, so that it is converted to no other. */
function colourSpace({ colour, bitDepth }: Pick<Picture, 'colour' | 'bitDepth'>): string {
  if (bitDepth === 16) return colour ? 'rgb16' : 'grey16';
  if (bitDepth === 32) return colour ? 'scrgb' : 'b-w';
  return colour ? 'srgb' : 'b-w';
}

/** Integers of 32 bits as float32. */
function wholeNumbers(data: Buffer, integers: 'unsigned' | 'signed'): Float32Array {
  // A copy begins where its words do.
  const { buffer } = new Uint8Array(data);
  return Float32Array.from(integers === 'signed' ? new Int32Array(buffer) : new Uint32Array(buffer));
}

function typed(data: Buffer, bitDepth: 8 | 16 | 32): Pixels {
  if (bitDepth === 8) return new Uint8Array(data.buffer, data.byteOffset, data.length);
  const aligned = data.byteOffset % 4 === 0 ? data : new Uint8Array(data);
  if (bitDepth === 16) return new Uint16Array(aligned.buffer, aligned.byteOffset, data.length / 2);
  return new Float32Array(aligned.buffer, aligned.byteOffset, data.length / 4);
}
