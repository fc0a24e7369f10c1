import { Matrix, solve } from 'ml-matrix';
import type { Plane } from '../plane.ts';
import { standardDeviation } from '../standard-deviation.ts';

/** Added to every variance, as a share of that of the whole field, so that redundant channels do no harm. */
const RIDGE = 0.01;

/** How strongly each pixel counts as foreground and as background, 0 or more, `[height, width]`. */
export interface ClassWeights {
  readonly foreground: Float32Array;
  readonly background: Float32Array;
}

/** Weighted sums of two classes, as {@link ClassWeights} names them. */
type OfBoth<T> = { readonly [key in keyof ClassWeights]: T };

/**
 * The weighted sum of the channels that separates foreground and background best: Fisher's linear discriminant (1936)
 * of the pixels, each with a weight for either class. It is scaled so that the mean of the background is 0 and that of
 * the foreground 1; undefined if the classes have the same mean.
 *
 * @param channels of one size, at least one
 */
export function discriminantPlane(channels: readonly Plane[], weights: ClassWeights): Float32Array | undefined {
  const used = channels
    .map(({ data }) => ({ data, deviation: standardDeviation(data) }))
    .filter(({ deviation }) => deviation > 0);
  if (used.length === 0) return undefined;
  const planes = used.map(({ data, deviation }) => inDeviations(data, deviation));
  const means = measureMeans(planes.length);
  means.add(planes, weights);
  const covariances = measureCovariances(means.result());
  covariances.add(planes, weights);
  const discriminant = separate(covariances.result());
  return discriminant && applyDiscriminant(discriminant, planes);
}

/** Intensities in units of a standard deviation. */
export function inDeviations(data: Plane['data'], deviation: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = data[i]! / deviation;
  return out;
}

/** What is known of a class: the sum of its weights, and the mean of each channel. */
interface ClassMeans {
  readonly total: number;
  readonly mean: Float64Array;
}

/** The weighted means of the channels of a field that comes in pieces, for either class. */
export function measureMeans(channels: number): {
  readonly add: (planes: readonly Float32Array[], weights: ClassWeights) => void;
  readonly result: () => OfBoth<ClassMeans>;
} {
  const sums = () => ({ total: 0, weighted: new Float64Array(channels) });
  const of = { foreground: sums(), background: sums() };
  const finish = ({ total, weighted }: ReturnType<typeof sums>): ClassMeans => {
    const all = total || 1;
    return { total: all, mean: weighted.map((sum) => sum / all) };
  };
  return {
    add(planes, weights) {
      for (const kind of ['foreground', 'background'] as const) {
        const own = of[kind];
        own.total = addAll(own.total, weights[kind]);
        for (const [c, plane] of planes.entries())
          own.weighted[c] = addWeighted(own.weighted[c]!, plane, weights[kind]);
      }
    },
    result: () => ({ foreground: finish(of.foreground), background: finish(of.background) }),
  };
}

function addAll(sum: number, values: Float32Array): number {
  let all = sum;
  for (let i = 0; i < values.length; i++) all += values[i]!;
  return all;
}

function addWeighted(sum: number, values: Float32Array, weights: Float32Array): number {
  let all = sum;
  for (let i = 0; i < values.length; i++) all += weights[i]! * values[i]!;
  return all;
}

/** Weighted means and covariance of the channels. */
interface Moments {
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}

/** The weighted covariances about known means, of a field that comes in pieces. */
export function measureCovariances(means: OfBoth<ClassMeans>): {
  readonly add: (planes: readonly Float32Array[], weights: ClassWeights) => void;
  readonly result: () => OfBoth<Moments>;
} {
  const channels = means.foreground.mean.length;
  const sums = { foreground: Matrix.zeros(channels, channels), background: Matrix.zeros(channels, channels) };
  const finish = (kind: keyof ClassWeights): Moments => {
    const { total, mean } = means[kind];
    const covariance = Matrix.zeros(channels, channels);
    for (let a = 0; a < channels; a++) {
      for (let b = 0; b < channels; b++) covariance.set(a, b, sums[kind].get(Math.max(a, b), Math.min(a, b)) / total);
    }
    return { mean, covariance };
  };
  return {
    add(planes, weights) {
      for (const kind of ['foreground', 'background'] as const) {
        const { mean } = means[kind];
        for (let a = 0; a < channels; a++) {
          for (let b = 0; b <= a; b++) {
            const pair = { first: planes[a]!, second: planes[b]!, means: [mean[a]!, mean[b]!] as const };
            sums[kind].set(a, b, addProducts(sums[kind].get(a, b), pair, weights[kind]));
          }
        }
      }
    },
    result: () => ({ foreground: finish('foreground'), background: finish('background') }),
  };
}

function addProducts(
  sum: number,
  { first, second, means: [a, b] }: { first: Float32Array; second: Float32Array; means: readonly [number, number] },
  weights: Float32Array,
): number {
  let all = sum;
  for (let i = 0; i < weights.length; i++) all += weights[i]! * (first[i]! - a) * (second[i]! - b);
  return all;
}

/** A weighted sum of channels, in units of their deviations: 0 for the mean of the background, 1 for the foreground's. */
export interface Discriminant {
  readonly offset: number;
  readonly shares: readonly number[];
}

/** The best one; undefined if the classes have the same mean. */
export function separate({ foreground: above, background: below }: OfBoth<Moments>): Discriminant | undefined {
  const difference = above.mean.map((mean, c) => mean - below.mean[c]!);
  const within = Matrix.add(above.covariance, below.covariance).mul(0.5).add(Matrix.eye(difference.length).mul(RIDGE));
  const weights = solve(within, Matrix.columnVector([...difference])).to1DArray();
  const distance = weights.reduce((sum, weight, c) => sum + weight * difference[c]!, 0);
  if (!(distance > 1e-9)) return undefined;
  const offset = weights.reduce((sum, weight, c) => sum + weight * below.mean[c]!, 0);
  return { offset: -offset / distance, shares: weights.map((weight) => weight / distance) };
}

/** The sum for every pixel. @param planes in units of their deviations */
export function applyDiscriminant({ offset, shares }: Discriminant, planes: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(planes[0]!.length).fill(offset);
  for (const [c, plane] of planes.entries()) {
    const share = shares[c]!;
    for (let i = 0; i < out.length; i++) out[i]! += share * plane[i]!;
  }
  return out;
}
