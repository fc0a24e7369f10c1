import { blurWide } from '../../pixels/gaussian.ts';
import type { Plane } from '../plane.ts';

/** Blocks per standard deviation in which the window is blurred. */
const STEPS = 4;
/** Share of the whole field that is mixed into the surroundings of a pixel, so that every place has a value. */
const WHOLE = 0.01;

/**
 * The weighted local mean of a plane around every pixel: a Gaussian window of `sigma` pixels, normalized by the weights
 * in it. Far from all pixels with weight it is the mean of the whole plane.
 *
 * @param weights 0 or more, `[height, width]`
 */
export function localMean(
  { data, height, width }: Plane,
  weights: Float32Array,
  { sigma }: { sigma: number },
): Float32Array {
  let [total, sum] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    total += weights[i]!;
    sum += weights[i]! * data[i]!;
  }
  const mean = total > 0 ? sum / total : 0;
  const background = Math.max((WHOLE * total) / weights.length, Number.MIN_VALUE);
  const step = Math.max(1, Math.floor(sigma / STEPS));
  const weighted = blurWide(
    weights.map((weight, i) => weight * data[i]!),
    { height, width, sigma, step },
  );
  const seen = blurWide(weights, { height, width, sigma, step });
  return weighted.map((value, i) => (value + background * mean) / (seen[i]! + background));
}
