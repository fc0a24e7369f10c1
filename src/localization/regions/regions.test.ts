import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMilscopeError } from '../../errors.ts';
import { discs, linesOf, maskOf } from '../testing/draw.ts';
import { randomLabels } from '../testing/random-labels.ts';
import { classifyRegions, findClassRegions } from './class-regions.ts';
import { measureLabels } from './measure-labels.ts';
import { findRegions } from './regions.ts';

const lines = (found: { labels: Int32Array; width: number }) => linesOf({ data: found.labels, width: found.width });

describe('the regions of a mask', () => {
  const mask = maskOf('........', '.###..#.', '.#.#....', '.###..##', '........', '##......');

  it('have centre, area and bounding box', () => {
    const { regions } = findRegions(mask);
    expect(regions).toEqual([
      { label: 1, x: 2, y: 2, area: 8, box: { left: 1, top: 1, right: 4, bottom: 4 } },
      { label: 2, x: 6, y: 1, area: 1, box: { left: 6, top: 1, right: 7, bottom: 2 } },
      { label: 3, x: 6.5, y: 3, area: 2, box: { left: 6, top: 3, right: 8, bottom: 4 } },
      { label: 4, x: 0.5, y: 5, area: 2, box: { left: 0, top: 5, right: 2, bottom: 6 } },
    ]);
  });

  it('are filled, rid of specks and cleared from the border where asked, and numbered without gaps', () => {
    expect(lines(findRegions(mask, { largestHole: 1 }))[2]).toBe('.111....');
    expect(lines(findRegions(mask, { leastArea: 2 }))).toEqual([
      '........',
      '.111....',
      '.1.1....',
      '.111..22',
      '........',
      '33......',
    ]);
    const inner = findRegions(mask, { clearBorder: true });
    expect(inner.regions.map(({ label, area }) => [label, area])).toEqual([
      [1, 8],
      [2, 1],
    ]);
    expect(inner.labels.filter((label) => label === 0)).toHaveLength(48 - 9);
  });

  it('are cells that touch, divided where asked, of a diameter given or found', () => {
    const { data, height, width } = discs([
      [20, 40],
      [37, 40],
      [53, 45],
      [20, 80],
    ]);
    const touching = { data: Uint8Array.from(data, (value) => Number(value > 60)), height, width };
    expect(findRegions(touching).regions).toHaveLength(2);
    expect(findRegions(touching, { split: true }).regions).toHaveLength(4);
    const { regions } = findRegions(touching, { split: true, diameter: 20 });
    expect(regions.map(({ x, y }) => [Math.round(x), Math.round(y)]).sort()).toEqual([
      [20, 40],
      [20, 80],
      [37, 40],
      [53, 45],
    ]);
    expect(findRegions(touching, { split: true, diameter: 200 }).regions).toHaveLength(2);
  });

  it('are what is in the label image, whatever the mask and the options', () => {
    const options = fc.record({
      largestHole: fc.constantFrom(0, 2, Number.POSITIVE_INFINITY),
      leastArea: fc.integer({ min: 0, max: 5 }),
      clearBorder: fc.boolean(),
      split: fc.boolean(),
    });
    fc.assert(
      fc.property(randomLabels, options, ({ data, height, width }, chosen) => {
        const found = findRegions({ data: Uint8Array.from(data, (label) => Number(label > 0)), height, width }, chosen);
        const { regions, labels } = found;
        expect(measureLabels({ data: labels, height, width, count: regions.length })).toEqual(regions);
        for (const { area, x, y } of regions) {
          expect(area).toBeGreaterThanOrEqual(chosen.leastArea);
          expect(x >= 0 && x < width && y >= 0 && y < height).toBe(true);
        }
      }),
    );
  });

  it('is one where the mask is everywhere, and none where it is nowhere or has no pixel', () => {
    const full = { data: new Uint8Array(31 * 31).fill(1), height: 31, width: 31 };
    for (const split of [false, true]) {
      expect(findRegions(full, { split }).regions).toMatchObject([{ x: 15, y: 15, area: 961 }]);
      expect(findRegions(full, { split, clearBorder: true }).regions).toEqual([]);
      expect(findRegions({ ...full, data: new Uint8Array(31 * 31) }, { split }).regions).toEqual([]);
      expect(findRegions({ data: new Uint8Array(0), height: 0, width: 0 }, { split }).regions).toEqual([]);
    }
  });
});

