import { encodeModel } from '../../onnx/encode.ts';
import { createGraph } from '../../onnx/graph.ts';
import { sigmoid } from '../../onnx/operators/elementwise.ts';
import { crop } from '../../onnx/operators/shape.ts';
import { buildInstances, buildLastLayer } from '../forward.ts';
import { layersOf } from '../model-file.ts';
import { POOLINGS } from '../pooling/poolings.ts';
import { constantsOf, PROFILE_OUTPUT, poolFeatures } from '../profile-graph.ts';
import type { NetworkModel } from '../read-model.ts';

/** Name of a part of the summary of a tile, as an output of the one graph and an input of the other. */
export const partName = (part: number): string => `summary${part}`;
/** Whether an output is such a part. */
export const isPartName = (name: string): boolean => name.startsWith('summary');

/**
 * The graph of a tile of a field. Inputs: `image [1, C, H, W]`, *normalized* pixels of any size; `from [2]` and `to
 * [2]`, int64, the rows and columns of instances for which the tile is responsible. Outputs: `map [1, K, h, w]`, these
 * instances, and `summary0 [1, K]` and so on, their summary for the pooling function; with `profile`, `profile [1, F]`
 * of these instances.
 */
export function createTileGraph(model: NetworkModel, { profile = false } = {}): Uint8Array {
  const { about } = model;
  const graph = createGraph();
  const image = graph.input('image', 'float32', [1, about.channels.length, 'H', 'W']);
  const [from, to] = [graph.input('from', 'int64', [2]), graph.input('to', 'int64', [2])];
  const parameters = constantsOf(graph, model.parameters);
  const all = buildInstances(image, { parameters, enlarge: about.enlarge, int8: about.int8, layers: layersOf(about) });
  const own = { logits: crop(all.logits, { from, to }), features: crop(all.features, { from, to }) };
  const parts = POOLINGS[about.pooling].summary(own, { sharpness: about.sharpness, parameters });
  const summary = Object.fromEntries(parts.map((part, i) => [partName(i), part]));
  const pooled = { ...summary, ...(profile && { [PROFILE_OUTPUT]: poolFeatures(own.features) }) };
  return encodeModel(graph, { outputs: { map: sigmoid(own.logits), ...pooled } });
}

/**
 * The rest of the network after the summary of a whole field: inputs `summary0 [1, K]` and so on, outputs `probability`
 * and `bag [1, K]`.
 */
export function createFinishGraph(model: NetworkModel): Uint8Array {
  const { about } = model;
  const graph = createGraph();
  const parameters = constantsOf(graph, model.parameters);
  const { merge, finish } = POOLINGS[about.pooling];
  const parts = merge.map((_, i) => graph.input(partName(i), 'float32', [1, about.classes.length]));
  const bag = finish(parts, { sharpness: about.sharpness, parameters }).probability;
  const { probability } = buildLastLayer(bag, { ...about, parameters });
  return encodeModel(graph, { outputs: { probability, bag } });
}
