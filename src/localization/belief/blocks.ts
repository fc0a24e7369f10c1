/**
 * Pixels along the side of a block. Smaller blocks waste less work where few pixels still change; larger ones waste
 * less at their borders.
 */
export const SIDE = 16;
export const AREA = SIDE * SIDE;

/**
 * How a plane is cut into squares of {@link SIDE} pixels, each contiguous in memory: the first `AREA` numbers are the
 * square at the top left, row by row, followed by its neighbour on the right. Places beyond the right and lower borders
 * are padding.
 */
export interface Blocks {
  readonly height: number;
  readonly width: number;
  /** Blocks from top to bottom, and from left to right. */
  readonly rows: number;
  readonly columns: number;
}

export function blocksOf({ height, width }: { height: number; width: number }): Blocks {
  return { height, width, rows: Math.ceil(height / SIDE), columns: Math.ceil(width / SIDE) };
}

/** Calls `visit` with each pixel's place in the plane and in the blocks. */
export function forEachPixel(
  { height, width, columns }: Blocks,
  visit: (pixel: number, place: number, x: number, y: number) => void,
): void {
  for (let y = 0; y < height; y++) {
    const top = Math.floor(y / SIDE) * columns * AREA + (y % SIDE) * SIDE;
    for (let x = 0; x < width; x++) visit(y * width + x, top + Math.floor(x / SIDE) * AREA + (x % SIDE), x, y);
  }
}
