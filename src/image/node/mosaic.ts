import sharp from 'sharp';
import type { Mosaic, SeeThrough } from '../pictures.ts';

/** Quality of WebP, 0 to 100: what is seen at a glance is kept. */
const QUALITY = 72;
/** That of what lies over a picture, and of how opaque it is: heat is smooth. */
const OVERLAY = 45;
/** Of 6: takes half the time of the usual 4, for files that are a few percent larger. */
const EFFORT = 2;

export async function encodeMosaic({ width, height, pictures }: Mosaic): Promise<Uint8Array> {
  const canvas = new Uint8Array(4 * width * height);
  for (const { data, left, top, ...size } of pictures) {
    for (let y = 0, from = 0; y < size.height; y++) {
      for (let x = 0, to = 4 * ((top + y) * width + left); x < size.width; x++) {
        canvas[to++] = data[from++]!;
        canvas[to++] = data[from++]!;
        canvas[to++] = data[from++]!;
        canvas[to++] = 255;
      }
    }
  }
  return sharp(canvas, { raw: { width, height, channels: 4 } })
    .webp({ quality: QUALITY, effort: EFFORT })
    .toBuffer();
}

/** What `Pictures.overlay` is in Node. */
export async function encodeOverlay({ data, width, height }: SeeThrough): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .webp({ quality: OVERLAY, alphaQuality: OVERLAY, effort: EFFORT })
    .toBuffer();
}
