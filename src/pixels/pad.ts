import { channelMeans, sumChannels } from './channel-sums.ts';
import { type Image, type Pixels, pixelType } from './pixels.ts';
import type { Box } from './symmetry.ts';
import { copyBox, type WindowedImage } from './windows/windowed-image.ts';

/** A field with a border of so many pixels around it, which has the mean intensity of each channel. */
export function padField(field: Image, border: number): Image {
  const { data, channels, height, width } = field;
  const [rows, columns] = [height + 2 * border, width + 2 * border];
  const padded = new (pixelType(data))(channels * rows * columns);
  for (const [channel, mean] of channelMeans(sumChannels(field)).entries()) {
    const plane = padded.subarray(channel * rows * columns, (channel + 1) * rows * columns);
    plane.fill(storedAs(data, mean));
    for (let y = 0; y < height; y++) {
      const from = (channel * height + y) * width;
      plane.set(data.subarray(from, from + width), (y + border) * columns + border);
    }
  }
  return { data: padded, channels, height: rows, width: columns };
}

/** An intensity as pixels have it: whole, unless they are floats. */
const storedAs = (pixels: Pixels, value: number) => (pixels instanceof Float32Array ? value : Math.round(value));

/** Reads a box that may reach beyond a field, into what {@link padField} puts there; none of it need be in the field. */
export async function readBeyond(field: WindowedImage, box: Box, means: readonly number[]): Promise<Image> {
  const [top, left] = [Math.max(0, box.top), Math.max(0, box.left)];
  const height = Math.min(field.height, box.top + box.height) - top;
  const width = Math.min(field.width, box.left + box.width) - left;
  const isInside = height > 0 && width > 0;
  // Where nothing is inside, a pixel tells the type.
  const part = await field.read(isInside ? { top, left, height, width } : { top: 0, left: 0, height: 1, width: 1 });
  if (isInside && height === box.height && width === box.width) return { ...part, data: part.data.slice() };
  const size = box.height * box.width;
  const data = new (pixelType(part.data))(field.channels * size);
  for (const [channel, mean] of means.entries())
    data.fill(storedAs(part.data, mean), channel * size, (channel + 1) * size);
  const out = { data, channels: field.channels, height: box.height, width: box.width };
  const from = { top: 0, left: 0, height, width };
  if (isInside) copyBox(part, { from, into: out, at: { top: top - box.top, left: left - box.left } });
  return out;
}
