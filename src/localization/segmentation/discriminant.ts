import { Matrix, solve } from 'ml-matrix';
import type { Plane } from '../plane.ts';
import { standardDeviation } from '../standard-deviation.ts';

/** Weighted means and covariance of the channels. */
interface Moments {
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}

/** Added to every variance, as a share of that of the whole field, so that redundant channels do no harm. */
const RIDGE = 0.01;

/**
 * The weighted sum of the channels that separates foreground and background best: Fisher's linear discriminant (1936)
 * of the pixels, each with a weight for either class. It is scaled so that the mean of the background is 0 and that of
 * the foreground 1; undefined if the classes have the same mean.
 *
 * @param channels of one size, at least one
 * @param foreground weight of each pixel as foreground, 0 or more, `[height, width]`
 * @param background weight of each pixel as background
 */
export function discriminantPlane(
  channels: readonly Plane[],
  { foreground, background }: { readonly foreground: Float32Array; readonly background: Float32Array },
): Float32Array | undefined {
  const used = channels
    .map(({ data }) => ({ data, deviation: standardDeviation(data) }))
    .filter(({ deviation }) => deviation > 0);
  if (used.length === 0) return undefined;
  const planes = used.map(({ data, deviation }) => Float32Array.from(data, (value) => value / deviation));
  const [above, below] = [momentsOf(planes, foreground), momentsOf(planes, background)];
  const difference = above.mean.map((mean, c) => mean - below.mean[c]!);
  const within = Matrix.add(above.covariance, below.covariance).mul(0.5).add(Matrix.eye(planes.length).mul(RIDGE));
  const weights = solve(within, Matrix.columnVector([...difference])).to1DArray();
  const distance = weights.reduce((sum, weight, c) => sum + weight * difference[c]!, 0);
  if (!(distance > 1e-9)) return undefined;
  const offset = weights.reduce((sum, weight, c) => sum + weight * below.mean[c]!, 0);
  const out = new Float32Array(foreground.length).fill(-offset / distance);
  for (const [c, plane] of planes.entries()) {
    const share = weights[c]! / distance;
    for (let i = 0; i < out.length; i++) out[i]! += share * plane[i]!;
  }
  return out;
}

function momentsOf(planes: readonly Float32Array[], weights: Float32Array): Moments {
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const mean = Float64Array.from(planes, (plane) => {
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * plane[i]!;
    return sum / total;
  });
  const covariance = Matrix.zeros(planes.length, planes.length);
  for (let a = 0; a < planes.length; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) {
        sum += weights[i]! * (planes[a]![i]! - mean[a]!) * (planes[b]![i]! - mean[b]!);
      }
      covariance.set(a, b, sum / total);
      covariance.set(b, a, sum / total);
    }
  }
  return { mean, covariance };
}
