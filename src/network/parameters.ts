import { float32, sizeOf, type Tensor } from '../onnx/tensor.ts';
import { createRandom } from '../random.ts';
import { type Layer, lastConvolution, PAPER_LAYERS } from './architecture.ts';
import type { Head } from './forward.ts';
import { POOLINGS, type PoolingName } from './pooling/poolings.ts';

/** The learned numbers of a network, by name, in a fixed order. */
export type Parameters = Readonly<Record<string, Tensor>>;

/** What decides which parameters a network has. */
export interface NetworkShape {
  readonly channels: number;
  readonly classes: number;
  readonly pooling: PoolingName;
  readonly layers?: readonly Layer[] | undefined;
}

/**
 * Shapes of the parameters: `<conv>.weight [O, C, k, k]`, `<conv>.bias [O]`, `fc.weight [K, K]` (outputs by inputs),
 * `fc.bias [K]`, and those of the pooling function: `b [K]` for Noisy-AND, `attention.…` for attention.
 */
export function parameterShapes({
  channels,
  classes,
  pooling,
  layers = PAPER_LAYERS,
}: NetworkShape): Record<string, readonly number[]> {
  const shapes: Record<string, readonly number[]> = {};
  let inputs = channels;
  let features = channels;
  for (const layer of layers) {
    if (layer.kind !== 'convolution') continue;
    const outputs = layer.outputs === 'classes' ? classes : layer.outputs;
    shapes[`${layer.name}.weight`] = [outputs, inputs, layer.size, layer.size];
    shapes[`${layer.name}.bias`] = [outputs];
    features = inputs;
    inputs = outputs;
  }
  shapes['fc.weight'] = [classes, classes];
  shapes['fc.bias'] = [classes];
  return { ...shapes, ...POOLINGS[pooling].parameterShapes({ classes, features }) };
}

/** Standard deviation of the class-specific maps' first weights: small, so that no bag is decided from the start. */
const MAP_DEVIATION = 0.01;
/** The last layer starts as a multiple of the identity: each class speaks for itself. */
const IDENTITY_GAIN = 4;
/** Sigmoids start at one half where the bag is at one half; a softmax depends on differences only. */
const FIRST_BIAS = { softmax: 0, sigmoid: -IDENTITY_GAIN / 2 } as const;
/** Thresholds of Noisy-AND start in the middle. */
const FIRST_THRESHOLD = 0.5;

/**
 * Initial values: convolutions normal with variance 2 / fan-in (He 2015), the class-specific maps narrow, the last
 * layer 4·I, biases 0 (those of sigmoids -2), thresholds 0.5. With a wider last convolution, Noisy-AND starts on its
 * flat ends and stays there.
 */
export function initialParameters(shape: NetworkShape, seed: number, head: Head = 'softmax'): Parameters {
  const last = lastConvolution(shape.layers ?? PAPER_LAYERS);
  const parameters: Record<string, Tensor> = {};
  for (const [name, size] of Object.entries(parameterShapes(shape))) {
    const data = new Float32Array(sizeOf(size));
    if (name === 'fc.weight') {
      for (let i = 0; i < shape.classes; i++) data[i * shape.classes + i] = IDENTITY_GAIN;
    } else if (name === 'fc.bias') {
      data.fill(FIRST_BIAS[head]);
    } else if (name === 'b') {
      data.fill(FIRST_THRESHOLD);
    } else if (name.endsWith('.weight')) {
      const narrow = last !== undefined && name === `${last.name}.weight`;
      const deviation = narrow ? MAP_DEVIATION : Math.sqrt(2 / sizeOf(size.slice(1)));
      const random = createRandom(seed, 'parameters', name);
      for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
    }
    parameters[name] = float32(data, size);
  }
  return parameters;
}
