import { MilscopeError } from '../errors.ts';
import { smallestField } from '../network/architecture.ts';
import { layersOf } from '../network/model-file.ts';
import type { NetworkModel } from '../network/read-model.ts';
import { normalizedCrop, scaleOfField } from '../network/tiles/normalized-crop.ts';
import { planTiles, type Tile } from '../network/tiles/plan-tiles.ts';
import { createTiledPrediction, type PredictInTiles, type TiledPrediction } from '../network/tiles/predict-in-tiles.ts';
import { createModelShelf } from '../onnx/model-shelf.ts';
import type { Tensors } from '../onnx/session.ts';
import type { Feed, SessionPool } from '../onnx/session-pool.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import type { Image } from '../pixels/pixels.ts';
import { windowsOf } from '../pixels/windows/windowed-image.ts';
import { mapInOrder } from '../threads/map-in-order.ts';
import { counted } from '../words.ts';
import { createJacobianChain } from './jacobian-chain.ts';
import { createJacobianGraph, type JacobianGraphOptions } from './jacobian-graph.ts';
import { continueBorder, takeOut } from './small-field.ts';

/** Sizes of fields whose graphs are kept. */
const GRAPHS = 3;

/** The Jacobian map of a field, and the predictions of the network. */
export interface JacobianMap extends TiledPrediction {
  readonly height: number;
  readonly width: number;
  /** How strongly each pixel supports the classes, summed over the channels, `[height, width]`; never negative. */
  readonly total: Float32Array;
  /** The same for every channel, `[channels, height, width]`, if channel maps were requested. */
  readonly channels?: Float32Array;
  /** The sum at the pixels that the network saw, `[f·height, f·width]`: of a model that enlarges fields f times. */
  readonly enlarged?: Float32Array;
}

/** Draws the Jacobian map of a field for some classes, given by their indices, or for all. */
export type DrawJacobianMap = (pixels: Image, classes?: readonly number[]) => Promise<JacobianMap>;

export interface JacobianMapOptions {
  readonly pool: SessionPool;
  /**
   * Draw larger fields in tiles of this side (pixels). The numbers are the same up to rounding, and memory is bounded.
   * Every tile is computed with the pixels around it that its gradient depends on (`haloOf`). By default every field is drawn in one pass.
   */
  readonly tile?: number | undefined;
  /** Whether to draw the maps of the channels too. */
  readonly channelMaps?: boolean | undefined;
  /**
   * Channels in a block, to compute the maps as chains of convolutions in blocks where the network allows it: the same to
   * rounding, in less time. By default as graphs.
   */
  readonly lanes?: 8 | 16 | undefined;
}

/**
 * Makes a function that draws Jacobian maps with a model (see {@link createJacobianGraph}). Each size of field has its
 * own graph, which is made and loaded into the pool when first needed; those of the most recent sizes are kept.
 *
 * A field in which the network would see no instance is drawn with its border continued outwards. The returned function
 * throws `ChannelMismatch` for a field with another number of channels.
 */
