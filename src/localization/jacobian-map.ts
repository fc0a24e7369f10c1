import { MilscopeError } from '../errors.ts';
import { smallestField } from '../network/architecture.ts';
import { layersOf } from '../network/model-file.ts';
import type { NetworkModel } from '../network/read-model.ts';
import { normalizedCrop, scaleOfField } from '../network/tiles/normalized-crop.ts';
import type { TiledPrediction } from '../network/tiles/predict-in-tiles.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import type { Image } from '../pixels/pixels.ts';
import type { Box } from '../pixels/symmetry.ts';
import { windowsOf } from '../pixels/windows/windowed-image.ts';
import { counted } from '../words.ts';
import { createGraphRunner, createTileDrawing, type DrawTiles } from './jacobian-tiles.ts';
import { continueBorder, takeOut } from './small-field.ts';

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
  const run = createGraphRunner(model, { pool, channelMaps, lanes });
  const drawTiles = tile === undefined ? undefined : createTileDrawing(model, { pool, side: tile, run });
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
  const inTiles = async (pixels: Image, classes: Tensor, draw: DrawTiles): Promise<JacobianMap> => {
    const { height, width } = pixels;
    const total = new Float32Array(height * width);
    const channels = channelMaps ? new Float32Array(pixels.channels * height * width) : undefined;
    const enlarged = factor > 1 ? new Float32Array(height * width * factor ** 2) : undefined;
    const prediction = await draw(windowsOf(pixels), [classes], async (found, { box, cut }) => {
      for (const [name, into, times] of [
        ['total', total, 1],
        ['jacobian', channels, 1],
        ['enlarged', enlarged, factor],
      ] as const) {
        if (into) place(cut(found[name]!, times), box, { into, height, width, factor: times });
      }
    });
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
    return larger ? inTiles(pixels, classes, drawTiles!) : wholeField(pixels, classes);
  };
}

/** Copies the planes of a box to their places in the field; `factor` is how many times both are enlarged. */
function place(
  planes: Float32Array,
  box: Box,
  { into, height, width, factor }: { into: Float32Array; height: number; width: number; factor: number },
): void {
  const wide = box.width * factor;
  const rows = planes.length / wide;
  const high = box.height * factor;
  for (let row = 0; row < rows; row++) {
    const line = Math.floor(row / high) * height * factor + box.top * factor + (row % high);
    into.set(planes.subarray(row * wide, (row + 1) * wide), line * width * factor + box.left * factor);
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

export function requireChannels({ channels }: Pick<Image, 'channels'>, expected: number): void {
  if (channels === expected) return;
  throw new MilscopeError('ChannelMismatch', {
    problem: 'the field has other channels than the model was trained on',
    found: counted(channels, 'channel'),
    expected: String(expected),
  });
}
