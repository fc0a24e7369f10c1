import type { Plane } from '../plane.ts';
import { standardDeviation } from '../standard-deviation.ts';

/** Log odds of a pixel alone at most: one pixel is never surer than 0.993. */
export const MOST_LOG_ODDS = 5;

export interface ThresholdLogOddsOptions {
  /** Above it a pixel is rather foreground. */
  readonly threshold: number;
  /** Intensity that counts for log odds of 1; the standard deviation of the plane where none is given. */
  readonly scale?: number;
  /** Largest log odds, either way. */
  readonly limit?: number;
}

/**
 * Unary terms of a Markov random field from a plane and its threshold: log odds (value - threshold) / scale of a pixel
 * being foreground, cut off at `limit`. With the standard deviation as the scale they do not depend on the unit. Where it
 * is 0, what differs from the threshold has the largest log odds, and what equals it 0.
 *
 * A map with many small values and a long tail, as a Jacobian map is, spreads more evenly after {@link squareRoot}; the
 * threshold is then chosen after it too.
 *
 * @returns log odds, `[height, width]`, all finite where the intensities are
 */
export function thresholdLogOdds(
  { data }: Plane,
  { threshold, scale = standardDeviation(data), limit = MOST_LOG_ODDS }: ThresholdLogOddsOptions,
): Float32Array {
  const odds = new Float32Array(data.length);
  for (let i = 0; i < odds.length; i++) {
    const excess = data[i]! - threshold;
    odds[i] = excess === 0 ? 0 : Math.min(limit, Math.max(-limit, excess / scale));
  }
  return odds;
}

/** The square root of every intensity, of negative ones 0. */
export function squareRoot({ data, height, width }: Plane): Plane & { readonly data: Float32Array } {
  return { data: Float32Array.from(data, (value) => Math.sqrt(Math.max(0, value))), height, width };
}
