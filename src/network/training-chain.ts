import { outputSize, type StepChain } from '../onnx/blocked/chain.ts';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import {
  buildRest,
  type ChainDivision,
  divideIntoChain,
  divideParameters,
  imagesTogether,
  restInput,
} from './chain-division.ts';
import { FOREGROUND } from './foreground.ts';
import { buildBags, gatherCells, keepForeground } from './forward.ts';
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
  const { cells = 1 } = options;
  const together = imagesTogether(images, { width: enlarge * width, layers: options.layers, bag: cells });
  if (together === undefined) return undefined;
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
      bag: cells,
      image: [channels, height, width],
      classes,
      front: divided.front,
      layers: divided.layers,
      head: head.model,
      headInput: head.input,
      headOutputs: head.outputs,
      headParameters: head.parameters,
      headImages: options.withForeground ? [FOREGROUND] : [],
      headMasks: Object.fromEntries(head.masks.map(({ input, shape }) => [input, shape])),
      lanes,
    },
    masks: [...bodyMasks, ...head.masks],
  };
}

/** Everything after the last max pooling, with its gradient. */
function createHeadGraph(options: TrainingGraphOptions, divided: ChainDivision) {
  const { images, classes, head, cells, microsoft = true, withoutDropout = false, withForeground = false } = options;
  const bags = images / (cells ?? 1);
  const { begin } = divided;
  const graph = createGraph({ microsoft });
  const x = graph.input('x', 'float32', restInput(divided, images));
  const targets = graph.input('target', 'float32', [bags, classes]);
  const weights = graph.input('weight', 'float32', [bags]);
  const { others: shapes } = divideParameters(divided, parameterShapes(options));
  const parameters: Record<string, Value> = {};
  for (const [name, shape] of Object.entries(shapes)) parameters[name] = graph.input(name, 'float32', shape);
  const masks: DropoutMask[] = [];
  const dropout = dropBy(masks, (name) => `layer${begin + Number(name.slice('layer'.length))}`);
  const shown = { images, parameters, training: true, ...(withoutDropout ? {} : { dropout }) };
  const seen = buildRest(x, divided, shown);
  const positions = withForeground ? keepForeground(seen) : seen;
  const instances = cells === undefined ? positions : gatherCells(seen, cells);
  const { pooling, sharpness } = options;
  const forward = buildBags(instances, { parameters, pooling, sharpness, head });
  const outputs = lossOutputs(forward, { targets, weights, head, wanted: { ...parameters, x } });
  const { 'd.x': _, ...others } = outputs;
  return {
    model: encodeModel(graph, { outputs }),
    input: x.shape as readonly number[],
    parameters: Object.keys(shapes),
    masks,
    outputs: Object.fromEntries(Object.entries(others).map(([name, { shape }]) => [name, shape as number[]])),
  };
}
