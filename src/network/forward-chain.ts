import type { ForwardChain } from '../onnx/blocked/chain.ts';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Graph, type Value } from '../onnx/graph.ts';
import type { Normalization } from '../pixels/normalization.ts';
import {
  buildRest,
  type ChainDivision,
  divideIntoChain,
  divideParameters,
  imagesTogether,
  restInput,
} from './chain-division.ts';
import { layersOf } from './model-file.ts';
import type { Instances } from './pooling/pooling.ts';
import { constantsOf } from './profile-graph.ts';
import type { NetworkModel } from './read-model.ts';

/** What a forward pass is made for. */
export interface ForwardChainOptions {
  /** Images that are often computed at once, and their size. */
  readonly images: number;
  readonly height: number;
  readonly width: number;
  /** Of the image; an image that is normalized already has none. */
  readonly normalization?: Normalization | undefined;
  /** The outputs, made of the instances; it may ask for further inputs. */
  readonly outputs: (
    instances: Instances,
    from: { readonly graph: Graph; readonly parameters: Readonly<Record<string, Value>> },
  ) => Readonly<Record<string, Value>>;
  /** Channels in a block. */
  readonly lanes: 8 | 16;
}

/**
 * A forward pass of a model as a chain of convolutions: what the graph of the model gives, to rounding, in less time.
 * Undefined where the layers do not fit into blocks of `lanes` channels, or not into the memory of a chain, and for a model
 * in whole numbers, which is faster as a graph.
 */
export function createForwardChain(
  { about, parameters }: NetworkModel,
  options: ForwardChainOptions,
): ForwardChain | undefined {
  const { height, width, normalization, lanes } = options;
  if (about.int8) return undefined;
  const layers = layersOf(about);
  const image = [about.channels.length, height, width] as const;
  const together = imagesTogether(options.images, { width: (about.enlarge ?? 1) * width, layers })!;
  const { enlarge, window } = about;
  const seen = { images: together, channels: image[0], height, width, enlarge, window, layers };
  const divided = divideIntoChain({
    ...seen,
    ...(normalization && { normalization }),
    lanes,
    wanted: 'outputs',
    withoutDropout: true,
  });
  if (!divided) return undefined;
  const { own, others } = divideParameters(divided, parameters);
  return {
    kind: 'forward',
    together,
    image,
    front: divided.front,
    layers: divided.layers,
    ...createHead({ about, parameters: others }, divided, { together, outputs: options.outputs }),
    parameters: own,
    lanes,
  };
}

/** From the last max pooling to the outputs. */
function createHead(
  { parameters }: NetworkModel,
  divided: ChainDivision,
  { together, outputs: outputsOf }: { together: number } & Pick<ForwardChainOptions, 'outputs'>,
): Pick<ForwardChain, 'head' | 'headFeeds' | 'headInput' | 'headOutputs'> {
  const graph = createGraph();
  const x = graph.input('x', 'float32', restInput(divided, together));
  const constants = constantsOf(graph, parameters);
  const instances = buildRest(x, divided, { images: together, parameters: constants });
  const outputs = outputsOf(instances, { graph, parameters: constants });
  return {
    head: encodeModel(graph, { outputs }),
    headInput: x.shape as readonly number[],
    headFeeds: graph.inputs.map(({ name }) => name).filter((name) => name !== 'x'),
    headOutputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { shape }]) => [name, shape as readonly number[]]),
    ),
  };
}
