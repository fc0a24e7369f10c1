import sharp, { type Sharp } from 'sharp';
import { MilscopeError } from '../errors.ts';
import { writeWhole } from '../files/write-whole.ts';
import type { Image } from '../pixels/pixels.ts';

/**
 * Writes an 8- or 16-bit image as a TIFF (deflate, horizontal predictor): one channel as grey, three as RGB, any other
 * number as pages of grey, one a channel. `readImage` gives back the same pixels, and the same pixels always make the
 * same bytes. The file is renamed into place whole; missing folders are made.
 *
 * @example
 * await writeTiff('A01.tif', { data: new Uint16Array(640 * 480), channels: 1, height: 480, width: 640 });
 *
 * @throws BadImage when the pixels are float32, are none, or do not fit `[channels, height, width]`.
 */
export async function writeTiff(path: string, image: Image): Promise<void> {
  await writeWhole(path, await encodeTiff(image, path));
}

/** The bytes that {@link writeTiff} writes into `file`. */
export async function encodeTiff(image: Image, file: string): Promise<Uint8Array> {
  return toSharp(file, image).tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer();
}

/**
 * Writes an 8- or 16-bit image of one channel (grey) or three (RGB) as a PNG. `readImage` gives back the same pixels, and
 * the same pixels always make the same bytes. The file is renamed into place whole; missing folders are made.
 *
 * @throws BadImage as {@link writeTiff} does, and for any other number of channels.
 */
export async function writePng(path: string, image: Image): Promise<void> {
  await writeWhole(path, await encodePng(image, path));
}

/** The bytes that {@link writePng} writes into `file`. */
export async function encodePng(image: Image, file: string): Promise<Uint8Array> {
  if (image.channels !== 1 && image.channels !== 3) {
    throw new MilscopeError('BadImage', {
      file,
      problem: 'a PNG holds one channel or three',
      found: `${image.channels} channels`,
      remedy: 'write a TIFF, which holds any number of channels as pages',
    });
  }
  return toSharp(file, image).png({ compressionLevel: 6, adaptiveFiltering: true }).toBuffer();
}

function toSharp(path: string, image: Image): Sharp {
  const { data, channels, height, width } = image;
  if (data instanceof Float32Array) {
    throw new MilscopeError('BadImage', {
      file: path,
      problem: 'only 8- and 16-bit pixels can be written',
      found: 'float32',
      remedy: 'convert the pixels to Uint8Array or Uint16Array first',
    });
  }
  if (data.length === 0 || data.length !== channels * height * width) {
    throw new MilscopeError('BadImage', {
      file: path,
      problem: 'the pixels do not fill the shape of the image',
      found: `${data.length} pixels`,
      expected: `${channels} × ${height} × ${width}`,
    });
  }
  const wide = data instanceof Uint16Array;
  // sharp turns 16-bit pixels into 8-bit ones unless the colour space is named for what it is.
  if (channels === 3) {
    return sharp(interleave(data), { raw: { width, height, channels: 3 } }).toColourspace(wide ? 'rgb16' : 'srgb');
  }
  const raw = { width, height: height * channels, channels: 1, pageHeight: height } as const;
  return sharp(data, { raw, limitInputPixels: false }).toColourspace(wide ? 'grey16' : 'b-w');
}

/** `[3, pixels]` to `[pixels, 3]`. */
function interleave(planes: Uint8Array | Uint16Array): Uint8Array | Uint16Array {
  const count = planes.length / 3;
  const out = planes instanceof Uint16Array ? new Uint16Array(planes.length) : new Uint8Array(planes.length);
  for (let i = 0; i < count; i++) {
    out[3 * i] = planes[i]!;
    out[3 * i + 1] = planes[count + i]!;
    out[3 * i + 2] = planes[2 * count + i]!;
  }
  return out;
}
