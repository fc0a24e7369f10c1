import { outputSize, type StepChain } from '../onnx/blocked/chain.ts';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { reshape, transpose } from '../onnx/operators/shape.ts';
import { type Layer, PAPER_LAYERS } from './architecture.ts';
import { type ChainDivision, divideIntoChain } from './chain-division.ts';
import { buildBags, buildInstances } from './forward.ts';
import { parameterShapes } from './parameters.ts';
import { type DropoutMask, dropBy, lossOutputs, type TrainingGraphOptions } from './training-graph.ts';

/** A training step as a chain: what the training graph gives, to rounding, and in less time. */
export interface TrainingChain {
  readonly chain: StepChain;
  /** Inputs to be given as seeds at every step. */
  readonly masks: readonly DropoutMask[];
}

/**
 * The gradient of the weighted loss of a micro-batch, as of `createTrainingGraph`, as a chain; undefined where the
 * layers do not fit into blocks of `lanes` channels, or not into the memory of a chain.
 */
export function createTrainingChain(options: TrainingGraphOptions, lanes: 8 | 16): TrainingChain | undefined {
  const { images, channels, classes, height, width, enlarge = 1 } = options;
  const layers = options.layers ?? PAPER_LAYERS;
  const together = seesNeighbours(layers) ? 1 : imagesTogether(images, enlarge * width);
  const divided = divideIntoChain({ ...options, images: together, lanes, wanted: 'parameters' });
  if (!divided) return undefined;
  const head = createHeadGraph({ ...options, images: together }, divided);
  // Masks of the layers are drawn for the images of a sheet at once.
  const bodyMasks = divided.layers.flatMap((layer): DropoutMask[] => {
    if (!layer.dropout) return [];
    const { mask, rate } = layer.dropout;
    return [{ input: mask, shape: [images, layer.outputs, ...outputSize(layer)], rate }];
  });
  return {
    chain: {
      kind: 'step',
      images,
      together,
      image: [channels, height, width],
      classes,
      front: divided.front,
      layers: divided.layers,
      head: head.model,
      headInput: head.input,
      headOutputs: head.outputs,
      headParameters: head.parameters,
      headMasks: Object.fromEntries(head.masks.map(({ input, shape }) => [input, shape])),
      lanes,
    },
    masks: [...bodyMasks, ...head.masks],
  };
}

/** Pixels side by side above which nothing is gained by more images. */
const WIDE = 1600;

/**
 * How many of the images of a micro-batch are computed side by side: small ones together, large ones alone, and as many
 * as leave the fewest places empty in the last sheet.
 */
function imagesTogether(images: number, width: number): number {
  const most = Math.min(images, Math.max(1, Math.floor(WIDE / width)));
  const places = (n: number) => n * Math.ceil(images / n);
  let best = most;
  for (let n = most - 1; n > most / 2; n--) if (places(n) < places(best)) best = n;
  return best;
}

/** Whether a layer after the last max pooling sees more than its own position. */
function seesNeighbours(layers: readonly Layer[]): boolean {
  const rest = layers.slice(layers.findLastIndex(({ kind }) => kind === 'max-pooling') + 1);
  return rest.some((layer) => layer.kind !== 'convolution' || layer.size > 1);
}

/**
 * Everything after the last max pooling, with its gradient. Layers that see one position at a time are shown those of all
 * images as one picture, with a row for each image, so that their gradients are one product.
 */
function createHeadGraph(options: TrainingGraphOptions, { layers, rest, begin }: ChainDivision) {
  const { images, classes, head, microsoft = true, withoutDropout = false } = options;
  const last = layers.at(-1)!;
  const graph = createGraph({ microsoft });
  const [height, width] = outputSize(last);
  const input = images === 1 ? [1, last.outputs, height, width] : [1, last.outputs, images, height * width];
  const x = graph.input('x', 'float32', input);
  const targets = graph.input('target', 'float32', [images, classes]);
  const weights = graph.input('weight', 'float32', [images]);
  const inBody = new Set(layers.flatMap(({ name }) => [`${name}.weight`, `${name}.bias`]));
  const shapes = Object.fromEntries(Object.entries(parameterShapes(options)).filter(([name]) => !inBody.has(name)));
  const parameters: Record<string, Value> = {};
  for (const [name, shape] of Object.entries(shapes)) parameters[name] = graph.input(name, 'float32', shape);
  const masks: DropoutMask[] = [];
  const dropout = dropBy(masks, (name) => `layer${begin + Number(name.slice('layer'.length))}`);
  const seen = buildInstances(x, {
    parameters,
    layers: rest,
    training: true,
    ...(withoutDropout ? {} : { dropout }),
  });
  const ofImages = (value: Value): Value => {
    const channels = value.shape[1] as number;
    return images === 1 ? value : transpose(reshape(value, [channels, images, height, width]), [1, 0, 2, 3]);
  };
  const instances = { logits: ofImages(seen.logits), features: ofImages(seen.features) };
  const { pooling, sharpness } = options;
  const forward = buildBags(instances, { parameters, pooling, sharpness, head });
  const outputs = lossOutputs(forward, { targets, weights, head, wanted: { ...parameters, x } });
  const { 'd.x': _, ...others } = outputs;
  return {
    model: encodeModel(graph, { outputs }),
    input,
    parameters: Object.keys(shapes),
    masks,
    outputs: Object.fromEntries(Object.entries(others).map(([name, { shape }]) => [name, shape as number[]])),
  };
}
