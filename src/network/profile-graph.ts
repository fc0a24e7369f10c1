import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Graph, type Value } from '../onnx/graph.ts';
import { reduceMean } from '../onnx/operators/reduction.ts';
import { lastConvolution } from './architecture.ts';
import { buildBags, buildInstances, eachCell } from './forward.ts';
import { imageShape, layersOf } from './model-file.ts';
import type { Parameters } from './parameters.ts';
import type { NetworkModel } from './read-model.ts';

/** Name of the output of graphs that give profiles. */
export const PROFILE_OUTPUT = 'profile';

/**
 * The graph of a model that gives profiles besides its predictions. Input: `image [N, C, H, W]`, as for the model file.
 * Outputs: `probability [N, K]`, `bag [N, K]` and `profile [N, F]`, see {@link poolFeatures}.
 */
export function createProfileGraph({ about, parameters }: NetworkModel): Uint8Array {
  const graph = createGraph();
  const image = graph.input('image', 'float32', imageShape(about));
  const options = { ...about, layers: layersOf(about), parameters: constantsOf(graph, parameters) };
  const positions = buildInstances(image, options);
  const { probability, bag, features } = buildBags(
    about.instances === 'cells' ? eachCell(positions) : positions,
    options,
  );
  return encodeModel(graph, {
    outputs: { probability, bag: bag.probability, [PROFILE_OUTPUT]: poolFeatures(features) },
  });
}

/**
 * The profile `[N, F]` of feature maps `[N, F, h, w]`: the mean of each over its positions. The maps are those after
 * the ReLU of the last but one convolution (conv6 of the paper, F = 1000), of which the logits of the instances are a
 * linear function. It is a mean, as in the usual aggregation of single-cell profiles, so that tiles give the profile of
 * the whole field.
 */
export function poolFeatures(features: Value): Value {
  return reduceMean(features, { axes: [2, 3] });
}

/** Length of a profile of a model. */
export function profileLength({ about, parameters }: NetworkModel): number {
  return parameters[`${lastConvolution(layersOf(about))!.name}.weight`]!.shape[1]!;
}

/** The parameters as constants of a graph, by their names. */
export function constantsOf(graph: Graph, parameters: Parameters): Record<string, Value> {
  return Object.fromEntries(Object.entries(parameters).map(([name, tensor]) => [name, graph.constant(tensor, name)]));
}
