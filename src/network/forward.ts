import type { Graph, Value } from '../onnx/graph.ts';
import { conv } from '../onnx/operators/convolution.ts';
import { add, atLeast, div, mul, relu, sigmoid, sqrt, sub } from '../onnx/operators/elementwise.ts';
import { matmul } from '../onnx/operators/matmul.ts';
import { averagePool, maxPool } from '../onnx/operators/pooling.ts';
import { reduceMean, softmax } from '../onnx/operators/reduction.ts';
import { reshape, transpose } from '../onnx/operators/shape.ts';
import { type Dimension, float32 } from '../onnx/tensor.ts';
import type { Normalization } from '../pixels/normalization.ts';
import { type Layer, PAPER_LAYERS, POOLING_WINDOW } from './architecture.ts';
import { type CellWindow, shareShown } from './cell-window.ts';
import { enlarge } from './enlarge.ts';
import { FOREGROUND } from './foreground.ts';
import { convolveInt8, isInt8, scaleBefore, toFloats } from './int8/convolve-int8.ts';
import type { Int8 } from './int8/int8-fields.ts';
import type { BagProbability, Instances } from './pooling/pooling.ts';
import { POOLINGS, type PoolingName } from './pooling/poolings.ts';

/** The last layer: `softmax` for one class per field, `sigmoid` for any number of labels. */
export type Head = 'softmax' | 'sigmoid';

/** Everything the forward pass needs besides the image. */
export interface ForwardOptions {
  /** The parameters as values of the graph, by the names of `parameterShapes`. */
  readonly parameters: Readonly<Record<string, Value>>;
  readonly pooling: PoolingName;
  /** The paper's a or r. */
  readonly sharpness: number;
  readonly head: Head;
  /** Divides the scores of the last layer, see `chooseTemperature`; 1, also during training, unless given. */
  readonly temperature?: number | undefined;
  readonly normalization?: Normalization;
  /** How many times the image is enlarged first; 1 unless given. */
  readonly enlarge?: number | undefined;
  readonly layers?: readonly Layer[] | undefined;
  /** Computes the convolutions between the first and the last in whole numbers, see {@link convolveInt8}. */
  readonly int8?: Pick<Int8, 'activations'> | undefined;
  /** Shows cells without their neighbours: then the image is square, of a known size. */
  readonly window?: CellWindow | undefined;
  /** Images that are a bag, each of them one instance, see {@link gatherCells}; by default each image is a bag. */
  readonly cells?: number | 'all' | undefined;
  /** Pool only some positions, see {@link keepForeground}. */
  readonly withForeground?: boolean | undefined;
  /** Drops activations during training; `name` is that of the layer. By default nothing is dropped. */
  readonly dropout?: (x: Value, rate: number, name: string) => Value;
  /** Keep what the gradient of max pooling needs. */
  readonly training?: boolean;
}

/** The outputs of the network for a batch of images. */
export interface Forward {
  /** Logits of the instances, `[N, K, h, w]`. */
  readonly logits: Value;
  /** The feature maps that the logits are computed from, `[N, F, h, w]`. */
  readonly features: Value;
  /** Instances: the sigmoid of the logits, `[N, K, h, w]`. */
  readonly map: Value;
  /** The bag after the pooling layer, `[N, K]`. */
  readonly bag: BagProbability;
  /** Input of the last softmax or sigmoid, `[N, K]`. */
  readonly scores: Value;
  /** The last layer, `[N, K]`. */
  readonly probability: Value;
}

/** Builds the network on `image [N, C, H, W]`, in intensity counts if a normalization is given. */
export function buildForward(image: Value, options: ForwardOptions): Forward {
  const { cells, withForeground } = options;
  const positions = buildInstances(image, options);
  const instances = withForeground ? keepForeground(positions) : positions;
  return buildBags(cells === undefined ? instances : gatherCells(instances, cells), options);
}

/**
 * Bags of cells: so many images after one another, or all, are a bag, and each of them is one instance, whose logits are the
 * means over its positions. Gives `[bags, K, cells, 1]` and `[bags, F, cells, 1]`.
 */
export function gatherCells({ logits, features }: Instances, cells: number | 'all'): Instances {
  const each = eachCell({ logits, features });
  const gather = (x: Value): Value => {
    if (cells === 'all') return transpose(x, [2, 1, 0, 3]);
    const [images, channels] = x.shape as readonly [number, number];
    const inBags = transpose(reshape(x, [images / cells, cells, channels]), [0, 2, 1]);
    return reshape(inBags, [images / cells, channels, cells, 1]);
  };
  return { logits: gather(each.logits), features: gather(each.features) };
}

/** Pools only the positions for which a new input of the graph has 1, `foreground [N, 1, h, w]`, see `foregroundOf`. */
export function keepForeground({ logits, features }: Instances): Instances {
  const [images, , rows, columns] = logits.shape as readonly [Dimension, Dimension, Dimension, Dimension];
  return { logits, features, kept: logits.graph.input(FOREGROUND, 'float32', [images, 1, rows, columns]) };
}

/** Builds what follows the instances: the pooling function and the last layer. */
export function buildBags(
  instances: Instances,
  options: Pick<ForwardOptions, 'parameters' | 'pooling' | 'sharpness' | 'head' | 'temperature'>,
): Forward {
  const { parameters, pooling, sharpness } = options;
  const { logits, features } = instances;
  const { summary, finish } = POOLINGS[pooling];
  const bag = finish(summary(instances, { sharpness, parameters }), { sharpness, parameters });
  return { logits, features, map: sigmoid(logits), bag, ...buildLastLayer(bag.probability, options) };
}

