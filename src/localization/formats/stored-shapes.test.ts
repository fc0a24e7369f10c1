import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureLabels } from '../regions/measure-labels.ts';
import { runLengths } from '../regions/run-lengths.ts';
import { inMemory } from '../stored/stored-plane.ts';
import { randomLabels } from '../testing/random-labels.ts';
import { signedArea, traceOutlines } from './outlines.ts';
import { outlineOfRegion, runsOfRegion } from './stored-shapes.ts';

describe('shapes of the regions of a stored plane', () => {
  it('are those of one pass, however few pixels are looked at together', () =>
    fc.assert(
      fc.asyncProperty(randomLabels, fc.integer({ min: 1, max: 200 }), async (labels, mostPixels) => {
        const plane = inMemory('int32', labels.data, labels);
        const outlines = traceOutlines(labels);
        for (const region of measureLabels(labels)) {
          expect(await outlineOfRegion(plane, region)).toEqual(outlines.get(region.label));
          const runs = runLengths({ ...labels, labels: labels.data }, region);
          expect(await runsOfRegion(plane, region, { mostPixels })).toEqual(runs);
        }
      }),
    ));

  it('enclose a region that is drawn in steps of several pixels, and stay in its bounding box', () =>
    fc.assert(
      fc.asyncProperty(randomLabels, fc.integer({ min: 1, max: 30 }), async (labels, mostPixels) => {
        const plane = inMemory('int32', labels.data, labels);
        for (const region of measureLabels(labels)) {
          const polygons = await outlineOfRegion(plane, region, { mostPixels });
          const area = polygons.flat().reduce((sum, ring) => sum + signedArea(ring), 0);
          const { left, top, right, bottom } = region.box;
          expect(area).toBeGreaterThanOrEqual(region.area);
          expect(area).toBeLessThanOrEqual((right - left) * (bottom - top));
          for (const [x, y] of polygons.flat(2)) {
            expect(x >= left && x <= right && y >= top && y <= bottom).toBe(true);
          }
        }
      }),
    ));
});
