import { blur } from '../pixels/gaussian.ts';
import type { Mask } from './plane.ts';
import { distanceTransform } from './regions/distance-transform.ts';

/**
 * How deep inside a mask each pixel is: the distance to the background, smoothed by a Gaussian of `sigma` pixels so
 * that a ragged edge produces no peaks. Finite even where there is no background at all.
 *
 * @returns `[height, width]` (pixels)
 */
export function depthInside(mask: Mask, { sigma }: { sigma: number }): Float32Array {
  const { height, width } = mask;
  const depth = distanceTransform(mask);
  for (let i = 0; i < depth.length; i++) depth[i] = Math.min(depth[i]!, height + width);
  blur(depth, { height, width, sigma });
  return depth;
}