/** Cells, each of them a bag of one instance: its logits and features are the means over its positions, `[N, K, 1, 1]`. */
export function eachCell({ logits, features }: Instances): Instances {
  const one = (x: Value) => reduceMean(x, { axes: [2, 3], keepDims: true });
  return { logits: one(logits), features: one(features) };
}

/** The last layer on the bag `[N, K]`: the input and output of its softmax or sigmoid, `[N, K]` each. */
export function buildLastLayer(
  bag: Value,
  { parameters, head, temperature = 1 }: Pick<ForwardOptions, 'parameters' | 'head' | 'temperature'>,
): Pick<Forward, 'scores' | 'probability'> {
  const weights = transpose(parameters['fc.weight']!, [1, 0]);
  const learned = add(matmul(bag, weights), parameters['fc.bias']!);
  const scores = temperature === 1 ? learned : div(learned, temperature);
  return { scores, probability: head === 'sigmoid' ? sigmoid(scores) : softmax(scores) };
}

/** Builds the network on `image [N, C, H, W]` up to its instances. */
export function buildInstances(
  image: Value,
  options: Omit<ForwardOptions, 'pooling' | 'sharpness' | 'head' | 'cells' | 'withForeground'>,
): Instances {
  const { parameters, normalization, enlarge: factor = 1, training = false, dropout = (y: Value) => y } = options;
  const { layers = PAPER_LAYERS, int8: { activations: int8 } = {} } = options;
  const last = layers.findLast(({ kind }) => kind === 'convolution');
  const scale = normalization && scaleOf(image, normalization);
  let x = image;
  let normalized = scale === undefined;
  if (options.window) {
    if (!normalized) x = normalize(x, scale!);
    normalized = true;
    x = mul(x, windowOf(image, options.window));
  }
  if (factor > 1) {
    // Normalized first, so that the zeros beyond the edge equal the mean.
    if (!normalized) x = normalize(x, scale!);
    normalized = true;
    x = enlarge(x, factor);
  }
  let features = x;
  for (const [i, layer] of layers.entries()) {
    if (layer.kind === 'convolution') {
      if (!normalized) x = normalize(x, scale!);
      normalized = true;
      const [weight, bias] = [parameters[`${layer.name}.weight`]!, parameters[`${layer.name}.bias`]!];
      if (int8 && isInt8(layer, layers)) {
        x = convolveInt8(x, { weight, bias }, { from: int8[layer.name]!, to: scaleBefore(i + 1, layers, int8) });
        continue;
      }
      if (int8) x = toFloats(x, int8[layer.name]);
      features = x;
      x = conv(x, weight, { bias, pads: (layer.size - 1) / 2 });
      // Pooling and ReLU commute; pooling first leaves a quarter of the work.
      if (layer !== last && layers[i + 1]?.kind !== 'max-pooling') x = relu(x);
    } else if (layer.kind === 'max-pooling') {
      x = maxPool(x, { ...POOLING_WINDOW, winners: training });
      // Bytes are never negative.
      if (x.type === 'float32') x = relu(x);
    } else {
      if (int8 && x.type === 'uint8') x = toFloats(x, scaleBefore(i, layers, int8));
      // A mean is linear: normalizing after it gives the same numbers on a quarter of the pixels.
      x = averagePool(x, POOLING_WINDOW);
    }
    if (layer.dropout > 0) x = dropout(x, layer.dropout, `layer${i}`);
  }
  if (!normalized) x = normalize(x, scale!);
  return { logits: x, features };
}

/** An image `[N, C, H, W]` in counts, less the mean and divided by the deviation of each channel. */
export function normalizeImage(image: Value, normalization: Normalization): Value {
  return normalize(image, scaleOf(image, normalization));
}

const scaleOf = (image: Value, normalization: Normalization) =>
  normalization.scope === 'field' ? ownNormalization(image) : normalization;

function normalize(x: Value, { mean, deviation }: Normalization | OwnNormalization): Value {
  const perChannel = (numbers: readonly number[] | Value): Value =>
    'graph' in numbers ? numbers : channelConstant(x.graph, numbers);
  return div(sub(x, perChannel(mean)), perChannel(deviation));
}

/** The share of each pixel that is shown, `[1, 1, side, side]`. */
function windowOf({ graph, shape }: Value, window: CellWindow): Value {
  const side = shape[2] as number;
  return graph.constant(float32(shareShown(side, window), [1, 1, side, side]));
}

/** Mean and deviation `[N, C, 1, 1]` of each channel of each image. */
interface OwnNormalization {
  readonly mean: Value;
  readonly deviation: Value;
}

/** Smallest deviation that an image's own normalization divides by, in counts: an empty channel stays near 0. */
export const LEAST_DEVIATION = 1e-3;

function ownNormalization(image: Value): OwnNormalization {
  const over = { axes: [2, 3], keepDims: true };
  const mean = reduceMean(image, over);
  const centred = sub(image, mean);
  return { mean, deviation: atLeast(sqrt(reduceMean(mul(centred, centred), over)), LEAST_DEVIATION) };
}

function channelConstant(graph: Graph, numbers: readonly number[]): Value {
  return graph.constant(float32(numbers, [1, numbers.length, 1, 1]));
}
