import { type Layer, mapSide, smallestSide, totalStride } from './architecture.ts';

/** Name of the input that says which positions hold a cell. */
export const FOREGROUND = 'foreground';

/** Where something is in what the network sees: pixels, 0 being the middle of the first. */
interface Point {
  readonly x: number;
  readonly y: number;
}

/** What the network sees, and how. */
interface Seen {
  readonly height: number;
  readonly width: number;
  readonly enlarge?: number | undefined;
  readonly layers: readonly Layer[];
}

/** Rows and columns of the map of an image. */
export function mapSize({ height, width, enlarge = 1, layers }: Seen): readonly [number, number] {
  return [mapSide(height * enlarge, layers), mapSide(width * enlarge, layers)];
}

/**
 * Which positions of the map hold a cell, row by row: 1 where they do and 0 elsewhere. Each cell is held by one position, the one
 * in whose middle it lies the nearest: it sees the cell whole, where its neighbours see it cut. So every cell counts once,
 * however large it is, and an image with a cell has a position.
 *
 * @param cells centres inside the image
 */
export function foregroundOf(cells: readonly Point[], seen: Seen): Float32Array {
  const { enlarge = 1, layers } = seen;
  const [rows, columns] = mapSize(seen);
  const stride = totalStride(layers);
  const first = (smallestSide(layers) - 1) / 2;
  const nearest = (pixel: number, count: number) => {
    // The middle of a pixel of the field, in the enlarged field.
    const place = (pixel + 0.5) * enlarge - 0.5;
    return Math.min(count - 1, Math.max(0, Math.round((place - first) / stride)));
  };
  const kept = new Float32Array(rows * columns);
  for (const { x, y } of cells) kept[nearest(y, rows) * columns + nearest(x, columns)] = 1;
  return kept;
}
