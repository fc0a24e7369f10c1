import type { Value } from '../../onnx/graph.ts';
import { div } from '../../onnx/operators/elementwise.ts';
import { convolveBytes, dequantize, quantize, toWholeNumbers } from '../../onnx/operators/quantized.ts';
import { float32 } from '../../onnx/tensor.ts';
import { type Layer, lastConvolution } from '../architecture.ts';
import type { Int8 } from './int8-fields.ts';

/** Largest weight of an output as a whole number. */
export const LARGEST_WEIGHT = 127;

/** The convolutions that are computed in whole numbers: all but the first, which sees intensities, and the last. */
export function isInt8(layer: Layer, layers: readonly Layer[]): boolean {
  if (layer.kind !== 'convolution' || layer === lastConvolution(layers)) return false;
  return layer !== layers.find(({ kind }) => kind === 'convolution');
}

/** The names of the convolutions whose input has a scale: those in whole numbers, and the last. */
export function scaledConvolutions(layers: readonly Layer[]): readonly string[] {
  const names = layers.flatMap((layer) => (layer.kind === 'convolution' ? [layer.name] : []));
  return names.length > 2 ? names.slice(1) : [];
}

/** The scale of what enters layer `i`, which no layer changes before the next convolution. */
export function scaleBefore(i: number, layers: readonly Layer[], scales: Int8['activations']): number {
  const next = layers.slice(i).find((layer) => layer.kind === 'convolution');
  return scales[(next as Extract<Layer, { kind: 'convolution' }>).name]!;
}

/** Numbers for bytes with this scale; floats stay as they are. */
export function toFloats(x: Value, scale: number | undefined): Value {
  return x.type === 'uint8' ? dequantize(x, scale!) : x;
}

/**
 * A convolution and its ReLU in whole numbers: activations are bytes from 0 to 255, weights whole numbers from -127 to 127 with a
 * scale for each output. The weights stay floats in the file, and every runtime makes whole numbers of them when it loads it.
 *
 * @param x `[N, C, H, W]`, floats or bytes of the scale `from`; the outputs are bytes of the scale `to`
 */
export function convolveInt8(
  x: Value,
  { weight, bias }: { readonly weight: Value; readonly bias: Value },
  { from, to }: { readonly from: number; readonly to: number },
): Value {
  const scales = weightScales(weight);
  const units = scales.map((scale) => scale * from);
  const bytes = x.type === 'uint8' ? x : quantize(x, from, 'uint8');
  const weights = quantize(weight, scales, 'int8');
  const sums = toWholeNumbers(div(bias, x.graph.constant(float32(units, [units.length]))));
  return convolveBytes(bytes, { weights, bias: sums }, { x: from, weights: scales, y: to });
}

/** What 1 stands for in the weights of each output. */
function weightScales({ tensor }: Value): number[] {
  const [data, [outputs]] = [tensor!.data as Float32Array, tensor!.shape as [number]];
  const length = data.length / outputs;
  return Array.from({ length: outputs }, (_, output) => {
    let largest = 0;
    for (let i = output * length; i < (output + 1) * length; i++) largest = Math.max(largest, Math.abs(data[i]!));
    // An output without weights is its bias alone.
    return Math.fround((largest || 1) / LARGEST_WEIGHT);
  });
}
