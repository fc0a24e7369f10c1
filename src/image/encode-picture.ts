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

/** Small pictures side by side as one WebP, see-through where there is none, which a page can hold without a file beside it. */
export async function encodeMosaic({
  width,
  height,
  pictures,
}: {
  readonly width: number;
  readonly height: number;
  readonly pictures: readonly Placed[];
}): Promise<Uint8Array> {
  const canvas = new Uint8Array(4 * width * height);
  for (const { data, left, top, ...size } of pictures) {
    for (let i = 0; i < size.width * size.height; i++) {
      const to = 4 * ((top + Math.floor(i / size.width)) * width + left + (i % size.width));
      canvas.set(data.subarray(3 * i, 3 * i + 3), to);
      canvas[to + 3] = 255;
    }
  }
  return sharp(canvas, { raw: { width, height, channels: 4 } })
    .webp({ quality: QUALITY })
    .toBuffer();
}
