import type { Region } from './region.ts';

type Point = readonly [x: number, y: number];

/**
 * Number of pixels whose centre lies in the convex hull of a region. The hull encloses the midpoints of the four sides
 * of every pixel.
 */
export function convexArea({ pixels, width }: Region): number {
  const hull = convexHull(sidesOf(pixels, width));
  const first = Math.floor(pixels[0]! / width);
  const last = Math.floor(pixels.at(-1)! / width);
  let area = 0;
  for (let y = first; y <= last; y++) {
    let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < hull.length; i++) {
      const [[x0, y0], [x1, y1]] = [hull[i]!, hull[(i + 1) % hull.length]!];
      if (Math.min(y0, y1) > y || Math.max(y0, y1) < y || y0 === y1) continue;
      const x = x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    // A centre on the hull counts as inside, whatever the rounding of the crossing.
    area += Math.floor(right + 1e-9) - Math.ceil(left - 1e-9) + 1;
  }
  return area;
}

/** The midpoints of the sides of the first and last pixel of every row; no others can be on the hull. */
function sidesOf(pixels: Int32Array, width: number): Point[] {
  const points: Point[] = [];
  let [before, y] = [-1, Math.floor(pixels[0]! / width)];
  for (let i = 0; i < pixels.length; i++) {
    const after = i + 1 < pixels.length ? Math.floor(pixels[i + 1]! / width) : -1;
    if (before !== y || after !== y) {
      const x = pixels[i]! - y * width;
      points.push([x - 0.5, y], [x + 0.5, y], [x, y - 0.5], [x, y + 0.5]);
    }
    [before, y] = [y, after];
  }
  return points;
}

/** The corners of the convex hull in order (Andrew's monotone chain, 1979). */
function convexHull(points: readonly Point[]): readonly Point[] {
  const sorted = points.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by);
  const lower = chain(sorted);
  const upper = chain(sorted.toReversed());
  return [...lower.slice(0, -1), ...upper.slice(0, -1)];
}

function chain(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    while (kept.length >= 2 && turn(kept.at(-2)!, kept.at(-1)!, point) <= 0) kept.pop();
    kept.push(point);
  }
  return kept;
}

/** Positive if the path from a over b to c turns left. */
function turn([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}
