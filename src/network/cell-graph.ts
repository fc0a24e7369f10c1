import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { sigmoid } from '../onnx/operators/elementwise.ts';
import { softmax } from '../onnx/operators/reduction.ts';
import { reshape } from '../onnx/operators/shape.ts';
import { buildInstances, eachCell } from './forward.ts';
import { imageShape, layersOf, type ModelDescription } from './model-file.ts';
import { logSigmoid } from './pooling/limits.ts';
import type { Instances } from './pooling/pooling.ts';
import { POOLINGS } from './pooling/poolings.ts';
import { constantsOf, PROFILE_OUTPUT, poolFeatures } from './profile-graph.ts';
import type { NetworkModel } from './read-model.ts';
import { partName } from './tiles/tile-graph.ts';

/**
 * What a network whose instances are cells says of cells: `bag [N, K]`, their instance probabilities; `probability [N, K]`, the
 * same, of one class a field as shares of their sum; its share of the summary of a bag, `summary0 [N, K]` and so on, see
 * `mergeSummaries`; and with `profile`, `profile [N, F]`.
 */
export function buildCellAnswers(
  positions: Instances,
  { pooling, sharpness, head, classes }: ModelDescription,
  { parameters, profile }: { readonly parameters: Readonly<Record<string, Value>>; readonly profile: boolean },
): Record<string, Value> {
  const cells = eachCell(positions);
  const logits = reshape(cells.logits, [-1, classes.length]);
  const bag = sigmoid(logits);
  const parts = POOLINGS[pooling].summary(cells, { sharpness, parameters });
  return {
    bag,
    // As a softmax of ln p, so that it is a number where all are small.
    probability: head === 'sigmoid' ? bag : softmax(logSigmoid(logits)),
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