describe('the classes of regions', () => {
  const found = findRegions(maskOf('##.#', '##.#'));

  it('are those of the largest mean over the region', () => {
    const data = Float32Array.of(0.5, 0.25, 0, 0, 0.25, 0, 9, 0.5, /**/ 0, 0, 0, 1, 0, 0.5, 9, 0);
    const { regions, labels } = classifyRegions(found, { data, classes: 2 });
    expect(labels).toBe(found.labels);
    expect(regions).toMatchObject([
      { label: 1, classIndex: 0, means: [0.25, 0.125] },
      { label: 2, classIndex: 1, means: [0.25, 0.5] },
    ]);
  });

  it('are never made of what is no number', () => {
    const data = new Float32Array(16).fill(Number.NaN);
    data[3] = 0.5;
    data[7] = Number.POSITIVE_INFINITY;
    const { regions } = classifyRegions(found, { data, classes: 2 });
    expect(regions.map(({ means, classIndex }) => [means, classIndex])).toEqual([
      [[0, 0], 0],
      [[0.5, 0], 0],
    ]);
  });

  it('are those of the masks that they come from, class by class', () => {
    const { labels, regions, ...shape } = findClassRegions([maskOf('##..#', '##..#'), maskOf('..##.', '..##.')]);
    expect(lines({ labels, ...shape })).toEqual(['11332', '11332']);
    expect(regions.map(({ classIndex, area }) => [classIndex, area])).toEqual([
      [0, 4],
      [0, 2],
      [1, 4],
    ]);
  });

  it('are decided pixel by pixel where masks overlap: by the maps, or for the first', () => {
    const masks = [maskOf('###.'), maskOf('.###')];
    expect(lines(findClassRegions(masks))).toEqual(['1112']);
    const data = Float32Array.of(1, 0.2, 0.9, 0, /**/ 0, 0.8, 0.9, 1, /**/ 5, 5, 5, 5);
    const maps = { data, classes: 3 };
    const { regions, ...rest } = findClassRegions(masks, { maps });
    // Ties go to the first class; its two parts are separate regions.
    expect(lines(rest)).toEqual(['1324']);
    expect(regions.map(({ classIndex }) => classIndex)).toEqual([0, 0, 1, 1]);
    expect(regions[2]!.means.map((mean) => Number(mean.toFixed(3)))).toEqual([0.2, 0.8, 5]);
  });

  it('holes of one class are not filled over another', () => {
    const masks = [maskOf('####', '#..#', '####'), maskOf('....', '.#..', '....')];
    const result = findClassRegions(masks, { largestHole: 5 });
    expect(lines(result)).toEqual(['1111', '1211', '1111']);
    expect(result.regions.map(({ area }) => area)).toEqual([11, 1]);
    expect(lines(findClassRegions(masks, { largestHole: 5, leastArea: 2 }))).toEqual(['1111', '1.11', '1111']);
  });

  it('need maps and masks that fit', () => {
    const refusal = (act: () => unknown) => {
      try {
        act();
      } catch (error) {
        return isMilscopeError(error, 'BadShape') ? error.message : error;
      }
      return undefined;
    };
    const data = new Float32Array(8);
    expect(refusal(() => classifyRegions(found, { data, classes: 2 }))).toContain('expected [2, 2, 4]');
    expect(refusal(() => findClassRegions([]))).toContain('no mask');
    expect(refusal(() => findClassRegions([maskOf('#'), maskOf('##')]))).toContain('1 × 1, 2 × 1');
    expect(refusal(() => findClassRegions([maskOf('#'), maskOf('#')], { maps: { data, classes: 1 } }))).toContain('[2');
  });
});
