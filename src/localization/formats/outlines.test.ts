import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Labels } from '../plane.ts';
import { maskOf } from '../testing/draw.ts';
import { randomLabels } from '../testing/random-labels.ts';
import { type Polygon, type Ring, signedArea, traceOutlines } from './outlines.ts';

const outlinesOf = (...lines: readonly string[]) => {
  const { data, ...shape } = maskOf(...lines);
  return traceOutlines({ data: Int32Array.from(data), ...shape }).get(1);
};

/** Whether a point is within a polygon: a ray to the left crosses its rings an odd number of times. */
function isWithin(polygon: Polygon, x: number, y: number): boolean {
  const crossings = polygon.flatMap((ring) =>
    ring.slice(1).filter(([x2, y2], i) => {
      const [, y1] = ring[i]!;
      return y1 !== y2 && Math.min(y1, y2) < y && y < Math.max(y1, y2) && x2 < x;
    }),
  );
  return crossings.length % 2 === 1;
}

/** The label image that outlines make: 0 in no polygon, -1 in several. */
function rasterized(outlines: ReadonlyMap<number, readonly Polygon[]>, { height, width }: Labels): Int32Array {
  return Int32Array.from({ length: height * width }, (_, pixel) => {
    const [x, y] = [(pixel % width) + 0.5, Math.floor(pixel / width) + 0.5];
    const over = [...outlines].flatMap(([label, polygons]) =>
      polygons.filter((polygon) => isWithin(polygon, x, y)).map(() => label),
    );
    return over.length > 1 ? -1 : (over[0] ?? 0);
  });
}

const corners = (ring: Ring) => ring.slice(1).map((corner) => corner.join());

describe('the outlines of a label image', () => {
  it('cover exactly the pixels of each region', () => {
    fc.assert(
      fc.property(randomLabels, (labels) => {
        expect(rasterized(traceOutlines(labels), labels)).toEqual(labels.data);
      }),
      { numRuns: 300 },
    );
  });

  it('have the areas of the regions by the shoelace formula, outer rings positive and holes negative', () => {
    fc.assert(
      fc.property(randomLabels, (labels) => {
        for (const [label, polygons] of traceOutlines(labels)) {
          const area = polygons.flat().reduce((sum, ring) => sum + signedArea(ring), 0);
          expect(area).toBe(labels.data.filter((other) => other === label).length);
          for (const polygon of polygons) {
            expect(polygon.map((ring) => signedArea(ring) > 0)).toEqual(polygon.map((_, i) => i === 0));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are closed rings that meet themselves nowhere, made of corners only', () => {
    fc.assert(
      fc.property(randomLabels, (labels) => {
        for (const ring of [...traceOutlines(labels).values()].flat(2)) {
          expect(ring[0]).toEqual(ring.at(-1));
          expect(new Set(corners(ring)).size).toBe(ring.length - 1);
          const ways = ring
            .slice(1)
            .map(([x, y], i) => (x === ring[i]![0] ? 'down' : y === ring[i]![1] ? 'across' : ''));
          expect(ways.every((way, i) => way !== '' && way !== ways[(i + 1) % ways.length])).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are a polygon for each part, parts that meet at a corner being two', () => {
    expect(outlinesOf('#.', '.#')).toEqual([[around(0, 0, 1, 1)], [around(1, 1, 2, 2)]]);
    expect(outlinesOf('##', '##')).toEqual([[around(0, 0, 2, 2)]]);
  });

  it('have a hole as an inner ring, and one that is closed at a corner too', () => {
    expect(outlinesOf('###', '#.#', '###')).toHaveLength(1);
    const [polygon, ...others] = outlinesOf('###', '#.#', '##.')!;
    expect(others).toEqual([]);
    expect(polygon!.map(signedArea)).toEqual([8, -1]);
    expect(polygon!.map((ring) => corners(ring).includes('2,2'))).toEqual([true, true]);
  });

  it('are none of an empty image', () => {
    expect(outlinesOf('..', '..')).toBeUndefined();
    expect(traceOutlines({ data: new Int32Array(0), height: 0, width: 0 }).size).toBe(0);
  });
});

/** The ring round a rectangle, beginning at its upper right corner. */
function around(left: number, top: number, right: number, bottom: number): number[][] {
  return [
    [right, top],
    [right, bottom],
    [left, bottom],
    [left, top],
    [right, top],
  ];
}
