import sharp from 'sharp';

/** A colour picture of 8 bits, `[height, width, 3]`, and where its upper left corner goes. */
interface Placed {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly left: number;
  readonly top: number;
}

/** Quality of WebP, 0 to 100: what is seen at a glance is kept. */
const QUALITY = 72;

/** Small pictures side by side on black as one WebP, which a page can hold without a file beside it. */
export async function encodeMosaic({
  width,
  height,
  pictures,
}: {
  readonly width: number;
  readonly height: number;
  readonly pictures: readonly Placed[];
}): Promise<Uint8Array> {
  const canvas = new Uint8Array(3 * width * height);
  for (const { data, left, top, ...size } of pictures) {
    for (let y = 0; y < size.height; y++) {
      canvas.set(data.subarray(3 * y * size.width, 3 * (y + 1) * size.width), 3 * ((top + y) * width + left));
    }
  }
  return sharp(canvas, { raw: { width, height, channels: 3 } })
    .webp({ quality: QUALITY })
    .toBuffer();
}
