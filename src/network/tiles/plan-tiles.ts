import { mapSide, PAPER_LAYERS, POOLING_WINDOW, TOTAL_STRIDE } from '../architecture.ts';
import { ENLARGING_REACH } from '../enlarge.ts';

/** What of a tile has to be the same as in one pass: its instances, or the gradient of its pixels. */
export type TilePurpose = 'instances' | 'gradient';

/** From `from` to `to`, which is exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A tile along one axis. All but the start of its crop are places in the whole field. */
export interface TileSpan {
  /** First pixel of what the network is shown. */
  readonly start: number;
  /** Pixels that the tile answers for. */
  readonly pixels: Range;
  /** Instances that it answers for. */
  readonly instances: Range;
}

/** A tile: what it is along either axis. */
export interface Tile {
  readonly rows: TileSpan;
  readonly columns: TileSpan;
}

/** How a field is looked at. */
export interface TilePlan {
  /** Size of what the network is shown of each tile, in pixels. */
  readonly height: number;
  readonly width: number;
  /** Instances of the whole field. */
  readonly map: { readonly rows: number; readonly columns: number };
  readonly tiles: readonly Tile[];
}

export interface TileOptions {
  /** Pixels that a tile answers for along either axis; taken up to a multiple of 32. */
  readonly side: number;
  readonly enlarge?: number | undefined;
  readonly purpose: TilePurpose;
}

/**
 * Divides a field into tiles whose numbers, put together, are those of one pass over the whole: each is shown with as much
 * of its surroundings as they depend on ({@link haloOf}), from a multiple of 32 pixels on. What the network is shown has one
 * size for all tiles of a field.
 */
export function planTiles(
  { height, width }: { height: number; width: number },
  { side, enlarge = 1, purpose }: TileOptions,
): TilePlan {
  const rows = planAxis(height, { side, enlarge, purpose });
  const columns = planAxis(width, { side, enlarge, purpose });
  return {
    height: rows.shown,
    width: columns.shown,
    map: { rows: mapSide(height * enlarge), columns: mapSide(width * enlarge) },
    tiles: rows.spans.flatMap((row) => columns.spans.map((column) => ({ rows: row, columns: column }))),
  };
}

function planAxis(
  length: number,
  { side, enlarge, purpose }: Required<TileOptions>,
): { shown: number; spans: readonly TileSpan[] } {
  const upwards = (value: number, multiple: number) => Math.ceil(value / multiple) * multiple;
  const core = upwards(side, TOTAL_STRIDE);
  const halo = haloOf({ enlarge, purpose });
  const before = upwards(halo.before, TOTAL_STRIDE);
  const least = before + core + halo.after;
  // A crop that ends with the field begins at a multiple of 32 only if it is as long as the field but for a multiple of 32.
  const shown = Math.min(length, least + ((((length - least) % TOTAL_STRIDE) + TOTAL_STRIDE) % TOTAL_STRIDE));
  const instances = mapSide(length * enlarge);
  const spans: TileSpan[] = [];
  for (let from = 0; from < length; from += core) {
    const to = Math.min(from + core, length);
    const instanceAt = (pixel: number) => Math.min(instances, (pixel * enlarge) / TOTAL_STRIDE);
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
 * How many pixels before and after a tile its numbers depend on.
 *
 * At the rim of a crop, where the field goes on, the network sees the zeros that it should see at the edge of a field only.
 * Going forward, a convolution of radius r makes r more positions wrong, pooling makes ⌈w / 2⌉ of w. Going back, a position
 * takes its gradient from those of radius r around it; and of a pooling window that is wrong, the pixels 2w … 2w + 2 are:
 * 2w + 1 of w. At the far end up to 31 pixels are left over that no window of the crop has, but one of the field.
 */
export function haloOf({ enlarge, purpose }: Omit<Required<TileOptions>, 'side'>): { before: number; after: number } {
  const { size, stride } = POOLING_WINDOW;
  const forward: number[] = [];
  let wrong = enlarge > 1 ? ENLARGING_REACH * enlarge : 0;
  for (const layer of PAPER_LAYERS) {
    forward.push(wrong);
    wrong = layer.kind === 'convolution' ? wrong + (layer.size - 1) / 2 : Math.ceil(wrong / stride);
  }
  const seen = (pixels: number) => Math.ceil(pixels / enlarge);
  if (purpose === 'instances') {
    const instances = wrong * TOTAL_STRIDE;
    return { before: seen(instances), after: seen(instances + TOTAL_STRIDE - 1) };
  }
  for (const [i, layer] of [...PAPER_LAYERS.entries()].reverse()) {
    const back = layer.kind === 'convolution' ? wrong + (layer.size - 1) / 2 : stride * wrong + size - stride;
    wrong = Math.max(back, forward[i]!);
  }
  const reach = enlarge > 1 ? ENLARGING_REACH : 0;
  return { before: seen(wrong) + reach, after: seen(wrong + TOTAL_STRIDE - 1) + reach };
}
