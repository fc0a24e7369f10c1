import { type ChainLayer, outputSize } from '../onnx/blocked/chain.ts';
import { fitsInMemory, type Wanted } from '../onnx/blocked/places.ts';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { reshape, transpose } from '../onnx/operators/shape.ts';
import { type Layer, PAPER_LAYERS } from './architecture.ts';
import { buildInstances, type ForwardOptions } from './forward.ts';
import type { Instances } from './pooling/pooling.ts';

/** A network divided for a chain. */
export interface ChainDivision {
  /** From `image [n, C, H, W]` to `x`: normalization, enlargement, and the pooling before the first convolution. */
  readonly front: Uint8Array;
  /** The layers in it. */
  readonly before: readonly Layer[];
  /** The convolutions up to the last max pooling. */
  readonly layers: readonly ChainLayer[];
  /** The layers after these, and the index of the first of them. */
  readonly rest: readonly Layer[];
  readonly begin: number;
}

/** What a network is divided by. */
export interface DivisionOptions extends Pick<ForwardOptions, 'normalization' | 'enlarge' | 'window' | 'layers'> {
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

/** The parameters of the convolutions of a chain, and those of the rest of the network. */
export function divideParameters<T>(
  { layers }: Pick<ChainDivision, 'layers'>,
  parameters: Readonly<Record<string, T>>,
): { readonly own: Record<string, T>; readonly others: Record<string, T> } {
  const names = new Set(layers.flatMap(({ name }) => [`${name}.weight`, `${name}.bias`]));
  const chosen = (inChain: boolean) =>
    Object.fromEntries(Object.entries(parameters).filter(([name]) => names.has(name) === inChain));
  return { own: chosen(true), others: chosen(false) };
}

/** Pixels side by side above which nothing is gained by more images. */
const WIDE = 1600;

/**
 * How many of some images are computed side by side: small ones together, large ones alone, and as many as leave the fewest
 * places empty in the last sheet; those of a bag of images are never apart. Where a layer after the last max pooling sees more
 * than its own position, images cannot be together: then one, or undefined if bags have more.
 */
export function imagesTogether(
  images: number,
  { width, layers = PAPER_LAYERS, bag = 1 }: { width: number; layers?: readonly Layer[] | undefined; bag?: number },
): number | undefined {
  const rest = layers.slice(layers.findLastIndex(({ kind }) => kind === 'max-pooling') + 1);
  if (rest.some((layer) => layer.kind !== 'convolution' || layer.size > 1)) return bag === 1 ? 1 : undefined;
  const bags = images / bag;
  const most = Math.min(bags, Math.max(1, Math.floor(WIDE / (bag * width))));
  const places = (n: number) => n * Math.ceil(bags / n);
  let best = most;
  for (let n = most - 1; n > most / 2; n--) if (places(n) < places(best)) best = n;
  return best * bag;
}

/**
 * The shape of what leaves the chain of some images. Layers that see one position at a time are shown those of all images as
 * one picture, with a row for each image, so that they are one product.
 */
export function restInput({ layers }: ChainDivision, images: number): readonly number[] {
  const last = layers.at(-1)!;
  const [height, width] = outputSize(last);
  return images === 1 ? [1, last.outputs, height, width] : [1, last.outputs, images, height * width];
}

/** Builds the layers after the chain on its output, see {@link restInput}: the instances of the images, `[images, K, h, w]`. */
export function buildRest(
  x: Value,
  { layers, rest }: ChainDivision,
  { images, ...options }: { readonly images: number } & Pick<ForwardOptions, 'parameters' | 'training' | 'dropout'>,
): Instances {
  const [height, width] = outputSize(layers.at(-1)!);
  const seen = buildInstances(x, { ...options, layers: rest });
  const ofImages = (value: Value): Value => {
    const channels = value.shape[1] as number;
    return images === 1 ? value : transpose(reshape(value, [channels, images, height, width]), [1, 0, 2, 3]);
  };
  return { logits: ofImages(seen.logits), features: ofImages(seen.features) };
}
