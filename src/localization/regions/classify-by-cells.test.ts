import { describe, expect, it } from 'vitest';
import { classifyByCells } from './classify-by-cells.ts';
import { findRegions } from './regions.ts';

/** Two regions of 4 × 4 pixels side by side, two columns apart, with a column around them. */
const [height, width] = [6, 12];
const mask = {
  data: Uint8Array.from({ length: height * width }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return Number(y > 0 && y < 5 && ((x > 0 && x < 5) || (x > 6 && x < 11)));
  }),
  height,
  width,
};
const found = findRegions(mask, {});
const cell = (x: number, y: number, ...probability: number[]) => ({ x, y, probability });

describe('the class of a region', () => {
  it('is the most probable over the cells in it', () => {
    const cells = [cell(2, 2, 0.5, 0.2, 0.1), cell(4.4, 3.6, 0.1, 0.8, 0.1), cell(8, 2, 0.3, 0.1, 0.2)];
    const { regions, labels } = classifyByCells(found, { cells, classes: 3 });
    expect(regions.map(({ classIndex }) => classIndex)).toEqual([1, 0]);
    expect(regions[0]!.means.map((mean) => Math.round(100 * mean))).toEqual([30, 50, 10]);
    expect(regions[1]!.means).toEqual([0.3, 0.1, 0.2]);
    expect(labels).toBe(found.labels);
  });

  it('is that of the nearest cell where it has none, and cells in no region count for nothing else', () => {
    const cells = [cell(2, 2, 0.9, 0.1), cell(6, 2, 0.2, 0.7), cell(-3, 2, 0.1, 0.6), cell(99, 2, 0.1, 0.6)];
    const { regions } = classifyByCells(found, { cells, classes: 2 });
    expect(regions.map(({ classIndex }) => classIndex)).toEqual([0, 1]);
    expect(regions[1]!.means).toEqual([0.2, 0.7]);
  });

  it('has means of 0 where there is no cell', () => {
    const { regions } = classifyByCells(found, { cells: [], classes: 2 });
    expect(regions.map(({ means }) => means)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});
