import type { Value } from '../onnx/graph.ts';
import { conv } from '../onnx/operators/convolution.ts';
import { depthToSpace } from '../onnx/operators/shape.ts';
import { float32 } from '../onnx/tensor.ts';

/** Pixels on either side on which the value of a new pixel depends. */
export const ENLARGING_REACH = 2;
const TAPS = 2 * ENLARGING_REACH + 1;

/**
 * `x [N, C, H, W]` enlarged to `[N, C, f·H, f·W]` by cubic convolution (Keys 1981), with the corners of the image in
 * place and zeros beyond the edge. Each of the f² places within an old pixel is a convolution with its own weights.
 */
export function enlarge(x: Value, factor: number): Value {
  if (factor === 1) return x;
  const channels = x.shape[1] as number;
  const weights = new Float32Array(factor * factor * channels * channels * TAPS * TAPS);
  for (let row = 0; row < factor; row++) {
    for (let column = 0; column < factor; column++) {
      const [down, right] = [tapsAt(row, factor), tapsAt(column, factor)];
      for (let channel = 0; channel < channels; channel++) {
        const output = (row * factor + column) * channels + channel;
        const start = (output * channels + channel) * TAPS * TAPS;
        for (const [i, vertical] of down.entries()) {
          for (const [j, horizontal] of right.entries()) weights[start + i * TAPS + j] = vertical * horizontal;
        }
      }
    }
  }
  const shape = [factor * factor * channels, channels, TAPS, TAPS];
  return depthToSpace(conv(x, x.graph.constant(float32(weights, shape)), { pads: ENLARGING_REACH }), factor);
}

/** Weights of the old pixels -2 … 2 for place `at` (of `factor`) in the middle one. */
function tapsAt(at: number, factor: number): number[] {
  const place = (at + 0.5) / factor - 0.5;
  return Array.from({ length: TAPS }, (_, tap) => cubic(Math.abs(tap - ENLARGING_REACH - place)));
}

/** The kernel of Keys (1981), equation 15, at a distance in pixels. */
function cubic(distance: number): number {
  if (distance <= 1) return 1.5 * distance ** 3 - 2.5 * distance ** 2 + 1;
  if (distance < 2) return -0.5 * distance ** 3 + 2.5 * distance ** 2 - 4 * distance + 2;
  return 0;
}
