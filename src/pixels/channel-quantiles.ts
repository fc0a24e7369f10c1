import { type ChannelSums, measureSums, normalizationOf } from './channel-sums.ts';
import type { Intensities, PlateMeasure } from './normalization.ts';
import type { Image } from './pixels.ts';
import { spreadPixels } from './spread-pixels.ts';
import { measureImage, type StripMeasure } from './windows/strips.ts';

/** Pixels of a channel that are looked at, evenly spread, and quantiles that are kept of them. */
const [LOOKED_AT, KEPT] = [65_536, 255];

/** The deviation of a normal distribution whose median absolute deviation (MAD) is 1. */
const DEVIATION_OF_MAD = 1.4826;

/** What is measured of a field, so that plates can be described by `measure`. */
export function measureField(image: Image, measure: PlateMeasure): ChannelSums {
  return measureImage(image, fieldMeasure(image, measure));
}

/** What {@link measureField} gives of a field that comes in strips. */
export function fieldMeasure(size: Omit<Image, 'data'>, measure: PlateMeasure): StripMeasure<ChannelSums> {
  const sums = measureSums(size);
  if (measure !== 'median') return sums;
  const some = measureQuantiles(size);
  return {
    add(strip) {
      sums.add(strip);
      some.add(strip);
    },
    result: () => ({ ...sums.result(), quantiles: some.result() }),
  };
}

/** Describes the intensities of fields that were measured so. */
export function describeIntensities(fields: readonly ChannelSums[], measure: PlateMeasure): Intensities {
  return measure === 'median' ? mediansOf(fields) : normalizationOf(fields);
}

/** Evenly spaced quantiles of each channel of a field, from the smallest to the largest. */
function measureQuantiles({ channels, height, width }: Omit<Image, 'data'>): StripMeasure<Float32Array[]> {
  const spread = spreadPixels({ channels, height, width }, LOOKED_AT);
  return {
    add: spread.add,
    result: () =>
      spread.result().map((some) => {
        const kept = Math.min(some.length, KEPT);
        some.sort();
        return Float32Array.from({ length: kept }, (_, i) => some[Math.floor(((i + 0.5) * some.length) / kept)]!);
      }),
  };
}

/**
 * The median of each channel over all pixels of the given fields, and 1.4826 times the median distance from it, which is the
 * standard deviation where intensities are normal. A channel of one intensity gets a deviation of 1; in one of which more than
 * half of the pixels have the same, the deviation is 0.
 */
function mediansOf(fields: readonly ChannelSums[]): Intensities {
  const { deviation: spread } = normalizationOf(fields);
  const found = spread.map((usual, channel) => {
    const values: Weighted[] = [];
    for (const { pixels, quantiles } of fields) {
      const own = quantiles![channel]!;
      for (const value of own) values.push({ value, weight: pixels / own.length });
    }
    const median = medianOf(values);
    const mad = medianOf(values.map(({ value, weight }) => ({ value: Math.abs(value - median), weight })));
    const isConstant = values.every(({ value }) => value === median) && usual === 1;
    return { median, deviation: isConstant ? 1 : DEVIATION_OF_MAD * mad };
  });
  return { mean: found.map(({ median }) => median), deviation: found.map(({ deviation }) => deviation) };
}

interface Weighted {
  readonly value: number;
  readonly weight: number;
}

/** The value below and above which there is half of the weight. */
function medianOf(values: readonly Weighted[]): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  for (const { value, weight } of sorted) {
    below += weight;
    if (below >= half) return value;
  }
  return Number.NaN;
}
