import { type Kernels, makeKernels } from '../kernels/kernels.ts';
import type { Normalization } from './normalization.ts';
import type { Image, Pixels } from './pixels.ts';
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
        const so = { sum: sum[channel]!, squares: squares[channel]!, largest: largest[channel]! };
        const places = { from: channel * pixels, to: (channel + 1) * pixels };
        const all = data instanceof Float32Array ? addNumbers(data, places, so) : addCounts(data, places, so);
        sum[channel] = all.sum;
        squares[channel] = all.squares;
        largest[channel] = all.largest;
      }
    },
    result: () => ({ pixels: height * width, sum, squares, largest }),
  };
}

/** Sums of one channel so far. */
interface Sums {
  readonly sum: number;
  readonly squares: number;
  readonly largest: number;
}

/** Where the pixels of a channel stand. */
interface Places {
  readonly from: number;
  readonly to: number;
}

/** Adds numbers one after the other: where they are cut changes no bit. */
function addNumbers(data: Float32Array, { from, to }: Places, so: Sums): Sums {
  let { sum, squares, largest } = so;
  for (let i = from; i < to; i++) {
    const value = data[i]!;
    sum += value;
    squares += value * value;
    if (value > largest) largest = value;
  }
  return { sum, squares, largest };
}

/** Whole numbers that are copied to the memory of a loop together, and where their sums go. */
const [PIECE, SUMS] = [32_768, 65_536];

let made: { readonly kernels: Kernels; readonly counts: Uint16Array; readonly sums: Float64Array } | undefined;

function countLoop() {
  if (made) return made;
  const kernels = makeKernels(SUMS + 64);
  const { buffer } = kernels.floats;
  made = { kernels, counts: new Uint16Array(buffer, 0, PIECE), sums: new Float64Array(buffer, SUMS, 3) };
  return made;
}

/** Adds whole numbers of 8 or 16 bits: below 2^53 their order changes no bit. */
function addCounts(data: Exclude<Pixels, Float32Array>, { from, to }: Places, so: Sums): Sums {
  const { kernels, counts, sums } = countLoop();
  let { sum, squares, largest } = so;
  for (let start = from; start < to; start += PIECE) {
    const count = Math.min(PIECE, to - start);
    const padded = Math.ceil(count / 8) * 8;
    counts.set(data.subarray(start, start + count));
    counts.fill(0, count, padded);
    kernels.sumCounts({ x: 0, y: SUMS }, padded);
    sum += sums[0]!;
    squares += sums[1]!;
    if (sums[2]! > largest) largest = sums[2]!;
  }
  return { sum, squares, largest };
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
