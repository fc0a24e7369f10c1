import type { SessionPool } from '../../onnx/session-pool.ts';
import { float32, int64 } from '../../onnx/tensor.ts';
import type { Image } from '../../pixels/pixels.ts';
import { inReadingOrder } from '../../pixels/windows/walk.ts';
import { isWindowed, type WindowedImage, windowsOf } from '../../pixels/windows/windowed-image.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import { totalStride } from '../architecture.ts';
import { exactModel } from '../int8/exact-model.ts';
import { layersOf } from '../model-file.ts';
import { mergeSummaries, type TileSummary } from '../pooling/merge.ts';
import { POOLINGS } from '../pooling/poolings.ts';
import { PROFILE_OUTPUT } from '../profile-graph.ts';
import type { NetworkModel } from '../read-model.ts';
import { normalizedCrop, scaleOfField } from './normalized-crop.ts';
import { planTiles, type Range, type Tile } from './plan-tiles.ts';
import { createFinishGraph, createTileGraph, partName } from './tile-graph.ts';

/** The prediction of a field that was computed in tiles. */
export interface TiledPrediction {
  /** The last layer, one number per class. */
  readonly probability: Float32Array;
  /** The pooling layer, one number per class. */
  readonly bag: Float32Array;
  /** The instances, `[classes, rows, columns]`. */
  readonly map: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** The mean over all instances of each feature map, `[F]`, if profiles were requested. */
  readonly profile?: Float32Array | undefined;
}

/** Predicts a field, which must leave at least one instance, tile by tile; of one in files no more is in memory than a few tiles. */
export type PredictInTiles = (pixels: Image | WindowedImage) => Promise<TiledPrediction>;

export interface TiledPredictionOptions {
  readonly pool: SessionPool;
  /** Side of a tile (pixels). */
  readonly side: number;
  /** Give profiles. */
  readonly profile?: boolean | undefined;
  /** Hears how many tiles of a field are done. */
  readonly onTile?: ((done: number, total: number) => void) | undefined;
}

/** Tiles that are read while the workers compute others. */
const READ_AHEAD = 2;

const TILE_SESSION = 'tile';
const FINISH_SESSION = 'finish';

/**
 * Makes a function that predicts fields of any size in tiles of `side` pixels. Apart from the pixels and instances of a
 * field, memory does not grow with its size. The results are those of one pass over the whole field up to rounding,
 * since pooling functions are sums over instances, which are added tile by tile. Loads its two graphs into the pool.
 * With `profile`, it also gives profiles.
 */
export async function createTiledPrediction(
  asked: NetworkModel,
  { pool, side, profile = false, onTile }: TiledPredictionOptions,
): Promise<PredictInTiles> {
  const model = await exactModel(asked, pool);
  const { about } = model;
  const { enlarge: factor = 1 } = about;
  const layers = layersOf(about);
  const stride = totalStride(layers);
  const pooling = POOLINGS[about.pooling];
  await pool.load(TILE_SESSION, createTileGraph(model, { profile }));
  await pool.load(FINISH_SESSION, createFinishGraph(model));
  return async (given) => {
    const pixels = isWindowed(given) ? given : windowsOf(given);
    const plan = planTiles(pixels, { layers, side, enlarge: factor, purpose: 'instances' });
    const scale = await scaleOfField(pixels, about.normalization);
    const { rows, columns } = plan.map;
    const map = new Float32Array(about.classes.length * rows * columns);
    const { height, width } = plan;
    const boxOf = ({ rows: down, columns: across }: Pick<Tile, 'rows' | 'columns'>) => {
      return { top: down.start, left: across.start, height, width };
    };
    const look = async ({ rows: down, columns: across }: Tile): Promise<LookedAt> => {
      const image = await normalizedCrop(pixels, scale, boxOf({ rows: down, columns: across }));
      const place = (end: keyof Range) =>
        int64([down, across].map(({ instances, start }) => instances[end] - (start * factor) / stride));
      const found = await pool.run(TILE_SESSION, { image, from: place('from'), to: place('to') });
      const part = found.map!;
      const [, , high, wide] = part.shape as [number, number, number, number];
      for (let at = 0, from = 0; from < part.data.length; at++, from += wide) {
        const [k, row] = [Math.floor(at / high), (at % high) + down.instances.from];
        map.set(
          (part.data as Float32Array).subarray(from, from + wide),
          (k * rows + row) * columns + across.instances.from,
        );
      }
      const parts = pooling.merge.map((_, i) => found[partName(i)]!.data as Float32Array);
      return { parts, instances: high * wide, profile: found[PROFILE_OUTPUT]?.data as Float32Array | undefined };
    };
    const withInstances = plan.tiles.filter((tile) =>
      [tile.rows, tile.columns].every(({ instances: { from, to } }) => to > from),
    );
    // They are merged in the order of the plan, whatever the order in which they are read.
    const summaries: LookedAt[] = [];
    const inOrder = inReadingOrder(pixels, [...withInstances.entries()], ([, tile]) => boxOf(tile));
    const lookAt = async ([place, tile]: readonly [number, Tile]) => {
      summaries[place] = await look(tile);
    };
    let done = 0;
    for await (const _ of mapInOrder(inOrder, pool.size + READ_AHEAD, lookAt)) onTile?.(++done, inOrder.length);
    const merged = mergeSummaries(pooling, summaries);
    const shape = [1, about.classes.length];
    const feeds = Object.fromEntries(merged.parts.map((part, i) => [partName(i), float32(part, shape)]));
    const { probability, bag } = await pool.run(FINISH_SESSION, feeds);
    return {
      probability: probability!.data as Float32Array,
      bag: bag!.data as Float32Array,
      ...{ map, rows, columns },
      profile: mergeProfiles(summaries),
    };
  };
}

/** The outputs for a tile. */
interface LookedAt extends TileSummary {
  readonly profile?: Float32Array | undefined;
}

/** The profile of the field: the mean over tiles, weighted by their numbers of instances. */
function mergeProfiles(tiles: readonly LookedAt[]): Float32Array | undefined {
  if (tiles.some(({ profile }) => profile === undefined)) return undefined;
  const parts = tiles.map(({ profile, instances }) => ({ parts: [profile!], instances }));
  return mergeSummaries({ merge: ['mean'] }, parts).parts[0];
}
