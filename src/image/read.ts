import { readFile } from 'node:fs/promises';
import sharp, { type OutputInfo } from 'sharp';
import { MilscopeError } from '../errors.ts';
import { cannotOpen, type ImageOptions, isZarrFolder, parseHeader, requireLevel } from './header.ts';
import type { Image, ImageHeader, Pixels } from './image.ts';
import { isWholePng } from './png-header.ts';
import { openZarrImage } from './zarr/open-zarr-image.ts';

/** An image whose header is known and whose pixels are decoded when they are asked for. */
export interface OpenImage {
  readonly header: ImageHeader;
  /** The planes named, all below `header.channels`, in that order; or all. @throws BadImage when they are damaged. */
  readonly decode: (planes?: readonly number[]) => Promise<Image>;
}

/**
 * Reads a PNG or TIFF: 8- and 16-bit grey, RGB and palette, 32-bit float TIFF; strips or tiles, either byte order, plain,
 * LZW, deflate, PackBits or JPEG. The intensities are those of the file. The channels are the pages of a TIFF, or red,
 * green and blue; a palette of greys is one channel.
 *
 * Three things are not taken as they stand: samples of 1, 2 and 4 bits are spread over 0 to 255, as PNG has it; a TIFF in
 * which white is zero is turned round, so that more is brighter; alpha is dropped.
 *
 * The folder of an image of OME-Zarr is read too, its channels being planes (see `readZarrImage` and `readPlanes`).
 *
 * @throws MissingFile when there is no such file.
 * @throws BadImage when it is no image of these kinds, is damaged or cut short, or has pixels that cannot be given exactly.
 */
export async function readImage(path: string, options: ImageOptions = {}): Promise<Image> {
  return (await openImage(path, options)).decode();
}

/** Reads the bytes and the header of an image. @throws MissingFile and BadImage as {@link readImage}. */
export async function openImage(path: string, options: ImageOptions = {}): Promise<OpenImage> {
  if (isZarrFolder(path)) {
    const { header, decode } = openZarrImage(path, options);
    return { header, decode: async (planes) => finite(await decode(planes), path) };
  }
  requireLevel(path, options);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw cannotOpen(path, error);
  }
  const read = (offset: number, length: number): Uint8Array => bytes.subarray(offset, offset + length);
  const header = parseHeader(read, { file: path, size: bytes.length });
  if (header.format === 'png' && !isWholePng(bytes)) throw damaged(path, { found: 'a PNG without its last chunk' });
  return { header, decode: (planes) => decode(bytes, { file: path, header, planes }) };
}

async function decode(
  bytes: Buffer,
  { file, header, planes }: { file: string; header: ImageHeader; planes: readonly number[] | undefined },
): Promise<Image> {
  const { width, height, channels, pages, samples } = header;
  const shape = { height, width };
  // Of a long stack only the pages asked for are decoded.
  if (planes !== undefined && samples === 1) {
    const parts: Pixels[] = [];
    for (const first of planes) parts.push(await decodePages(bytes, { file, header, first, count: 1 }));
    return finite({ data: joined(parts), channels: planes.length, ...shape }, file);
  }
  const data = await decodePages(bytes, { file, header, first: 0, count: pages });
  if (planes === undefined) return finite({ data, channels, ...shape }, file);
  const size = width * height;
  const parts = planes.map((plane) => data.subarray(plane * size, (plane + 1) * size));
  return finite({ data: joined(parts), channels: planes.length, ...shape }, file);
}

/** The pages from `first` on, as planes `[count × samples, height, width]`. */
async function decodePages(
  bytes: Buffer,
  { file, header, first, count }: { file: string; header: ImageHeader; first: number; count: number },
): Promise<Pixels> {
  const { width, height, samples } = header;
  const pages = header.format === 'tiff' ? { page: first, pages: count } : {};
  // Without these, sharp would guess at pixels that are missing, turn them through a colour profile, and make 16 bits 8.
  const picture = sharp(bytes, { ...pages, failOn: 'warning', ignoreIcc: true, limitInputPixels: false })
    .toColourspace(colourSpace(header))
    .raw({ depth: ({ 8: 'uchar', 16: 'ushort', 32: 'float' } as const)[header.bitDepth] });
  let data: Buffer;
  let info: OutputInfo;
  try {
    ({ data, info } = await picture.toBuffer({ resolveWithObject: true }));
  } catch (cause) {
    throw damaged(file, { found: cause instanceof Error ? cause.message : String(cause), cause });
  }
  const rows = height * count;
  if (info.width !== width || info.height !== rows || info.channels < samples) {
    throw damaged(file, { found: `${info.width} × ${info.height} pixels`, expected: `${width} × ${rows}` });
  }
  const pixels = typed(data, header.bitDepth);
  return info.channels === 1 ? pixels : firstPlanes(pixels, { samples, stride: info.channels });
}

/** The colour space in which libvips holds the file, so that it is converted to no other. */
function colourSpace({ format, samples, palette, bitDepth }: ImageHeader): string {
  const colour = samples === 3 || (format === 'png' && palette);
  if (bitDepth === 16) return colour ? 'rgb16' : 'grey16';
  if (bitDepth === 32) return colour ? 'scrgb' : 'b-w';
  return colour ? 'srgb' : 'b-w';
}

function typed(data: Buffer, bitDepth: 8 | 16 | 32): Pixels {
  if (bitDepth === 8) return new Uint8Array(data.buffer, data.byteOffset, data.length);
  const aligned = data.byteOffset % 4 === 0 ? data : new Uint8Array(data);
  if (bitDepth === 16) return new Uint16Array(aligned.buffer, aligned.byteOffset, data.length / 2);
  return new Float32Array(aligned.buffer, aligned.byteOffset, data.length / 4);
}

/** `[pixels, stride]` to its first samples as planes, `[samples, pixels]`; what is left is alpha. */
function firstPlanes(pixels: Pixels, { samples, stride }: { samples: number; stride: number }): Pixels {
  const count = pixels.length / stride;
  const out = pixelsLike(pixels, samples * count);
  for (let sample = 0; sample < samples; sample++) {
    const start = sample * count;
    for (let i = 0, from = sample; i < count; i++, from += stride) out[start + i] = pixels[from]!;
  }
  return out;
}

function joined(parts: readonly Pixels[]): Pixels {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const out = pixelsLike(
    first ?? new Uint8Array(),
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function pixelsLike(pixels: Pixels, length: number): Pixels {
  if (pixels instanceof Float32Array) return new Float32Array(length);
  return pixels instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
}

/** Gives the image back when every pixel of it can be used. */
function finite(image: Image, file: string): Image {
  const { data } = image;
  const bad = data instanceof Float32Array ? data.filter((value) => !Number.isFinite(value)).length : 0;
  if (bad === 0) return image;
  throw new MilscopeError('BadImage', {
    file,
    problem: 'some pixels are not finite',
    found: `${bad} of ${data.length} that are NaN or infinite`,
    remedy: 'replace them before the image is used',
  });
}

function damaged(file: string, details: { found?: string; expected?: string; cause?: unknown }): MilscopeError {
  const remedy = 'copy the file again from where it came';
  return new MilscopeError('BadImage', { file, problem: 'the image is damaged or cut short', remedy, ...details });
}
