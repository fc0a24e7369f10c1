import { POOLING_WINDOW } from '../network/architecture.ts';
import { enlarge } from '../network/enlarge.ts';
import { buildForward, normalizeImage } from '../network/forward.ts';
import type { NetworkModel } from '../network/read-model.ts';
import { encodeModel } from '../onnx/encode.ts';
import { propagateBack } from '../onnx/gradients.ts';
import { createGraph, type Operator, type Value } from '../onnx/graph.ts';
import { passWhere } from '../onnx/operators/convolution.ts';
import { mul, relu } from '../onnx/operators/elementwise.ts';
import { spreadOverWindows } from '../onnx/operators/pooling.ts';
import { reduceSum } from '../onnx/operators/reduction.ts';
import { reshape } from '../onnx/operators/shape.ts';

/** What a graph of the Jacobian map is made from. */
export interface JacobianGraphOptions {
  /** Size of the image in pixels. */
  readonly height: number;
  readonly width: number;
  /** The input: intensity `counts` as in the file, or pixels that are already `normalized`. */
  readonly input?: 'counts' | 'normalized';
  /** P_i: that of this image, or `given` as the input `bag [1, K]` for the field of which the image is a part. */
  readonly bag?: 'own' | 'given';
  /** Whether to output the map of every channel too, which takes slightly longer. */
  readonly channelMaps?: boolean | undefined;
}

/**
 * The graph of the Jacobian map of Kraus, Ba & Frey (2016), equation 5: which pixels support a class. The backward pass
 * starts at the map of each class with P_i · p_ij (the bag and its instances) and goes back to the pixels. A ReLU on
 * every backward activation passes on only what supports the class.
 *
 * The map is that of the *normalized* intensities (deviations from the mean), so the scale on which a channel was
 * recorded does not determine its weight relative to the others.
 *
 * Inputs: `image [1, C, H, W]` float32, `classes [1, K]`: 1 for a class that takes part, 0 for one whose map is set to zero.
 * Outputs: `total [1, 1, H, W]`, the sum over the channels, `map [1, K, h, w]` the instances; unless the bag is given, also
 * `probability [1, K]` and `bag [1, K]`; with `channelMaps` also `jacobian [1, C, H, W]`. Of a model that enlarges fields also
 * `enlarged [1, 1, f·H, f·W]`: the total at the pixels that the network saw.
 */
export function createJacobianGraph(
  { about, parameters }: NetworkModel,
  { height, width, input = 'counts', bag: origin = 'own', channelMaps = false }: JacobianGraphOptions,
): Uint8Array {
  const { channels, classes, pooling, sharpness, head, normalization, enlarge: factor = 1 } = about;
  const graph = createGraph();
  const image = graph.input('image', 'float32', [1, channels.length, height, width]);
  const selection = graph.input('classes', 'float32', [1, classes.length]);
  const constants: Record<string, Value> = {};
  for (const [name, tensor] of Object.entries(parameters)) constants[name] = graph.constant(tensor, name);
  // Normalized first, so that the gradient is that of the normalized intensities.
  const pixels = input === 'counts' ? normalizeImage(image, normalization) : image;
  const seen = enlarge(pixels, factor);
  const forward = buildForward(seen, { parameters: constants, pooling, sharpness, head });
  const bag = origin === 'own' ? forward.bag.probability : graph.input('bag', 'float32', [1, classes.length]);
  const start = mul(forward.map, reshape(mul(bag, selection), [1, classes.length, 1, 1]));
  const arrivingAt = (...targets: readonly Value[]): Value[] =>
    propagateBack([{ value: forward.logits, gradient: start }], targets, {
      arriving: positivePart,
      through: { Relu: reluGradient },
    });
  const sum = (of: Value) => reduceSum(of, { axes: [1], keepDims: true });
  const outputs: Record<string, Value> = {
    map: forward.map,
    ...(origin === 'own' && { probability: forward.probability, bag }),
  };
  if (factor === 1 && !channelMaps) {
    // The pixels of a window share its gradient evenly, so the channels are summed while there are a quarter as many
    // pixels.
    const means = graph.nodes.find(({ operator }) => operator.name === 'AveragePool')!.outputs[0]!;
    const [atMeans] = arrivingAt(means) as [Value];
    outputs.total = spreadOverWindows(sum(atMeans), { ...POOLING_WINDOW, height, width });
  } else {
    const [jacobian, atSeen] = arrivingAt(pixels, seen) as [Value, Value];
    outputs.total = sum(jacobian);
    if (factor > 1) outputs.enlarged = sum(atSeen);
    if (channelMaps) outputs.jacobian = jacobian;
  }
  return encodeModel(graph, { outputs });
}

/** The ReLU of a backward activation. */
function positivePart(gradient: Value): Value {
  return NEVER_NEGATIVE.has(gradient.node?.operator.name ?? '') ? gradient : relu(gradient);
}

/**
 * The last operators of the gradients of max pooling, average pooling and enlarging. They only move or share values
 * that are already positive.
 */
const NEVER_NEGATIVE = new Set(['Transpose', 'ConvTranspose', 'SpaceToDepth']);

/** That of a ReLU, for gradients that are nowhere negative. */
const reluGradient: NonNullable<Operator['gradient']> = ({ outputs: [y] }, dy) => [passWhere(dy, y!)];
