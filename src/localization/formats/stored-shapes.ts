import type { Box } from '../../pixels/symmetry.ts';
import type { Region } from '../regions/measure-labels.ts';
import { countRuns } from '../regions/run-lengths.ts';
import { type StoredPlane, tilesOf } from '../stored/stored-plane.ts';
import { type Corner, type Polygon, traceOutlines } from './outlines.ts';

/** Pixels of a bounding box that are looked at together. */
const MOST_PIXELS = 2 ** 23;

export interface ShapeOptions {
  /** Pixels of a bounding box that are looked at together; by default what fits into memory beside all else. */
  readonly mostPixels?: number;
}

/**
 * The outline of a region as `traceOutlines` draws it, of a field of any size. Of a region whose bounding box is too large to be
 * looked at at once the outline is drawn in steps of several pixels, around the squares in which it has a pixel.
 */
export async function outlineOfRegion(
  labels: StoredPlane<'int32'>,
  { label, box }: Region,
  { mostPixels = MOST_PIXELS }: ShapeOptions = {},
): Promise<readonly Polygon[]> {
  const [height, width] = [box.bottom - box.top, box.right - box.left];
  const step = Math.ceil(Math.sqrt((height * width) / mostPixels));
  const size = { height: Math.ceil(height / step), width: Math.ceil(width / step) };
  const inside = new Int32Array(size.height * size.width);
  const rows = Math.max(1, Math.floor(mostPixels / width));
  for (let from = 0; from < height; from += rows) {
    const part: Box = { top: box.top + from, left: box.left, height: Math.min(rows, height - from), width };
    const own = await labels.read(part);
    for (let i = 0; i < own.length; i++) {
      if (own[i] !== label) continue;
      const [y, x] = [Math.floor(i / width) + from, i % width];
      inside[Math.floor(y / step) * size.width + Math.floor(x / step)] = 1;
    }
  }
  const polygons = traceOutlines({ data: inside, ...size }).get(1)!;
  const placed = ([x, y]: Corner): Corner => [
    box.left + Math.min(width, x * step),
    box.top + Math.min(height, y * step),
  ];
  return polygons.map((rings) => rings.map((ring) => ring.map(placed)));
}

/** What `runLengths` counts of a region, of a field of any size. */
export async function runsOfRegion(
  labels: StoredPlane<'int32'>,
  { label, box }: Region,
  { mostPixels = MOST_PIXELS }: ShapeOptions = {},
): Promise<number[]> {
  const { add, result } = countRuns(label, labels);
  const size = { height: box.bottom - box.top, width: box.right - box.left };
  const columns = Math.max(1, Math.floor(mostPixels / size.height));
  for (const slab of tilesOf({ height: 1, width: size.width }, columns)) {
    const part: Box = { top: box.top, left: box.left + slab.left, height: size.height, width: slab.width };
    const { top, left, width: stride } = part;
    const own = { labels: await labels.read(part), top, left, stride };
    add(own, { ...box, left, right: left + stride });
  }
  return result();
}