export function createJacobianMapper(
  model: NetworkModel,
  { pool, tile, channelMaps = false, lanes }: JacobianMapOptions,
): DrawJacobianMap {
  const { about } = model;
  const { enlarge: factor = 1 } = about;
  const layers = layersOf(about);
  const least = smallestField(layers, factor);
  const graphs = createModelShelf(pool, { most: GRAPHS });
  let tiled: Promise<PredictInTiles> | undefined;
  const run = (options: JacobianGraphOptions, feeds: Readonly<Record<string, Feed>>): Promise<Tensors> => {
    const name = `jacobian, ${options.bag} bag, ${options.width}×${options.height}`;
    const about = { ...options, channelMaps };
    const graph = () => createJacobianGraph(model, { ...about, input: 'normalized' });
    return graphs.run(name, () => (lanes && createJacobianChain(model, about, lanes)) ?? graph(), feeds);
  };
  const wholeField = async (pixels: Image, classes: Tensor, measured: Image = pixels): Promise<JacobianMap> => {
    const { height, width } = pixels;
    const scale = await scaleOfField(windowsOf(measured), about.normalization);
    // Normalized before the graph, as tiles are: in the graph, different rounding could make other pixels win a max pooling.
    const image = await normalizedCrop(windowsOf(pixels), scale, { top: 0, left: 0, height, width });
    const found = await run({ height, width, bag: 'own' }, { image, classes });
    const numbers = (name: string) => found[name]!.data as Float32Array;
    const [, , rows, columns] = found.map!.shape as [number, number, number, number];
    return {
      ...{ height, width, rows, columns, total: numbers('total') },
      ...{ map: numbers('map'), probability: numbers('probability'), bag: numbers('bag') },
      ...(channelMaps && { channels: numbers('jacobian') }),
      ...(factor > 1 && { enlarged: numbers('enlarged') }),
    };
  };
  const inTiles = async (pixels: Image, classes: Tensor, side: number): Promise<JacobianMap> => {
    tiled ??= createTiledPrediction(model, { pool, side });
    const prediction = await (await tiled)(pixels);
    const bag = float32(prediction.bag, [1, about.classes.length]);
    const { height, width } = pixels;
    const plan = planTiles(pixels, { layers, side, enlarge: factor, purpose: 'gradient' });
    const windows = windowsOf(pixels);
    const scale = await scaleOfField(windows, about.normalization);
    const total = new Float32Array(height * width);
    const channels = channelMaps ? new Float32Array(pixels.channels * height * width) : undefined;
    const enlarged = factor > 1 ? new Float32Array(height * width * factor ** 2) : undefined;
    const draw = async (tile: Tile) => {
      const size = { height: plan.height, width: plan.width };
      const image = await normalizedCrop(windows, scale, { top: tile.rows.start, left: tile.columns.start, ...size });
      const found = await run({ ...size, bag: 'given' }, { image, classes, bag });
      place(found.total!, tile, { into: total, height, width });
      if (channels) place(found.jacobian!, tile, { into: channels, height, width });
      if (enlarged) place(found.enlarged!, tile, { into: enlarged, height, width, factor });
    };
    for await (const _ of mapInOrder(plan.tiles, pool.size, draw));
    return { ...prediction, height, width, total, ...(channels && { channels }), ...(enlarged && { enlarged }) };
  };
  const smallField = async (small: Image, classes: Tensor): Promise<JacobianMap> => {
    const { pixels, placed } = continueBorder(small, least);
    const found = await wholeField(pixels, classes, small);
    return ofSmallField(found, small, (planes, enlarged) =>
      takeOut(planes, { placed, rows: pixels.height, columns: pixels.width, factor: enlarged ? factor : 1 }),
    );
  };
  return async (pixels, chosen = about.classes.map((_, k) => k)) => {
    requireChannels(pixels, about.channels.length);
    const selection = about.classes.map((_, k) => (chosen.includes(k) ? 1 : 0));
    const classes = float32(selection, [1, selection.length]);
    if (Math.min(pixels.height, pixels.width) < least) return smallField(pixels, classes);
    const larger = tile !== undefined && Math.max(pixels.height, pixels.width) > tile;
    return larger ? inTiles(pixels, classes, tile) : wholeField(pixels, classes);
  };
}

/**
 * Copies the part that a tile is responsible for to its place in the field; `factor` is how many times both are
 * enlarged.
 */
function place(
  { data, shape }: Tensor,
  { rows, columns }: Tile,
  { into, height, width, factor = 1 }: { into: Float32Array; height: number; width: number; factor?: number },
): void {
  const [, planes, high, wide] = shape as [number, number, number, number];
  const [left, right] = [columns.pixels.from, columns.pixels.to].map((x) => (x - columns.start) * factor);
  for (let plane = 0; plane < planes; plane++) {
    for (let y = rows.pixels.from * factor; y < rows.pixels.to * factor; y++) {
      const from = (plane * high + y - rows.start * factor) * wide;
      const to = ((plane * height * factor + y) * width + columns.pixels.from) * factor;
      into.set((data as Float32Array).subarray(from + left!, from + right!), to);
    }
  }
}

/** The part of a map that a small field has in the middle of a larger one. */
function ofSmallField(
  found: JacobianMap,
  { height, width }: Pick<Image, 'height' | 'width'>,
  own: (planes: Float32Array, enlarged: boolean) => Float32Array,
): JacobianMap {
  return {
    ...found,
    ...{ height, width, total: own(found.total, false) },
    ...(found.channels && { channels: own(found.channels, false) }),
    ...(found.enlarged && { enlarged: own(found.enlarged, true) }),
  };
}

function requireChannels({ channels }: Image, expected: number): void {
  if (channels === expected) return;
  throw new MilscopeError('ChannelMismatch', {
    problem: 'the field has other channels than the model was trained on',
    found: counted(channels, 'channel'),
    expected: String(expected),
  });
}
