import { type CoarsePlane, meansOfBlocks } from '../../pixels/gaussian.ts';
import type { Plane } from '../plane.ts';

/** Blocks per standard deviation in which the window is blurred. */
const STEPS = 4;
/** Share of the whole field that is mixed into the surroundings of a pixel, so that every place has a value. */
const WHOLE = 0.01;

/** Local means of a field, held so coarsely that they fit into memory. */
export interface LocalMeans {
  /** Those of the pixels of some rows, `[height, width]`. */
  readonly rows: (rows: { readonly top: number; readonly height: number }) => Float32Array;
}

/**
 * The weighted local mean of a plane around every pixel: a Gaussian window of `sigma` pixels, normalized by the weights
 * in it. Far from all pixels with weight it is the mean of the whole plane.
 *
 * @param weights 0 or more, `[height, width]`
 */
export function localMean(
  { data, height, width }: Plane & { readonly data: Float32Array },
  weights: Float32Array,
  { sigma }: { sigma: number },
): Float32Array {
  const { add, result } = measureLocalMeans({ height, width, sigma });
  add(data, weights);
  return result().rows({ top: 0, height });
}

/** {@link localMean} of a plane that comes in strips of rows, from top to bottom. */
export function measureLocalMeans({ height, width, sigma }: { height: number; width: number; sigma: number }): {
  readonly add: (data: Float32Array, weights: Float32Array) => void;
  readonly result: () => LocalMeans;
} {
  const step = Math.max(1, Math.floor(sigma / STEPS));
  const [weighted, seen] = [meansOfBlocks({ height, width, step }), meansOfBlocks({ height, width, step })];
  let [total, sum] = [0, 0];
  return {
    add(data, weights) {
      let [own, ownSum] = [total, sum];
      const products = new Float32Array(weights.length);
      for (let i = 0; i < weights.length; i++) {
        const product = weights[i]! * data[i]!;
        own += weights[i]!;
        ownSum += product;
        products[i] = product;
      }
      [total, sum] = [own, ownSum];
      weighted.add(products);
      seen.add(weights);
    },
    result: () =>
      mixed(weighted.blurred(sigma), seen.blurred(sigma), {
        mean: total > 0 ? sum / total : 0,
        background: Math.max((WHOLE * total) / (height * width), Number.MIN_VALUE),
      }),
  };
}

function mixed(
  weighted: CoarsePlane,
  seen: CoarsePlane,
  { mean, background }: { mean: number; background: number },
): LocalMeans {
  return {
    rows(rows) {
      const out = weighted.rows(rows);
      const weights = seen.rows(rows);
      for (let i = 0; i < out.length; i++) out[i] = (out[i]! + background * mean) / (weights[i]! + background);
      return out;
    },
  };
}
