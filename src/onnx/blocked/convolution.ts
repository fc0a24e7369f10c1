import { encodeModel } from '../encode.ts';
import { createGraph, type Operator } from '../graph.ts';

/**
 * ONNX Runtime's own convolution of channels in blocks. The runtime turns convolutions with constant weights into it;
 * used directly, it takes weights that change, too. Strides and dilations are 1.
 */
const operator: Operator = {
  name: 'Conv',
  domain: 'com.microsoft.nchwc',
  infer: ([x, w], { pads }) => {
    const [n, , height, width] = x!.shape as readonly number[];
    const [outputs, , rows, columns] = w!.shape as readonly number[];
    const [top, left, bottom, right] = pads as readonly number[];
    return [
      {
        type: 'float32',
        shape: [n!, outputs!, height! + top! + bottom! + 1 - rows!, width! + left! + right! + 1 - columns!],
      },
    ];
  },
};

/** The model of one convolution of k×k pixels: inputs `x`, `w` and, unless it has none, `b`; output `y`. */
export function blockedConvolution({
  images = 1,
  image,
  weights,
  sides,
  ends = 0,
  group = 1,
  bias = false,
  relu = false,
}: {
  readonly images?: number;
  /** `[C, H, W]`. */
  readonly image: readonly [number, number, number];
  /** `[O, C / group, rows, columns]`. */
  readonly weights: readonly [number, number, number, number];
  /** Zeros on the left and on the right, and above and below. */
  readonly sides: number;
  readonly ends?: number;
  readonly group?: number;
  readonly bias?: boolean;
  readonly relu?: boolean;
}): Uint8Array {
  const graph = createGraph({ microsoft: true });
  const x = graph.input('x', 'float32', [images, ...image]);
  const w = graph.input('w', 'float32', weights);
  const b = bias ? [graph.input('b', 'float32', [weights[0]])] : [];
  const attributes = {
    kernel_shape: weights.slice(2),
    pads: [ends, sides, ends, sides],
    strides: [1, 1],
    dilations: [1, 1],
    group,
    auto_pad: 'NOTSET',
    ...(relu ? { activation: 'Relu' } : {}),
  };
  return encodeModel(graph, { outputs: { y: graph.apply(operator, [x, w, ...b], attributes)[0]! } });
}
