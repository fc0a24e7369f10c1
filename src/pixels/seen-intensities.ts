/**
 * Which intensities a training saw, and whether a field has such: a screen that was saved with fewer bits, or exposed quite
 * otherwise, is another one to a network, whatever its plates are normalized by.
 */
import type { NormalizationScope } from './normalization.ts';

/** The smallest and the largest of some numbers. */
export interface NumberRange {
  readonly low: number;
  readonly high: number;
}

/** What the fields of a training had in one channel, in counts of the file. */
export interface SeenChannel {
  /** Mean intensity of a field: from the 1st to the 99th percentile of the fields, of fewer than 100 all. */
  readonly mean: NumberRange;
  /** Largest intensity of a field: from the 1st percentile to the largest of all. */
  readonly largest: NumberRange;
}

/** What the fields of a training had, by channel. */
export interface SeenIntensities {
  /** How many fields that were. */
  readonly fields: number;
  readonly channels: readonly SeenChannel[];
}

/** Mean and largest intensity of each channel of a field, in counts of the file. */
export interface FieldIntensities {
  readonly means: ArrayLike<number>;
  readonly largest: ArrayLike<number>;
}

/** Describes the intensities of the fields of a training, of which there is at least one. */
export function describeSeen(fields: readonly FieldIntensities[]): SeenIntensities {
  const channels = Array.from({ length: fields[0]!.means.length }, (_, channel): SeenChannel => {
    const means = fields.map(({ means }) => means[channel]!).sort((a, b) => a - b);
    const largest = fields.map(({ largest }) => largest[channel]!).sort((a, b) => a - b);
    const aside = Math.floor(fields.length / 100);
    return {
      mean: { low: means[aside]!, high: means[means.length - 1 - aside]! },
      largest: { low: largest[aside]!, high: largest.at(-1)! },
    };
  });
  return { fields: fields.length, channels };
}

/** How many bits whole counts up to a largest value need: 8 up to 255. */
export function bitsFor(largest: number): number {
  return largest < 1 ? 1 : Math.floor(Math.log2(largest)) + 1;
}

/** How a channel of a field differs from those of a training. */
export interface OutsideChannel {
  readonly channel: number;
  /** Whether its mean, or its largest intensity, is not of the kind seen. */
  readonly mean: boolean;
  readonly largest: boolean;
}

/**
 * How many times beyond the range of the training means may be, and largest intensities. Plates, or fields, that are made alike
 * may be stained and exposed quite otherwise.
 */
const FACTORS: Readonly<Record<NormalizationScope, number>> = { screen: 2, plate: 5, controls: 5, field: 5 };
const FACTOR_OF_LARGEST = 10;

/** The largest value of 8 bits. */
const EIGHT_BITS = 255;

/**
 * The channels of a field whose intensities are not of the kind that a training saw: the mean, or the largest, is more than a
 * factor beyond the range of the training, or the field has 8 bits where the training had more, or the other way round. Empty for
 * a field like those of the training.
 *
 * @param scope by which the model normalizes: where plates or fields are made alike, means may be 5 times beyond the range, else 2
 */
export function outsideOf(
  { means, largest }: FieldIntensities,
  { channels }: SeenIntensities,
  { scope = 'screen' }: { scope?: NormalizationScope | undefined } = {},
): readonly OutsideChannel[] {
  const otherBits = hasOtherBits(largest, channels);
  return channels.flatMap((seen, channel) => {
    const outside = {
      mean: isBeyond(means[channel]!, seen.mean, FACTORS[scope]),
      largest: otherBits || isBeyond(largest[channel]!, seen.largest, FACTOR_OF_LARGEST),
    };
    return outside.mean || outside.largest ? [{ channel, ...outside }] : [];
  });
}

/** Whether a field has 8 bits and the training had more, or the other way round. */
function hasOtherBits(largest: ArrayLike<number>, channels: readonly SeenChannel[]): boolean {
  const own = Math.max(...Array.from(largest));
  const seen = channels.map((channel) => channel.largest);
  const trainedOnMore = Math.max(...seen.map(({ low }) => low)) > EIGHT_BITS;
  const trainedOnEight = Math.max(...seen.map(({ high }) => high)) <= EIGHT_BITS;
  return own <= EIGHT_BITS ? trainedOnMore : trainedOnEight;
}

/** Whether a number is more than a factor below or above a range; around 0, more than so many widths of it. */
function isBeyond(value: number, { low, high }: NumberRange, factor: number): boolean {
  const margin = (factor - 1) * (high - low);
  const least = low > 0 ? low / factor : low - margin;
  const most = high > 0 ? high * factor : high + margin;
  return value < least || value > most;
}
