import { channelMeans, sumChannels } from './channel-sums.ts';
import { type Image, pixelType } from './pixels.ts';

/** A field with a border of so many pixels around it, which has the mean intensity of each channel. */
export function padField(field: Image, border: number): Image {
  const { data, channels, height, width } = field;
  const [rows, columns] = [height + 2 * border, width + 2 * border];
  const padded = new (pixelType(data))(channels * rows * columns);
  const isWhole = !(data instanceof Float32Array);
  for (const [channel, mean] of channelMeans(sumChannels(field)).entries()) {
    const plane = padded.subarray(channel * rows * columns, (channel + 1) * rows * columns);
    plane.fill(isWhole ? Math.round(mean) : mean);
    for (let y = 0; y < height; y++) {
      const from = (channel * height + y) * width;
      plane.set(data.subarray(from, from + width), (y + border) * columns + border);
    }
  }
  return { data: padded, channels, height: rows, width: columns };
}
