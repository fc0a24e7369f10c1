import sharp, { type Sharp } from 'sharp';
import { MilscopeError } from '../../errors.ts';
import type { Image } from '../../pixels/pixels.ts';
import { counted } from '../../words.ts';

/** What `Pictures.tiff` is in Node. */
export async function encodeTiff(image: Image, file: string): Promise<Uint8Array> {
  return toSharp(file, image).tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer();
}

/** What `Pictures.png` is in Node. */
export async function encodePng(image: Image, file: string): Promise<Uint8Array> {
  if (image.channels !== 1 && image.channels !== 3) {
    throw new MilscopeError('BadImage', {
      file,
      problem: 'a PNG holds one channel or three',
      found: counted(image.channels, 'channel'),
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
