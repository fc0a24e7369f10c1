import { MilscopeError } from '../../errors.ts';
import { blur } from '../../pixels/gaussian.ts';
import { type Plane, requireSize, sameSize } from '../plane.ts';
import { requireOption } from '../require-option.ts';
import { intensityBins } from './intensity-bins.ts';
import { MOST_LOG_ODDS } from './unary.ts';

export interface IntensityModelOptions {
  /** Bins of a channel, 2 to 256. */
  readonly bins?: number;
  /** Bins of equal numbers of pixels, or of equal width. */
  readonly spacing?: 'quantile' | 'linear';
  /** Standard deviation, in bins, of the Gaussian that smooths the histograms. */
  readonly smoothing?: number;
  /** Use one joint histogram of two channels, rather than one of each with the channels taken as independent. */
  readonly joint?: boolean;
  /**
   * Weight (in pixels) of the histogram of the whole plane that is added to both classes, so that few pixels carry
   * little evidence.
   */
  readonly pseudoPixels?: number;
  /** Share of foreground to expect, between 0 and 1. At 0.5 only the intensity speaks. */
  readonly prior?: number;
  /** Largest log odds, either way. */
  readonly limit?: number;
}

/**
 * Unary terms from intensities: log p(intensity | foreground) - log p(intensity | background) of every pixel, from
 * histograms in which each pixel counts for the foreground with the weight that a soft map gives it, and for the
 * background with the rest. Several channels are added as if independent (naive Bayes), or two are taken jointly.
 *
 * The histograms are smoothed, and to each is added the histogram of the whole plane as `pseudoPixels` pixels: an
 * intensity that one class never shows has finite log odds, and a map without information, or of one class only, gives
 * log odds of 0.
 *
 * @param planes channels of a field, of one size, all intensities finite
 * @param foreground probability of foreground, 0 to 1, `[height, width]`
 * @returns log odds, `[height, width]`, all finite
 * @throws BadShape when there is no plane, or planes and map differ in size.
 * @throws BadOption when a probability is not from 0 to 1, or an option makes no sense.
 */
export function intensityLogOdds(
  planes: readonly Plane[],
  foreground: Float32Array | Uint8Array,
  {
    bins = 64,
    spacing = 'quantile',
    smoothing = 1,
    joint = false,
    pseudoPixels = 100,
    prior = 0.5,
    limit = MOST_LOG_ODDS,
  }: IntensityModelOptions = {},
): Float32Array {
  const size = sameSize(planes);
  requireSize('the foreground map', foreground, size);
  if (!foreground.every((share) => share >= 0 && share <= 1)) {
    throw new MilscopeError('BadOption', { problem: 'the foreground map has a value that is not from 0 to 1' });
  }
  requireOption('prior', prior, { fits: prior > 0 && prior < 1, expected: 'between 0 and 1' });
  requireOption('pseudoPixels', pseudoPixels, { fits: pseudoPixels > 0, expected: 'more than 0' });
  requireOption('bins', bins, {
    fits: Number.isInteger(bins) && bins >= 2 && bins <= 256,
    expected: 'a whole number, 2 to 256',
  });
  requireOption('joint', planes.length, { fits: !joint || planes.length <= 2, expected: 'one channel or two' });
  const channels = planes.map((plane) => intensityBins(plane, { bins, spacing }));
  const [first, second] = channels;
  const tables =
    joint && second !== undefined
      ? [
          {
            ofPixel: first!.ofPixel.map((bin, i) => bin * second.count + second.ofPixel[i]!),
            rows: first!.count,
            columns: second.count,
          },
        ]
      : channels.map(({ ofPixel, count }) => ({ ofPixel, rows: 1, columns: count }));
  const odds = new Float32Array(foreground.length).fill(Math.log(prior / (1 - prior)));
  for (const { ofPixel, rows, columns } of tables) {
    const ratios = logRatios(ofPixel, foreground, { rows, columns, smoothing, pseudoPixels });
    for (let i = 0; i < odds.length; i++) odds[i]! += ratios[ofPixel[i]!]!;
  }
  return odds.map((value) => Math.min(limit, Math.max(-limit, value)));
}

/** Log likelihood ratio of each bin, `[rows, columns]`; 0 for bins without pixels. */
function logRatios(
  ofPixel: Uint16Array,
  foreground: Float32Array | Uint8Array,
  {
    rows,
    columns,
    smoothing,
    pseudoPixels,
  }: { rows: number; columns: number; smoothing: number; pseudoPixels: number },
): Float64Array {
  const shares = new Float64Array(rows * columns);
  const counts = new Float64Array(rows * columns);
  for (let i = 0; i < ofPixel.length; i++) {
    shares[ofPixel[i]!]! += foreground[i]!;
    counts[ofPixel[i]!]! += 1;
  }
  const smooth = (histogram: Float64Array) => {
    const smoothed = Float32Array.from(histogram);
    blur(smoothed, { height: rows, width: columns, sigma: smoothing });
    return smoothed;
  };
  const [inside, outside] = [smooth(shares), smooth(counts.map((count, bin) => count - shares[bin]!))];
  const total = (histogram: Float32Array) => histogram.reduce((sum, count) => sum + count, 0);
  const [insideTotal, outsideTotal] = [total(inside), total(outside)];
  return counts.map((count, bin) => {
    if (count === 0) return 0;
    const added = (pseudoPixels * (inside[bin]! + outside[bin]!)) / (insideTotal + outsideTotal);
    const ofForeground = (inside[bin]! + added) / (insideTotal + pseudoPixels);
    const ofBackground = (outside[bin]! + added) / (outsideTotal + pseudoPixels);
    return Math.log(ofForeground / ofBackground);
  });
}
