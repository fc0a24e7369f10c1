import { encodeModel } from '../encode.ts';
import { createGraph, type Operator, type Value } from '../graph.ts';

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

/**
 * Convolves an image `[N, C, H, W]` of channels in blocks.
 *
 * @param options.sides zeros on the left and on the right, and `ends` above and below
 */
export function convolveBlocks(
  x: Value,
  [w, bias]: readonly [weights: Value, bias?: Value],
  { sides = 0, ends = 0, group = 1, relu = false },
): Value {
  const attributes = {
    kernel_shape: w.shape.slice(2) as number[],
    pads: [ends, sides, ends, sides],
    strides: [1, 1],
    dilations: [1, 1],
    group,
    auto_pad: 'NOTSET',
    ...(relu ? { activation: 'Relu' } : {}),
  };
  return x.graph.apply(operator, [x, w, ...(bias ? [bias] : [])], attributes)[0]!;
}

/** The model of one convolution of k×k pixels: inputs `x`, `w` and, unless it has none, `b`; output `y`. */
export function blockedConvolution({
  image,
  weights,
  sides,
  ends = 0,
  group = 1,
  bias = false,
  relu = false,
}: {
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
  const x = graph.input('x', 'float32', [1, ...image]);
  const w = graph.input('w', 'float32', weights);
  const b = bias ? graph.input('b', 'float32', [weights[0]]) : undefined;
  return encodeModel(graph, { outputs: { y: convolveBlocks(x, b ? [w, b] : [w], { sides, ends, group, relu }) } });
}
