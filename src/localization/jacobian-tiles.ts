import { layersOf } from '../network/model-file.ts';
import type { NetworkModel } from '../network/read-model.ts';
import { normalizedCrop, scaleOfField } from '../network/tiles/normalized-crop.ts';
import { planTiles, type Tile } from '../network/tiles/plan-tiles.ts';
import { createTiledPrediction, type PredictInTiles, type TiledPrediction } from '../network/tiles/predict-in-tiles.ts';
import { createModelShelf } from '../onnx/model-shelf.ts';
import type { Tensors } from '../onnx/session.ts';
import type { Feed, SessionPool } from '../onnx/session-pool.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import type { Box } from '../pixels/symmetry.ts';
import { inReadingOrder } from '../pixels/windows/walk.ts';
import type { WindowedImage } from '../pixels/windows/windowed-image.ts';
import { mapInOrder } from '../threads/map-in-order.ts';
import { createJacobianChain } from './jacobian-chain.ts';
import { createJacobianGraph, type JacobianGraphOptions } from './jacobian-graph.ts';

/** Sizes of fields whose graphs are kept. */
const GRAPHS = 3;

/** Runs the graph of a Jacobian map of one size, which is made and loaded when it is first needed. */
export type RunGraph = (options: JacobianGraphOptions, feeds: Readonly<Record<string, Feed>>) => Promise<Tensors>;

export function createGraphRunner(
  model: NetworkModel,
  { pool, channelMaps, lanes }: { pool: SessionPool; channelMaps: boolean; lanes: 8 | 16 | undefined },
): RunGraph {
  const graphs = createModelShelf(pool, { most: GRAPHS });
  return (options, feeds) => {
    const name = `jacobian, ${options.bag} bag, ${options.width}×${options.height}`;
    const about = { ...options, channelMaps };
    const graph = () => createJacobianGraph(model, { ...about, input: 'normalized' });
    return graphs.run(name, () => (lanes && createJacobianChain(model, about, lanes)) ?? graph(), feeds);
  };
}

/** Where in a field a tile is, and what it has of the maps. */
export interface DrawnTile {
  /** The pixels that the tile is responsible for. */
  readonly box: Box;
  /** Cuts these out of planes of the tile, which are `factor` times enlarged. */
  readonly cut: (planes: Tensor, factor: number) => Float32Array;
  /** Which of the selections of classes it is of. */
  readonly selection: number;
}

/**
 * Draws the maps of a field tile by tile, and gives its prediction.
 *
 * @param selections a weight for each class, 1 or 0, `[1, K]` each
 * @param receive takes what was found for a tile
 */
export type DrawTiles = (
  pixels: WindowedImage,
  selections: readonly Tensor[],
  receive: (found: Tensors, tile: DrawnTile) => Promise<void>,
) => Promise<TiledPrediction>;

export interface TileDrawingOptions {
  readonly pool: SessionPool;
  /** Side of the tiles (pixels). */
  readonly side: number;
  readonly run: RunGraph;
  /** Hears of every tile whose maps are drawn. */
  readonly onTile?: ((done: number, total: number) => void) | undefined;
}

export function createTileDrawing(model: NetworkModel, { pool, side, run, onTile }: TileDrawingOptions): DrawTiles {
  const { about } = model;
  const options = { layers: layersOf(about), side, enlarge: about.enlarge ?? 1, purpose: 'gradient' } as const;
  let tiled: Promise<PredictInTiles> | undefined;
  return async (pixels, selections, receive) => {
    tiled ??= createTiledPrediction(model, { pool, side });
    const prediction = await (await tiled)(pixels);
    const bag = float32(prediction.bag, [1, about.classes.length]);
    const plan = planTiles(pixels, options);
    const scale = await scaleOfField(pixels, about.normalization);
    const size = { height: plan.height, width: plan.width };
    const boxOf = ({ rows, columns }: Tile): Box => ({ top: rows.start, left: columns.start, ...size });
    const draw = async (tile: Tile) => {
      const image = await normalizedCrop(pixels, scale, boxOf(tile));
      const { from: top, to: bottom } = tile.rows.pixels;
      const { from: left, to: right } = tile.columns.pixels;
      const box = { top, left, height: bottom - top, width: right - left };
      for (const [selection, classes] of selections.entries()) {
        const found = await run({ ...size, bag: 'given' }, { image, classes, bag });
        await receive(found, { box, selection, cut: (planes, factor) => cut(planes, { tile, box, factor }) });
      }
    };
    let done = 0;
    const inOrder = inReadingOrder(pixels, plan.tiles, boxOf);
    for await (const _ of mapInOrder(inOrder, pool.size, draw)) onTile?.(++done, inOrder.length);
    return prediction;
  };
}

function cut({ data, shape }: Tensor, { tile, box, factor }: { tile: Tile; box: Box; factor: number }): Float32Array {
  const [, planes, high, wide] = shape as [number, number, number, number];
  const [top, left] = [box.top - tile.rows.start, box.left - tile.columns.start].map((x) => x * factor);
  const [rows, columns] = [box.height * factor, box.width * factor];
  const out = new Float32Array(planes * rows * columns);
  for (let at = 0; at < planes * rows; at++) {
    const from = (Math.floor(at / rows) * high + top! + (at % rows)) * wide + left!;
    out.set((data as Float32Array).subarray(from, from + columns), at * columns);
  }
  return out;
}
