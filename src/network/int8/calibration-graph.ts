import { encodeModel } from '../../onnx/encode.ts';
import { createGraph, type Value } from '../../onnx/graph.ts';
import { buildInstances } from '../forward.ts';
import { imageShape, layersOf } from '../model-file.ts';
import { constantsOf } from '../profile-graph.ts';
import type { NetworkModel } from '../read-model.ts';
import { scaledConvolutions } from './convolve-int8.ts';

/** The input of each convolution that has a scale, as outputs of these names. */
const inputName = (convolution: string): string => `input.${convolution}`;

/**
 * The graph of a model that gives what its convolutions see. Input: `image [N, C, H, W]`, as for the model file. Outputs, by the
 * names of {@link scaledConvolutions}: `input.<name> [N, F, h, w]`.
 */
export function createCalibrationGraph({ about, parameters }: NetworkModel): Uint8Array {
  const graph = createGraph();
  const image = graph.input('image', 'float32', imageShape(about));
  const layers = layersOf(about);
  buildInstances(image, { ...about, int8: undefined, layers, parameters: constantsOf(graph, parameters) });
  const seenBy = (name: string): Value => {
    const node = graph.nodes.find(({ inputs }) => inputs[1]?.name === `${name}.weight`);
    return node!.inputs[0]!;
  };
  return encodeModel(graph, {
    outputs: Object.fromEntries(scaledConvolutions(layers).map((name) => [inputName(name), seenBy(name)])),
  });
}

/** The outputs of the graph by the names of the convolutions. */
export function convolutionInputs<T>(
  outputs: Readonly<Record<string, T>>,
  about: NetworkModel['about'],
): [string, T][] {
  return scaledConvolutions(layersOf(about)).map((name) => [name, outputs[inputName(name)]!]);
}
