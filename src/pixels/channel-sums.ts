import type { Normalization } from './normalization.ts';
import type { Image } from './pixels.ts';
import { measureImage, type StripMeasure } from './windows/strips.ts';

/** Sums over the pixels of one field, by channel. */
export interface ChannelSums {
  readonly pixels: number;
  readonly sum: readonly number[];
  readonly squares: readonly number[];
  /** The largest intensity of each channel. */
  readonly largest: readonly number[];
  /** Quantiles of each channel, where medians are asked for, see `measureField`. */
  readonly quantiles?: readonly Float32Array[] | undefined;
}

/** Sums of intensity counts and of their squares, and the largest, for each channel of a field. */
export function sumChannels(image: Image): ChannelSums {
  return measureImage(image, measureSums(image));
}

/** What {@link sumChannels} gives of a field that comes in strips: the same bits, however it is cut. */
export function measureSums({ channels, height, width }: Omit<Image, 'data'>): StripMeasure<ChannelSums> {
  const sum = new Array<number>(channels).fill(0);
  const squares = new Array<number>(channels).fill(0);
  const largest = new Array<number>(channels).fill(Number.NEGATIVE_INFINITY);
  return {
    add({ image: { data, height: rows } }) {
      const pixels = rows * width;
      for (let channel = 0; channel < channels; channel++) {
        let [s, q, most] = [sum[channel]!, squares[channel]!, largest[channel]!];
        for (let i = channel * pixels; i < (channel + 1) * pixels; i++) {
          const value = data[i]!;
          s += value;
          q += value * value;
          if (value > most) most = value;
        }
        sum[channel] = s;
        squares[channel] = q;
        largest[channel] = most;
      }
    },
    result: () => ({ pixels: height * width, sum, squares, largest }),
  };
}

/** Mean intensity of each channel of a field, in counts. */
export function channelMeans({ pixels, sum }: ChannelSums): number[] {
  return sum.map((total) => total / pixels);
}

/**
 * Mean and standard deviation of each channel over all pixels of the given fields, in intensity counts. A constant
 * channel gets a deviation of 1, so that it becomes 0 rather than NaN.
 */
export function normalizationOf(fields: readonly ChannelSums[]): Normalization {
  const { mean, variance } = momentsOf(fields);
  return { mean, deviation: variance.map((of) => (of > 0 ? Math.sqrt(of) : 1)) };
}

/** The places of the channels that have one intensity in all pixels of the given fields. */
export function constantChannels(fields: readonly ChannelSums[]): number[] {
  return momentsOf(fields).variance.flatMap((of, channel) => (of > 0 ? [] : [channel]));
}

/** The mean of each channel, and its variance, which is 0 for a constant one. */
function momentsOf(fields: readonly ChannelSums[]): { readonly mean: number[]; readonly variance: number[] } {
  const pixels = fields.reduce((total, field) => total + field.pixels, 0);
  const over = (pick: (field: ChannelSums) => readonly number[], channel: number) =>
    fields.reduce((total, field) => total + pick(field)[channel]!, 0) / pixels;
  const mean = fields[0]!.sum.map((_, channel) => over(({ sum }) => sum, channel));
  const variance = mean.map((m, channel) => {
    const found = over(({ squares }) => squares, channel) - m * m;
    return found > 1e-12 * m * m ? found : 0;
  });
  return { mean, variance };
}
