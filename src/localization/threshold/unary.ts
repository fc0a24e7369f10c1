import type { Plane } from '../plane.ts';
import { standardDeviation } from '../standard-deviation.ts';

/** Largest log odds of a single pixel: its probability is never above 0.993. */
export const MOST_LOG_ODDS = 5;

export interface ThresholdLogOddsOptions {
  /** Above it, a pixel is more likely foreground. */
  readonly threshold: number;
  /** Difference in intensity that counts for log odds of 1; by default the standard deviation of the plane. */
  readonly scale?: number;
  /** Largest log odds, either way. */
  readonly limit?: number;
}

/**
 * Unary terms of a Markov random field from a plane and its threshold: log odds (value - threshold) / scale of a pixel
 * being foreground, clipped at `limit`. With the standard deviation as the scale they do not depend on the unit. If it
 * is 0, pixels that differ from the threshold have the largest log odds, and those that equal it 0.
 *
 * A map with many small values and a long tail, such as a Jacobian map, is more evenly distributed after {@link
 * squareRoot}; the threshold is then chosen after it too.
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

/** The square root of every intensity; 0 for negative ones. */
export function squareRoot({ data, height, width }: Plane): Plane & { readonly data: Float32Array } {
  return { data: Float32Array.from(data, (value) => Math.sqrt(Math.max(0, value))), height, width };
}
