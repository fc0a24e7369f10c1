import type { Labels } from '../plane.ts';
import { connectedComponents } from '../regions/connected-components.ts';

/** A corner of pixels: 0, 0 is the upper left corner of the first one. */
export type Corner = readonly [x: number, y: number];

/** A closed line along the edges of pixels. Its last corner equals the first; it touches itself nowhere else. */
export type Ring = readonly Corner[];

/** An outer ring, then those of its holes. The area of the outer one by the shoelace formula is positive, of holes negative. */
export type Polygon = readonly Ring[];

/** Steps to the right, down, left and up. */
const stepX = [1, 0, -1, 0] as const;
const stepY = [0, 1, 0, -1] as const;

/**
 * The outlines of every region of a label image, along the edges of its pixels: the polygons of a region cover exactly
 * its pixels. A region has one for each part that is joined along sides, so that every polygon is valid GeoJSON (RFC
 * 7946): rings are simple, and touch one another at most at single corners.
 *
 * @returns the polygons of every label that has a pixel
 */
export function traceOutlines(labels: Omit<Labels, 'count'>): ReadonlyMap<number, readonly Polygon[]> {
  const parts = connectedComponents(labels, { connectivity: 4 });
  const { data, height, width } = parts;
  const rings: Ring[][] = Array.from({ length: parts.count + 1 }, () => []);
  const firsts = new Int32Array(parts.count + 1);
  // Every ring runs to the right along the upper edge of at least one pixel of its part.
  const seen = new Uint8Array(data.length);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const part = data[pixel]!;
      if (part === 0 || seen[pixel] === 1 || (y > 0 && data[pixel - width] === part)) continue;
      if (rings[part]!.length === 0) firsts[part] = pixel;
      rings[part]!.push(...simpleRings(traceRing(parts, { x, y, seen })));
    }
  }
  const outlines = new Map<number, Polygon[]>();
  for (let part = 1; part <= parts.count; part++) {
    const polygon = rings[part]!.toSorted((a, b) => Number(signedArea(b) > 0) - Number(signedArea(a) > 0));
    const label = labels.data[firsts[part]!]!;
    const polygons = outlines.get(label);
    if (polygons === undefined) outlines.set(label, [polygon]);
    else polygons.push(polygon);
  }
  return outlines;
}

/** The area within a ring (pixels) by the shoelace formula: positive around a region, negative around a hole in it. */
export function signedArea(ring: Ring): number {
  let sum = 0;
  for (let i = 1; i < ring.length; i++) sum += ring[i - 1]![0] * ring[i]![1] - ring[i]![0] * ring[i - 1]![1];
  return sum / 2;
}

/**
 * The corners of the boundary that begins with the upper edge of pixel x, y, in order, without repeating the first. The
 * part is always to the right of the path. Where two of its pixels meet only at a corner, the path stays with its own
 * pixel, so a corner may occur twice.
 */
function traceRing(
  { data, height, width }: Labels,
  { x: startX, y: startY, seen }: { x: number; y: number; seen: Uint8Array },
): Corner[] {
  const part = data[startY * width + startX]!;
  const isPart = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === part;
  const corners: Corner[] = [];
  let [x, y, direction] = [startX, startY, 0];
  do {
    if (direction === 0) seen[y * width + x] = 1;
    x += stepX[direction]!;
    y += stepY[direction]!;
    // The two pixels ahead, on the right and on the left of the path.
    const [dx, dy] = [stepX[direction]!, stepY[direction]!];
    const right = isPart(x + (dx - dy - 1) / 2, y + (dy + dx - 1) / 2);
    const left = isPart(x + (dx + dy - 1) / 2, y + (dy - dx - 1) / 2);
    if (right && !left) continue;
    direction = (direction + (right ? 3 : 1)) % 4;
    corners.push([x, y]);
  } while (x !== startX || y !== startY || direction !== 0);
  return corners;
}

/** Cuts a boundary where it returns to a corner, and closes the resulting rings. */
function simpleRings(corners: readonly Corner[]): Ring[] {
  const rings: Ring[] = [];
  const way: Corner[] = [];
  const places = new Map<string, number>();
  for (const corner of corners) {
    const key = corner.join();
    const place = places.get(key);
    if (place !== undefined) {
      const ring = way.splice(place + 1);
      for (const left of ring) places.delete(left.join());
      rings.push([corner, ...ring, corner]);
      continue;
    }
    places.set(key, way.length);
    way.push(corner);
  }
  return [...rings, [...way, way[0]!]];
}
