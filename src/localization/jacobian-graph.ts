import { enlarge } from '../network/enlarge.ts';
import { buildForward, normalizeImage } from '../network/forward.ts';
import type { NetworkModel } from '../network/read-model.ts';
import { encodeModel } from '../onnx/encode.ts';
import { propagateBack } from '../onnx/gradients.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { mul, relu } from '../onnx/operators/elementwise.ts';
import { reduceSum } from '../onnx/operators/reduction.ts';
import { reshape } from '../onnx/operators/shape.ts';

/** Of what a graph of the Jacobian map is made. */
export interface JacobianGraphOptions {
  /** Size of the image in pixels. */
  readonly height: number;
  readonly width: number;
  /** What comes in: intensity `counts` as in the file, or pixels that are `normalized` already. */
  readonly input?: 'counts' | 'normalized';
  /** P_i: that of this very image, or `given` as the input `bag [1, K]`, that of the field which the image is a part of. */
  readonly bag?: 'own' | 'given';
}

/**
 * The graph of the Jacobian map of Kraus, Ba & Frey (2016), equation 5: which pixels speak for a class. The backward pass
 * starts at the map of each class with P_i · p_ij (the bag and its instances) and goes back to the pixels, with a ReLU on
 * every backward activation, so that only what speaks for a class is handed on.
 *
 * The map is the one of the *normalized* intensities, those in deviations from the mean: so the scale on which a channel
 * was recorded does not decide what it weighs beside the others.
 *
 * Inputs: `image [1, C, H, W]` float32, `classes [1, K]`: 1 for a class that takes part, 0 for one whose map is set to zero.
 * Outputs: `jacobian [1, C, H, W]`, `total [1, 1, H, W]` its sum over the channels, `map [1, K, h, w]` the instances; unless
 * the bag is given, also `probability [1, K]` and `bag [1, K]`. Of a model that enlarges fields also `enlarged [1, 1, f·H, f·W]`: the
 * total at the pixels that the network saw.
 */
export function createJacobianGraph(
  { about, parameters }: NetworkModel,
  { height, width, input = 'counts', bag: origin = 'own' }: JacobianGraphOptions,
): Uint8Array {
  const { channels, classes, pooling, sharpness, head, normalization, enlarge: factor = 1 } = about;
  const graph = createGraph();
  const image = graph.input('image', 'float32', [1, channels.length, height, width]);
  const selection = graph.input('classes', 'float32', [1, classes.length]);
  const constants: Record<string, Value> = {};
  for (const [name, tensor] of Object.entries(parameters)) constants[name] = graph.constant(tensor, name);
  // Normalized before all else, its gradient is that of the normalized intensities.
  const pixels = input === 'counts' ? normalizeImage(image, normalization) : image;
  const seen = enlarge(pixels, factor);
  const forward = buildForward(seen, { parameters: constants, pooling, sharpness, head });
  const bag = origin === 'own' ? forward.bag.probability : graph.input('bag', 'float32', [1, classes.length]);
  const start = mul(forward.map, reshape(mul(bag, selection), [1, classes.length, 1, 1]));
  const [jacobian, atSeen] = propagateBack(
    [{ value: forward.logits, gradient: start }],
    [pixels, seen],
    positivePart,
  ) as [Value, Value];
  const total = (of: Value) => reduceSum(of, { axes: [1], keepDims: true });
  return encodeModel(graph, {
    outputs: {
      jacobian,
      total: total(jacobian),
      map: forward.map,
      ...(origin === 'own' && { probability: forward.probability, bag }),
      ...(factor > 1 && { enlarged: total(atSeen) }),
    },
  });
}

/** The ReLU of a backward activation: nothing negative comes back but from convolutions, of which enlarging is one. */
function positivePart(gradient: Value): Value {
  return gradient.node?.operator.name === 'Conv' ? relu(gradient) : gradient;
}
