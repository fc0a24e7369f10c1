import { type ChainDivision, divideIntoChain, divideParameters } from '../network/chain-division.ts';
import { enlarge } from '../network/enlarge.ts';
import { buildForward, buildInstances } from '../network/forward.ts';
import { layersOf } from '../network/model-file.ts';
import { constantsOf } from '../network/profile-graph.ts';
import type { NetworkModel } from '../network/read-model.ts';
import { type MapChain, outputSize } from '../onnx/blocked/chain.ts';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { float32 } from '../onnx/tensor.ts';
import type { JacobianGraphOptions } from './jacobian-graph.ts';
import { mapOutputs, startOfMap, supporting } from './jacobian-parts.ts';

/**
 * What the graph of the Jacobian map gives of normalized pixels (see `createJacobianGraph`), to rounding, as a chain of
 * convolutions, in less time. Undefined where the layers do not fit into blocks of `lanes` channels, or where the first of
 * them is not an average pooling and the second a convolution.
 */
export function createJacobianChain(
  model: NetworkModel,
  options: Omit<JacobianGraphOptions, 'input'>,
  lanes: 8 | 16,
): MapChain | undefined {
  const { about, parameters } = model;
  const { height, width } = options;
  const image = [about.channels.length, height, width] as const;
  const layers = layersOf(about);
  if (layers[0]?.kind !== 'average-pooling' || layers[1]?.kind !== 'convolution') return undefined;
  const seen = { channels: image[0], height, width, enlarge: about.enlarge, layers };
  const divided = divideIntoChain({ ...seen, images: 1, lanes, wanted: 'input', withoutDropout: true });
  if (!divided) return undefined;
  const { own, others } = divideParameters(divided, parameters);
  return {
    kind: 'map',
    together: 1,
    image,
    front: divided.front,
    layers: divided.layers,
    ...createHead({ about, parameters: others }, divided, options),
    tail: createTail({ about, parameters }, divided, options),
    parameters: own,
    lanes,
  };
}

/** From the last max pooling to the bag and the instances, and back from these. */
function createHead(
  { about, parameters }: NetworkModel,
  { layers, rest }: ChainDivision,
  { bag: origin = 'own' }: Pick<JacobianGraphOptions, 'bag'>,
): Pick<MapChain, 'head' | 'headFeeds' | 'headInput' | 'headOutputs'> {
  const { classes, pooling, sharpness, head } = about;
  const last = layers.at(-1)!;
  const graph = createGraph();
  const x = graph.input('x', 'float32', [1, last.outputs, ...outputSize(last)]);
  const selection = graph.input('classes', 'float32', [1, classes.length]);
  const constants = constantsOf(graph, parameters);
  const forward = buildForward(x, { pooling, sharpness, head, layers: rest, parameters: constants });
  const { start, outputs } = startOfMap(forward, { origin, selection });
  const [slope] = supporting({ value: forward.logits, gradient: start }, [x]) as [Value];
  return {
    head: encodeModel(graph, { outputs: { ...outputs, 'd.x': slope } }),
    headInput: x.shape as readonly number[],
    headFeeds: graph.inputs.map(({ name }) => name).filter((name) => name !== 'x'),
    headOutputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { shape }]) => [name, shape as readonly number[]]),
    ),
  };
}

/** From what arrives at the first convolution to the pixels. What stands before it is linear, whatever the image is. */
function createTail(
  { about }: NetworkModel,
  { before }: ChainDivision,
  { height, width, channelMaps = false }: Omit<JacobianGraphOptions, 'input'>,
): Uint8Array {
  const { channels, enlarge: factor = 1 } = about;
  const graph = createGraph();
  const shape = [1, channels.length, height, width];
  const pixels = graph.constant(float32(new Float32Array(channels.length * height * width), shape));
  const seen = enlarge(pixels, factor);
  const { logits: means } = buildInstances(seen, { layers: before, parameters: {} });
  const gradient = graph.input('d.x', 'float32', means.shape as readonly number[]);
  const back = (...targets: readonly Value[]): Value[] =>
    targets[0] === means ? [gradient] : supporting({ value: means, gradient }, targets);
  return encodeModel(graph, { outputs: mapOutputs({ pixels, seen, means }, { back, factor, channelMaps }) });
}
