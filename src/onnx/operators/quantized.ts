/** Numbers as whole ones with a scale, and the convolution of these. Zero is always 0. No gradient flows through them. */
import { type Operator, refuse, staticShape, type Value } from '../graph.ts';
import { type ElementType, float32, type Tensor } from '../tensor.ts';

/** Whole numbers of one byte. */
type Bytes = 'uint8' | 'int8';

const quantizeOperator: Operator = {
  name: 'QuantizeLinear',
  infer: ([x, , zero]) => [{ type: zero!.type, shape: x!.shape }],
};

/**
 * Whole numbers `round(x / scale)`, as close as their type allows: 0 to 255, or -128 to 127. A list has a scale for each index
 * of the first axis.
 */
export function quantize(x: Value, scale: number | readonly number[], type: Bytes): Value {
  const scales = typeof scale === 'number' ? [] : [scale.length];
  const inputs = [x, x.graph.constant(float32([scale].flat(), scales)), x.graph.constant(zeros(type, scales))];
  return x.graph.apply(quantizeOperator, inputs, scales.length > 0 ? { axis: 0 } : {})[0]!;
}

const dequantizeOperator: Operator = {
  name: 'DequantizeLinear',
  infer: ([x]) => [{ type: 'float32', shape: x!.shape }],
};

/** What whole numbers stand for: `x · scale`. */
export function dequantize(x: Value, scale: number): Value {
  const { graph } = x;
  const inputs = [x, graph.constant(float32([scale], [])), graph.constant(zeros(x.type as Bytes, []))];
  return graph.apply(dequantizeOperator, inputs)[0]!;
}

const roundOperator: Operator = { name: 'Round', infer: ([x]) => [{ type: x!.type, shape: x!.shape }] };
const castOperator: Operator = { name: 'Cast', infer: ([x]) => [{ type: 'int32', shape: x!.shape }] };

/** The nearest whole numbers, int32. */
export function toWholeNumbers(x: Value): Value {
  const rounded = x.graph.apply(roundOperator, [x])[0]!;
  return x.graph.apply(castOperator, [rounded], { to: 6 })[0]!;
}

const convOperator: Operator = {
  name: 'QLinearConv',
  infer: ([x, , , w, , , , zero]) => {
    const [n, c, height, width] = x!.shape;
    const [outputs, inputs] = w!.shape;
    if (c !== inputs) refuse(`weights for ${c} channels, not ${inputs}`);
    if (x!.type !== 'uint8' || w!.type !== 'int8') refuse('an image of uint8 and weights of int8');
    return [{ type: zero!.type, shape: [n!, outputs!, height!, width!] }];
  },
};

/**
 * Convolution of `x [N, C, H, W]`, bytes, with `weights [O, C, k, k]`, int8, and `bias [O]`, int32 in units of the scale of `x`
 * times that of the weights. Sums are exact; they come out as bytes that stand for what is positive. The size stays.
 */
export function convolveBytes(
  x: Value,
  { weights, bias }: { readonly weights: Value; readonly bias: Value },
  scales: { readonly x: number; readonly weights: readonly number[]; readonly y: number },
): Value {
  const { graph } = x;
  const of = (scale: number | readonly number[], type: Bytes) => {
    const shape = typeof scale === 'number' ? [] : [scale.length];
    return [graph.constant(float32([scale].flat(), shape)), graph.constant(zeros(type, shape))];
  };
  const kernel = staticShape(weights, 'QLinearConv').slice(2);
  const inputs = [x, ...of(scales.x, 'uint8'), weights, ...of(scales.weights, 'int8'), ...of(scales.y, 'uint8'), bias];
  const [rows, columns] = kernel.map((side) => (side - 1) / 2) as [number, number];
  return graph.apply(convOperator, inputs, { kernel_shape: kernel, pads: [rows, columns, rows, columns] })[0]!;
}

function zeros(type: Bytes & ElementType, shape: readonly number[]): Tensor {
  const length = shape[0] ?? 1;
  return { type, shape, data: type === 'uint8' ? new Uint8Array(length) : new Int8Array(length) };
}
