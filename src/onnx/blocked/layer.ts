import type { Kernels } from '../../kernels/kernels.ts';
import type { Tensors } from '../session.ts';
import type { Feed } from '../session-pool.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import type { ChainLayer, LayerSheets } from './chain.ts';
import { type LayerPlaces, type StripSizes, type Wanted, wholeBlocks } from './places.ts';
import { blockRowWeights, blockTurnedWeights, blockWeights, COMBINATIONS, COMBINED_ROWS } from './weights.ts';

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
  if (strip.tiles > 0) {
    const numbers = layer.inputs * layer.outputs * COMBINATIONS * COMBINED_ROWS;
    blockRowWeights(weight, { ...layer, lanes, turned: false }, at(places.rowWeights, numbers));
    blockRowWeights(weight, { ...layer, lanes, turned: true }, at(places.turnedRowWeights, numbers));
  } else {
    blockWeights(weight, { ...layer, lanes }, at(places.weights, weight.length));
    const numbers = wholeBlocks(layer.inputs, lanes) * layer.outputs * layer.size ** 2;
    if (!isFirst || wanted === 'input') {
      blockTurnedWeights(weight, { ...layer, lanes }, at(places.turnedWeights, numbers));
    }
  }
  kernels.floats.set(bias, places.bias / 4);
  if (wanted === 'input') return;
  at(places.weightSlope, weight.length).fill(0);
  at(places.biasSlope, bias.length).fill(0);
}

/** The gradients of the parameters, summed since these were set, in arrays of their own. */
export function gradientsOf({ layer, places, kernels, lanes }: LayerTools): Tensors {
  const { name, outputs, inputs, size } = layer;
  kernels.unblockWeights({ x: places.weightSlope, y: places.product }, { inputs, outputs, taps: size ** 2, lanes });
  const weights = tensorAt(kernels, places.product, [outputs, inputs, size, size]);
  const biases = tensorAt(kernels, places.biasSlope, [outputs]);
  const copy = ({ data, shape }: Tensor) => float32((data as Float32Array).slice(), shape);
  return { [`d.${name}.weight`]: copy(weights), [`d.${name}.bias`]: copy(biases) };
}
