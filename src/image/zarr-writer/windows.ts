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
    const values = Float64Array.from(images.flatMap((image) => samplesOf(image, channel))).sort();
    const [least, most] = [values[0] ?? 0, values.at(-1) ?? 255];
    const quantile = (share: number) => values[Math.round(share * (values.length - 1))];
    const [start, end] = [quantile(START) ?? least, quantile(END) ?? most];
    // A window without width is none.
    return { start, end: end > start ? end : start + 1, least, most: most > least ? most : least + 1 };
  });
}

function samplesOf({ data, height, width }: Image, channel: number): number[] {
  const size = height * width;
  // A stride that is odd, and so rarely one that stays in a column.
  const step = Math.ceil(size / LOOKED_AT) | 1;
  return Array.from({ length: Math.ceil(size / step) }, (_, i) => data[channel * size + i * step]!);
}
