import type { NetworkModel } from '../network/read-model.ts';
import type { TiledPrediction } from '../network/tiles/predict-in-tiles.ts';
import { float32 } from '../onnx/tensor.ts';
import type { WindowedImage } from '../pixels/windows/windowed-image.ts';
import { type JacobianMapOptions, requireChannels } from './jacobian-map.ts';
import { createGraphRunner, createTileDrawing, type TileDrawingOptions } from './jacobian-tiles.ts';
import type { PlaneStore, StoredPlane } from './stored/stored-plane.ts';

/** A plane with its largest value, at least 0. */
export interface MapPlane {
  readonly plane: StoredPlane<'float32'>;
  readonly largest: number;
}

/** What a `JacobianMap` says of a field that may be larger than memory. */
export interface StoredMap {
  readonly total: MapPlane;
  /** One for each channel, if channel maps were requested. */
  readonly channels?: readonly MapPlane[];
}

/** The maps of a field for several selections of classes, and the predictions of the network. */
export interface StoredMaps extends TiledPrediction {
  /** In the order of the selections. */
  readonly maps: readonly StoredMap[];
}

/** Draws the Jacobian maps of a field for selections of classes, given by their indices. */
export type DrawStoredMaps = (
  pixels: WindowedImage,
  selections: readonly (readonly number[])[],
  store: PlaneStore,
) => Promise<StoredMaps>;

/** Makes what draws maps as `createJacobianMapper` does, of fields of any size: tile by tile, into stored planes. */
export function createStoredMapper(
  model: NetworkModel,
  {
    pool,
    tile,
    channelMaps = false,
    lanes,
    onTile,
  }: JacobianMapOptions & { readonly tile: number } & Pick<TileDrawingOptions, 'onTile'>,
): DrawStoredMaps {
  const { classes, channels } = model.about;
  const run = createGraphRunner(model, { pool, channelMaps, lanes });
  const draw = createTileDrawing(model, { pool, side: tile, run, onTile });
  return async (pixels, selections, store) => {
    requireChannels(pixels, channels.length);
    const { height, width } = pixels;
    const create = async () => ({ plane: await store.create('float32', { height, width }), largest: 0 });
    const maps: { total: Drawn; channels: Drawn[] }[] = [];
    for (const _ of selections) {
      const own = { total: await create(), channels: [] as Drawn[] };
      if (channelMaps) for (const _ of channels) own.channels.push(await create());
      maps.push(own);
    }
    const chosen = selections.map((own) =>
      float32(
        classes.map((_, k) => (own.includes(k) ? 1 : 0)),
        [1, classes.length],
      ),
    );
    const prediction = await draw(pixels, chosen, async (found, { box, selection, cut }) => {
      const own = maps[selection]!;
      const size = box.height * box.width;
      const put = async (into: Drawn, values: Float32Array) => {
        for (let i = 0; i < values.length; i++) if (values[i]! > into.largest) into.largest = values[i]!;
        await into.plane.write(box, values);
      };
      await put(own.total, cut(found.total!, 1));
      const planes = channelMaps ? cut(found.jacobian!, 1) : undefined;
      for (const [c, into] of own.channels.entries()) await put(into, planes!.subarray(c * size, (c + 1) * size));
    });
    return {
      ...prediction,
      maps: maps.map(({ total, channels: own }) => ({ total, ...(channelMaps && { channels: own }) })),
    };
  };
}

/** A plane that is being drawn. */
type Drawn = { -readonly [key in keyof MapPlane]: MapPlane[key] };
