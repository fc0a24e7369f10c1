import { type ChainLayer, outputSize } from '../onnx/blocked/chain.ts';
import { fitsInMemory, type Wanted } from '../onnx/blocked/places.ts';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph } from '../onnx/graph.ts';
import { type Layer, PAPER_LAYERS } from './architecture.ts';
import { buildInstances, type ForwardOptions } from './forward.ts';

/** A network divided for a chain. */
export interface ChainDivision {
  /** From `image [n, C, H, W]` to `x`: normalization, enlargement, and the pooling before the first convolution. */
  readonly front: Uint8Array;
  /** The layers in it. */
  readonly before: readonly Layer[];
  /** The convolutions up to the last max pooling. */
  readonly layers: readonly ChainLayer[];
  /** The layers after it, and the index of the first of them. */
  readonly rest: readonly Layer[];
  readonly begin: number;
}

/** What a network is divided by. */
export interface DivisionOptions extends Pick<ForwardOptions, 'normalization' | 'enlarge' | 'layers'> {
  /** Images that are computed together, and their size. */
  readonly images: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly lanes: 8 | 16;
  readonly wanted: Wanted;
  readonly withoutDropout?: boolean;
}

/**
 * Divides a network into a graph, a chain of convolutions and the rest; undefined where other layers stand between the
 * convolutions, where their channels do not fill blocks of `lanes`, or where its memory does not suffice.
 */
export function divideIntoChain(options: DivisionOptions): ChainDivision | undefined {
  const { lanes, wanted } = options;
  const layers = options.layers ?? PAPER_LAYERS;
  const first = layers.findIndex(({ kind }) => kind === 'convolution');
  const begin = layers.findLastIndex(({ kind }) => kind === 'max-pooling') + 1;
  const front = createFront(options, layers.slice(0, first));
  const body = bodyOf(layers.slice(first, begin), { ...front, first, withoutDropout: options.withoutDropout });
  const fits = ({ inputs, outputs }: ChainLayer, i: number) =>
    outputs % lanes === 0 && (i === 0 ? inputs < lanes : inputs % lanes === 0);
  if (!body || body.length === 0 || !body.every(fits)) return undefined;
  if (!fitsInMemory(body, { together: options.images, lanes, wanted })) return undefined;
  return { front: front.model, before: layers.slice(0, first), layers: body, rest: layers.slice(begin), begin };
}

function createFront(options: DivisionOptions, layers: readonly Layer[]) {
  const { images, channels, height, width } = options;
  const graph = createGraph({ microsoft: true });
  const image = graph.input('image', 'float32', [images, channels, height, width]);
  const { logits: x } = buildInstances(image, { ...options, layers, parameters: {} });
  const [, inputs, rows, columns] = x.shape as readonly number[];
  return { model: encodeModel(graph, { outputs: { x } }), inputs: inputs!, height: rows!, width: columns! };
}

function bodyOf(
  layers: readonly Layer[],
  {
    inputs,
    height,
    width,
    first,
    withoutDropout = false,
  }: { inputs: number; height: number; width: number; first: number; withoutDropout: boolean | undefined },
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
      // The name of its mask is as in the training graph.
      ...(dropped && { dropout: { rate: next.dropout, mask: `mask.layer${first + i + 1}` } }),
    });
  }
  return body;
}
