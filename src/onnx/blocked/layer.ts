import type { Kernels } from '../../kernels/kernels.ts';
import type { Tensors } from '../session.ts';
import type { Feed } from '../session-pool.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import type { ChainLayer, LayerSheets } from './chain.ts';
import { type LayerPlaces, type StripSizes, type Wanted, wholeBlocks } from './places.ts';
import { blockTurnedWeights, blockWeights, COMBINATIONS, kernelCombinations } from './weights.ts';

/** What a layer works with. */
export interface LayerTools {
  readonly layer: ChainLayer;
  readonly sheets: LayerSheets;
  readonly places: LayerPlaces;
  readonly strip: StripSizes;
  readonly lanes: 8 | 16;
  readonly kernels: Kernels;
  readonly isFirst: boolean;
  readonly input: LayerInput;
  readonly wanted: Wanted;
}

/** Where the input of a layer stands, `[groups, height, columns, lanes]`: blocks, or channels with one lane. */
export interface LayerInput {
  readonly at: number;
  readonly groups: number;
  readonly lanes: number;
}

/** Numbers of the memory as a tensor, without a copy. */
export function tensorAt({ floats }: Kernels, at: number, shape: readonly number[]): Tensor {
  return float32(floats.subarray(at / 4, at / 4 + sizeOf(shape)), shape);
}

/** Writes the parameters in the order in which the convolutions read them, and forgets the gradients. */
export function setParameters(
  { layer, places, strip, lanes, kernels, isFirst, wanted }: LayerTools,
  feeds: Readonly<Record<string, Feed>>,
): void {
  const [weight, bias] = ['weight', 'bias'].map((kind) => (feeds[`${layer.name}.${kind}`] as Tensor).data) as [
    Float32Array,
    Float32Array,
  ];
  const at = (place: number, numbers: number) => kernels.floats.subarray(place / 4, place / 4 + numbers);
  blockWeights(weight, { ...layer, lanes }, at(places.weights, weight.length));
  const turns = wanted === 'input' || (wanted === 'parameters' && !isFirst);
  const inputs = wholeBlocks(layer.inputs, lanes);
  if (turns) {
    blockTurnedWeights(weight, { ...layer, lanes }, at(places.turnedWeights, inputs * layer.outputs * layer.size ** 2));
  }
  if (strip.combined) {
    const { size } = strip.combined;
    const coefficients = kernelCombinations(size);
    kernels.floats.set(coefficients.flat(), places.coefficients / 4);
    const [blocks, row] = [(inputs * layer.outputs) / lanes ** 2, size * lanes ** 2];
    const combine = (w: number, u: number) =>
      kernels.combineParts(
        { w, u, coefficients: places.coefficients },
        { parts: size, sums: coefficients.length, blocks, row },
        { from: [row, size * row], to: [blocks * row, row] },
      );
    combine(places.weights, places.rowWeights);
    if (turns) combine(places.turnedWeights, places.turnedRowWeights);
  }
  kernels.floats.set(bias, places.bias / 4);
  if (wanted !== 'parameters') return;
  at(places.weightSlope, sumsOfWeights({ layer, strip })).fill(0);
  at(places.biasSlope, bias.length).fill(0);
}

/** Numbers that are summed for the gradient of the weights. */
export function sumsOfWeights({ layer, strip }: Pick<LayerTools, 'layer' | 'strip'>): number {
  const { inputs, outputs, size } = layer;
  return inputs * outputs * size * (strip.combined ? COMBINATIONS : size);
}

/** The gradients of the parameters, summed since these were set, in arrays of their own or those that are given. */
export function gradientsOf({ layer, places, strip, kernels, lanes }: LayerTools, into: Tensors): Tensors {
  const { name, outputs, inputs, size } = layer;
  let sums = places.weightSlope;
  if (strip.combined) {
    const combinations = kernelCombinations(strip.combined.size);
    // Turned around: what flows back to a row of the kernel from all combinations that it is in.
    const coefficients = Array.from({ length: size }, (_, row) => combinations.map((numbers) => numbers[row]!));
    kernels.floats.set(coefficients.flat(), places.coefficients / 4);
    const [blocks, row] = [(inputs * outputs) / lanes, size * lanes];
    kernels.combineParts(
      { w: sums, u: places.product, coefficients: places.coefficients },
      { parts: combinations.length, sums: size, blocks, row },
      { from: [blocks * row, row], to: [row, size * row] },
    );
    sums = places.product;
  }
  kernels.unblockWeights({ x: sums, y: places.gradient }, { inputs, outputs, taps: size ** 2, lanes });
  const weights = tensorAt(kernels, places.gradient, [outputs, inputs, size, size]);
  const biases = tensorAt(kernels, places.biasSlope, [outputs]);
  return Object.fromEntries(
    Object.entries({ weight: weights, bias: biases }).map(([kind, gradient]) => {
      const output = `d.${name}.${kind}`;
      return [output, copyTo(into[output], gradient)];
    }),
  );
}

/** Copies a tensor to an array that is given, or to a new one. */
export function copyTo(into: Tensor | undefined, { data, shape }: Tensor): Tensor {
  if (!into) return float32((data as Float32Array).slice(), shape);
  (into.data as Float32Array).set(data as Float32Array);
  return into;
}
