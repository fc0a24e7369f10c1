import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { buildBags, buildInstances, eachCell } from './forward.ts';
import { imageShape, layersOf, type ModelDescription } from './model-file.ts';
import type { Instances } from './pooling/pooling.ts';
import { POOLINGS } from './pooling/poolings.ts';
import { constantsOf, PROFILE_OUTPUT, poolFeatures } from './profile-graph.ts';
import type { NetworkModel } from './read-model.ts';
import { partName } from './tiles/tile-graph.ts';

/**
 * What a network whose instances are cells says of cells: `bag [N, K]` and `probability [N, K]`, those of a bag of this cell alone;
 * its share of the summary of a bag, `summary0 [N, K]` and so on, see `mergeSummaries`; and with `profile`, `profile [N, F]`.
 *
 * A cell has the class whose bag it would make, rather than that of the largest instance probability: the loss knows an instance
 * probability only against the threshold of its class. If two classes have the same cells but for a few, those have about the same
 * probability of both, and which is larger is chance; the thresholds, between what the bags of a class hold and what others hold,
 * part them.
 */
export function buildCellAnswers(
  positions: Instances,
  about: ModelDescription,
  { parameters, profile }: { readonly parameters: Readonly<Record<string, Value>>; readonly profile: boolean },
): Record<string, Value> {
  const { pooling, sharpness } = about;
  const cells = eachCell(positions);
  const { bag, probability } = buildBags(cells, { ...about, parameters });
  const parts = POOLINGS[pooling].summary(cells, { sharpness, parameters });
  return {
    bag: bag.probability,
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
