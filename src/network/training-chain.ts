import { type Chain, type ChainLayer, outputSize } from '../onnx/blocked/chain.ts';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { type Layer, PAPER_LAYERS } from './architecture.ts';
import { buildForward, buildInstances } from './forward.ts';
import { parameterShapes } from './parameters.ts';
import { type DropoutMask, dropBy, lossOutputs, type TrainingGraphOptions } from './training-graph.ts';

/** A training step as a chain: what the training graph gives, to rounding, and in less time. */
export interface TrainingChain {
  readonly chain: Chain;
  /** Inputs to be given as seeds at every step. */
  readonly masks: readonly DropoutMask[];
}

/**
 * The gradient of the weighted loss of a micro-batch, as of `createTrainingGraph`, as a chain; undefined where the
 * layers do not fit into blocks of `lanes` channels.
 */
export function createTrainingChain(options: TrainingGraphOptions, lanes: 8 | 16): TrainingChain | undefined {
  const { images, channels, classes, height, width, withoutDropout = false } = options;
  const layers = options.layers ?? PAPER_LAYERS;
  const first = layers.findIndex(({ kind }) => kind === 'convolution');
  const end = layers.findLastIndex(({ kind }) => kind === 'max-pooling') + 1;
  const front = createFront(options, layers.slice(0, first));
  const body = bodyOf(layers.slice(first, end), { ...front, first, withoutDropout });
  const fits = ({ inputs, outputs }: ChainLayer, i: number) =>
    outputs % lanes === 0 && (i === 0 ? inputs < lanes : inputs % lanes === 0);
  if (!body || body.length === 0 || !body.every(fits)) return undefined;
  const head = createHeadGraph(options, { body, layers: layers.slice(end), begin: end });
  const bodyMasks = body.flatMap((layer): DropoutMask[] => {
    if (!layer.dropout) return [];
    const { mask, rate } = layer.dropout;
    return [{ input: mask, shape: [images, layer.outputs, ...outputSize(layer)], rate }];
  });
  return {
    chain: {
      images,
      image: [channels, height, width],
      classes,
      front: front.model,
      layers: body,
      head: head.model,
      headParameters: head.parameters,
      headMasks: Object.fromEntries(head.masks.map(({ input, shape }) => [input, shape])),
      lanes,
    },
    masks: [...bodyMasks, ...head.masks],
  };
}

/** Normalization, enlargement and the pooling before the first convolution. */
function createFront(options: TrainingGraphOptions, layers: readonly Layer[]) {
  const { channels, height, width } = options;
  const graph = createGraph({ microsoft: options.microsoft ?? true });
  const image = graph.input('image', 'float32', [1, channels, height, width]);
  const { logits: x } = buildInstances(image, { ...options, layers, parameters: {} });
  const [, inputs, rows, columns] = x.shape as readonly number[];
  return { model: encodeModel(graph, { outputs: { x } }), inputs: inputs!, height: rows!, width: columns! };
}

/** The convolutions up to the last max pooling; undefined if other layers stand between them. */
function bodyOf(
  layers: readonly Layer[],
  {
    inputs,
    height,
    width,
    first,
    withoutDropout,
  }: { inputs: number; height: number; width: number; first: number; withoutDropout: boolean },
): readonly ChainLayer[] | undefined {
  const body: ChainLayer[] = [];
  for (const [i, layer] of layers.entries()) {
    if (layer.kind === 'max-pooling' && layers[i - 1]?.kind === 'convolution') continue;
    if (layer.kind !== 'convolution' || layer.outputs === 'classes' || layer.dropout > 0) return undefined;
    const next = layers[i + 1];
    const pooled = next?.kind === 'max-pooling';
    const before = body.at(-1);
    const [rows, columns] = before ? outputSize(before) : [height, width];
    const dropped = pooled && next.dropout > 0 && !withoutDropout;
    body.push({
      name: layer.name,
      inputs: before?.outputs ?? inputs,
      outputs: layer.outputs,
      size: layer.size,
      height: rows,
      width: columns,
      pooled,
      ...(dropped && { dropout: { rate: next.dropout, mask: maskName(first + i + 1) } }),
    });
  }
  return body;
}

/** The name of the mask of the layer with this index, as in the training graph. */
const maskName = (index: number) => `mask.layer${index}`;

/** Everything after the last max pooling, with its gradient, for one image. */
function createHeadGraph(
  options: TrainingGraphOptions,
  { body, layers, begin }: { body: readonly ChainLayer[]; layers: readonly Layer[]; begin: number },
) {
  const { classes, head, microsoft = true, withoutDropout = false } = options;
  const last = body.at(-1)!;
  const graph = createGraph({ microsoft });
  const x = graph.input('x', 'float32', [1, last.outputs, ...outputSize(last)]);
  const targets = graph.input('target', 'float32', [1, classes]);
  const weights = graph.input('weight', 'float32', [1]);
  const inBody = new Set(body.flatMap(({ name }) => [`${name}.weight`, `${name}.bias`]));
  const shapes = Object.fromEntries(Object.entries(parameterShapes(options)).filter(([name]) => !inBody.has(name)));
  const parameters: Record<string, Value> = {};
  for (const [name, shape] of Object.entries(shapes)) parameters[name] = graph.input(name, 'float32', shape);
  const masks: DropoutMask[] = [];
  const dropout = dropBy(masks, (name) => `layer${begin + Number(name.slice('layer'.length))}`);
  const forward = buildForward(x, {
    parameters,
    layers,
    pooling: options.pooling,
    sharpness: options.sharpness,
    head,
    training: true,
    ...(withoutDropout ? {} : { dropout }),
  });
  const outputs = lossOutputs(forward, { targets, weights, head, wanted: { ...parameters, x } });
  return { model: encodeModel(graph, { outputs }), parameters: shapes, masks };
}
