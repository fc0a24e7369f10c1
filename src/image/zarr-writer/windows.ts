import type { Image } from '../../pixels/pixels.ts';

/** What of a channel's intensities a viewer shows, from black (`start`) to full colour (`end`), and the extremes (counts). */
export interface ChannelWindow {
  readonly start: number;
  readonly end: number;
  readonly least: number;
  readonly most: number;
}

/** Shares of the pixels below `start` and `end`: a few bright specks should not leave cells dark. */
const [START, END] = [0.01, 0.998];
/** Pixels that are looked at in every channel of an image. */
const LOOKED_AT = 65536;

/**
 * The windows of the channels of some images that are to be looked at side by side. Each has the same number of channels;
 * where there is no image, the windows are those of 8 bits.
 */
export function channelWindows(images: readonly Image[], channels: number): readonly ChannelWindow[] {
  return Array.from({ length: channels }, (_, channel) => {
    const values = samplesOf(images, channel).sort();
    const [least, most] = [values[0] ?? 0, values.at(-1) ?? 255];
    const quantile = (share: number) => values[Math.round(share * (values.length - 1))];
    const [start, end] = [quantile(START) ?? least, quantile(END) ?? most];
    // A window without width is none.
    return { start, end: end > start ? end : start + 1, least, most: most > least ? most : least + 1 };
  });
}

function samplesOf(images: readonly Image[], channel: number): Float64Array {
  // A stride that is odd, and so rarely one that stays in a column.
  const stepOf = (size: number) => Math.ceil(size / LOOKED_AT) | 1;
  const sizes = images.map(({ height, width }) => height * width);
  const values = new Float64Array(sizes.reduce((sum, size) => sum + Math.ceil(size / stepOf(size)), 0));
  let at = 0;
  for (const [k, { data }] of images.entries()) {
    const size = sizes[k]!;
    const [first, step] = [channel * size, stepOf(size)];
    for (let i = first; i < first + size; i += step) values[at++] = data[i]!;
  }
  return values;
}
