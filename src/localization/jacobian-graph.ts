import { enlarge } from '../network/enlarge.ts';
import { buildForward, normalizeImage } from '../network/forward.ts';
import { layersOf } from '../network/model-file.ts';
import { constantsOf } from '../network/profile-graph.ts';
import type { NetworkModel } from '../network/read-model.ts';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { mapOutputs, startOfMap, supporting } from './jacobian-parts.ts';

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
 * Inputs: `image [1, C, H, W]` float32, `classes [1, K]`: 1 for a class that takes part, 0 for one whose map is set to
 * zero. Outputs: `total [1, 1, H, W]`, the sum over the channels, `map [1, K, h, w]` the instances; unless the bag is
 * given, also `probability [1, K]` and `bag [1, K]`; with `channelMaps` also `jacobian [1, C, H, W]`. For a model that
 * enlarges fields, also `enlarged [1, 1, f·H, f·W]`: the total at the pixels that the network saw.
 */
export function createJacobianGraph(
  { about, parameters }: NetworkModel,
  { height, width, input = 'counts', bag: origin = 'own', channelMaps = false }: JacobianGraphOptions,
): Uint8Array {
  const { channels, classes, pooling, sharpness, head, normalization, enlarge: factor = 1 } = about;
  const graph = createGraph();
  const image = graph.input('image', 'float32', [1, channels.length, height, width]);
  const selection = graph.input('classes', 'float32', [1, classes.length]);
  // Normalized first, so that the gradient is that of the normalized intensities.
  const pixels = input === 'counts' ? normalizeImage(image, normalization) : image;
  const seen = enlarge(pixels, factor);
  const layers = layersOf(about);
  const constants = constantsOf(graph, parameters);
  const forward = buildForward(seen, { parameters: constants, pooling, sharpness, head, layers });
  const { outputs, start } = startOfMap(forward, { origin, selection });
  const pooled = layers[0]?.kind === 'average-pooling';
  const means = pooled ? graph.nodes.find(({ operator }) => operator.name === 'AveragePool')?.outputs[0] : undefined;
  const back = (...targets: readonly Value[]) => supporting({ value: forward.logits, gradient: start }, targets);
  return encodeModel(graph, {
    outputs: { ...outputs, ...mapOutputs({ pixels, seen, means }, { back, factor, channelMaps }) },
  });
}
