import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Graph, type Value } from '../onnx/graph.ts';
import { lastConvolution } from './architecture.ts';
import { buildBags, buildInstances, eachCell, keepForeground } from './forward.ts';
import { imageShape, layersOf } from './model-file.ts';
import type { Parameters } from './parameters.ts';
import { meanOver } from './pooling/over.ts';
import type { Instances } from './pooling/pooling.ts';
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
  const instances = about.instances === 'cells' ? eachCell(positions) : positions;
  const { probability, bag } = buildBags(instances, options);
  return encodeModel(graph, {
    outputs: { probability, bag: bag.probability, [PROFILE_OUTPUT]: poolFeatures(instances.features) },
  });
}

/**
 * The graph of a model that pools only the positions that hold cells. Inputs: `image [N, C, H, W]`, `foreground [N, 1, h, w]`, see
 * `foregroundOf`. Outputs: `probability [N, K]`, `bag [N, K]` and, with `profile`, `profile [N, F]`, over the same positions.
 */
export function createForegroundGraph(
  { about, parameters }: NetworkModel,
  { profile = false }: { profile?: boolean } = {},
): Uint8Array {
  const graph = createGraph();
  const image = graph.input('image', 'float32', imageShape(about));
  const options = { ...about, layers: layersOf(about), parameters: constantsOf(graph, parameters) };
  const instances = keepForeground(buildInstances(image, options));
  const { probability, bag } = buildBags(instances, options);
  const profiles = profile && { [PROFILE_OUTPUT]: poolFeatures(instances.features, instances) };
  return encodeModel(graph, { outputs: { probability, bag: bag.probability, ...profiles } });
}

/**
 * The profile `[N, F]` of feature maps `[N, F, h, w]`: the mean of each over the positions that are pooled. The maps are those after
 * the ReLU of the last but one convolution (conv6 of the paper, F = 1000), of which the logits of the instances are a
 * linear function. It is a mean, as in the usual aggregation of single-cell profiles, so that tiles give the profile of
 * the whole field.
 */
export function poolFeatures(features: Value, over: Pick<Instances, 'kept'> = {}): Value {
  return meanOver(features, over);
}

/** Length of a profile of a model. */
export function profileLength({ about, parameters }: NetworkModel): number {
  return parameters[`${lastConvolution(layersOf(about))!.name}.weight`]!.shape[1]!;
}

/** The parameters as constants of a graph, by their names. */
export function constantsOf(graph: Graph, parameters: Parameters): Record<string, Value> {
  return Object.fromEntries(Object.entries(parameters).map(([name, tensor]) => [name, graph.constant(tensor, name)]));
}
