import { type Layer, mapSide, POOLING_WINDOW, totalStride } from '../architecture.ts';
import { ENLARGING_REACH } from '../enlarge.ts';

/** What must be the same as in one pass: the instances of a tile, or the gradient of its pixels. */
export type TilePurpose = 'instances' | 'gradient';

/** From `from` to `to`, which is exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A tile along one axis, in coordinates of the whole field. */
export interface TileSpan {
  /** First pixel of the crop that the network is shown. */
  readonly start: number;
  /** Pixels for which the tile is responsible. */
  readonly pixels: Range;
  /** Instances for which it is responsible. */
  readonly instances: Range;
}

/** A tile, along both axes. */
export interface Tile {
  readonly rows: TileSpan;
  readonly columns: TileSpan;
}

/** How a field is divided. */
export interface TilePlan {
  /** Size of the crops that the network is shown, in pixels. */
  readonly height: number;
  readonly width: number;
  /** Instances of the whole field. */
  readonly map: { readonly rows: number; readonly columns: number };
  readonly tiles: readonly Tile[];
}

export interface TileOptions {
  /** The layers of the network. */
  readonly layers: readonly Layer[];
  /** Pixels for which a tile is responsible along either axis; rounded up to a multiple of the total stride. */
  readonly side: number;
  readonly enlarge?: number | undefined;
  readonly purpose: TilePurpose;
}

/**
 * Divides a field into tiles whose results together equal those of one pass over the whole. Each tile is computed with
 * all surroundings on which its results depend ({@link haloOf}), from a multiple of the total stride on. The crops of all
 * tiles of a field have the same size.
 */
export function planTiles(
  { height, width }: { height: number; width: number },
  { layers, side, enlarge = 1, purpose }: TileOptions,
): TilePlan {
  const rows = planAxis(height, { layers, side, enlarge, purpose });
  const columns = planAxis(width, { layers, side, enlarge, purpose });
  return {
    height: rows.shown,
    width: columns.shown,
    map: { rows: mapSide(height * enlarge, layers), columns: mapSide(width * enlarge, layers) },
    tiles: rows.spans.flatMap((row) => columns.spans.map((column) => ({ rows: row, columns: column }))),
  };
}

function planAxis(
  length: number,
  { layers, side, enlarge, purpose }: Required<TileOptions>,
): { shown: number; spans: readonly TileSpan[] } {
  const upwards = (value: number, multiple: number) => Math.ceil(value / multiple) * multiple;
  const stride = totalStride(layers);
  const core = upwards(side, stride);
  const halo = haloOf({ layers, enlarge, purpose });
  const before = upwards(halo.before, stride);
  const least = before + core + halo.after;
  // A crop that ends with the field begins at a multiple of the stride only if its length is that of the field modulo it.
  const shown = Math.min(length, least + ((((length - least) % stride) + stride) % stride));
  const instances = mapSide(length * enlarge, layers);
  const spans: TileSpan[] = [];
  for (let from = 0; from < length; from += core) {
    const to = Math.min(from + core, length);
    const instanceAt = (pixel: number) => Math.min(instances, (pixel * enlarge) / stride);
    const last = to === length;
    spans.push({
      start: Math.min(Math.max(0, from - before), length - shown),
      pixels: { from, to },
      instances: { from: instanceAt(from), to: last ? instances : instanceAt(to) },
    });
  }
  return { shown, spans };
}

/**
 * How many pixels before and after a tile affect its results.
 *
 * At the border of a crop inside the field, the network sees zeros that it should see only at the edge of the field.
 * Forward, a convolution of radius r makes r more positions wrong, and pooling turns w wrong positions into ⌈w / 2⌉.
 * Backward, a position takes its gradient from those within radius r; and if pooling window w is wrong, so are the
 * pixels 2w … 2w + 2, which turns w wrong positions into 2w + 1. At the far end, up to one pixel
 * less than the total stride is in no window of the crop although it is in one of the field.
 */
export function haloOf({ layers, enlarge, purpose }: Omit<Required<TileOptions>, 'side'>): {
  before: number;
  after: number;
} {
  const { size, stride } = POOLING_WINDOW;
  const total = totalStride(layers);
  const forward: number[] = [];
  let wrong = enlarge > 1 ? ENLARGING_REACH * enlarge : 0;
  for (const layer of layers) {
    forward.push(wrong);
    wrong = layer.kind === 'convolution' ? wrong + (layer.size - 1) / 2 : Math.ceil(wrong / stride);
  }
  const seen = (pixels: number) => Math.ceil(pixels / enlarge);
  if (purpose === 'instances') {
    const instances = wrong * total;
    return { before: seen(instances), after: seen(instances + total - 1) };
  }
  for (const [i, layer] of [...layers.entries()].reverse()) {
    const back = layer.kind === 'convolution' ? wrong + (layer.size - 1) / 2 : stride * wrong + size - stride;
    wrong = Math.max(back, forward[i]!);
  }
  const reach = enlarge > 1 ? ENLARGING_REACH : 0;
  return { before: seen(wrong) + reach, after: seen(wrong + total - 1) + reach };
}
