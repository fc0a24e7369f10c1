import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { atLeast, div, sigmoid } from '../onnx/operators/elementwise.ts';
import { reduceMean, reduceSum } from '../onnx/operators/reduction.ts';
import { buildBags, buildInstances, eachCell } from './forward.ts';
import { imageShape, layersOf, type ModelDescription } from './model-file.ts';
import { LEAST_PROBABILITY } from './pooling/limits.ts';
import type { Instances } from './pooling/pooling.ts';
import { POOLINGS } from './pooling/poolings.ts';
import { constantsOf, PROFILE_OUTPUT, poolFeatures } from './profile-graph.ts';
import type { NetworkModel } from './read-model.ts';
import { partName } from './tiles/tile-graph.ts';

/**
 * What a network whose instances are cells says of cells: `bag [N, K]`, the instance probabilities; `probability [N, K]`, with a
 * softmax these divided by their sum, with sigmoids the last layer of a bag of the cell alone; its share of the summary of a bag,
 * `summary0 [N, K]` and so on, see `mergeSummaries`; and with `profile`, `profile [N, F]`.
 *
 * A cell has the class of its largest instance probability. The loss of bags knows these only against the thresholds of their
 * classes; what makes them comparable is that a training begins with each cell as a bag by itself, see `beginsAlone`.
 */
export function buildCellAnswers(
  positions: Instances,
  about: ModelDescription,
  { parameters, profile }: { readonly parameters: Readonly<Record<string, Value>>; readonly profile: boolean },
): Record<string, Value> {
  const { pooling, sharpness, head } = about;
  const cells = eachCell(positions);
  const each = reduceMean(sigmoid(cells.logits), { axes: [2, 3] });
  const probability =
    head === 'softmax'
      ? div(each, atLeast(reduceSum(each, { axes: [1], keepDims: true }), LEAST_PROBABILITY))
      : buildBags(cells, { ...about, parameters }).probability;
  const parts = POOLINGS[pooling].summary(cells, { sharpness, parameters });
  return {
    bag: each,
    probability,
    ...Object.fromEntries(parts.map((part, i) => [partName(i), part])),
    ...(profile && { [PROFILE_OUTPUT]: poolFeatures(cells.features) }),
  };
}

/** The graph of {@link buildCellAnswers}. Input: `image [N, C, s, s]`, cells, of the side of the model unless another is given. */
export function createCellGraph(
  { about, parameters: learned }: NetworkModel,
  { profile = false, side }: { profile?: boolean; side?: number | undefined } = {},
): Uint8Array {
  const graph = createGraph();
  const image = graph.input('image', 'float32', imageShape(about, side));
  const parameters = constantsOf(graph, learned);
  const positions = buildInstances(image, { ...about, layers: layersOf(about), parameters });
  return encodeModel(graph, { outputs: buildCellAnswers(positions, about, { parameters, profile }) });
}
