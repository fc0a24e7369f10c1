import { writeWhole } from '../../files/write-whole.ts';
import type { Image } from '../../pixels/pixels.ts';
import { encodePng, encodeTiff } from './encode.ts';

/**
 * Writes an 8- or 16-bit image as a TIFF, as `Pictures.tiff` encodes it; `readImage` gives back the same pixels. The file is
 * renamed into place whole; missing folders are made.
 *
 * @example
 * await writeTiff('A01.tif', { data: new Uint16Array(640 * 480), channels: 1, height: 480, width: 640 });
 *
 * @throws BadImage when the pixels are float32, are none, or do not fit `[channels, height, width]`.
 */
export async function writeTiff(path: string, image: Image): Promise<void> {
  await writeWhole(path, await encodeTiff(image, path));
}

/** Writes an 8- or 16-bit image of one channel (grey) or three (RGB) as a PNG, as {@link writeTiff} writes a TIFF. */
export async function writePng(path: string, image: Image): Promise<void> {
  await writeWhole(path, await encodePng(image, path));
}
