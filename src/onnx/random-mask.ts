import { createRandom } from '../random.ts';
import { float32, sizeOf, type Tensor } from './tensor.ts';

/** A dropout mask that is drawn where it is used, so that only its seed is sent. */
export interface RandomMask {
  readonly shape: readonly number[];
  /** Probability of 0; the rest is 1 / (1 - rate), so that the mean is 1. */
  readonly rate: number;
  readonly seed: number;
  /** Keys of the stream, as of `createRandom`. */
  readonly keys: readonly (number | string)[];
}

/** Draws a mask. `into`, if given, has the size of the shape and is filled and returned. */
export function drawMask({ shape, rate, seed, keys }: RandomMask, into?: Float32Array): Tensor {
  const data = into ?? new Float32Array(sizeOf(shape));
  const random = createRandom(seed, 'mask', ...keys);
  const kept = 1 / (1 - rate);
  // Two elements a word: 16 bits each, enough for a rate that is right to 1 in 65,536.
  const threshold = Math.round(rate * 0x10000);
  const even = data.length & ~1;
  for (let i = 0; i < even; i += 2) {
    const word = random.word();
    data[i] = (word & 0xffff) < threshold ? 0 : kept;
    data[i + 1] = word >>> 16 < threshold ? 0 : kept;
  }
  if (even < data.length) data[even] = (random.word() & 0xffff) < threshold ? 0 : kept;
  return float32(data, shape);
}
