import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areasOf, connectedComponents } from './regions/connected-components.ts';
import { distanceTransform } from './regions/distance-transform.ts';
import { fillHoles } from './regions/fill-holes.ts';
import { watershed } from './regions/watershed.ts';
import { linesOf, maskOf } from './testing/draw.ts';

describe('connected parts', () => {
  const mask = maskOf('##..#', '..#..', '#...#');

  it('join at corners or only along sides, numbered as they come', () => {
    expect(linesOf(connectedComponents(mask))).toEqual(['11..2', '..1..', '3...4'].map((line) => line));
    expect(linesOf(connectedComponents(mask, { connectivity: 4 }))).toEqual(['11..2', '..3..', '4...5']);
    expect(areasOf(connectedComponents(mask))).toEqual(Uint32Array.of(9, 3, 1, 1, 1));
  });
});

it('connected parts of a label image are those of each label', () => {
  const labels = { data: Int32Array.of(1, 1, 2, 2, 2, 0, 1, 1, 1), height: 3, width: 3 };
  expect(linesOf(connectedComponents(labels, { connectivity: 4 }))).toEqual(['112', '33.', '444']);
  expect(linesOf(connectedComponents(labels))).toEqual(['112', '22.', '333']);
});

describe('holes', () => {
  it('are filled where they are small enough and do not reach the border', () => {
    const mask = maskOf('######.', '#.#..#.', '######.', '.#...##', '##..###');
    expect(linesOf(fillHoles(mask))).toEqual(['111111.', '111111.', '111111.', '.1...11', '11..111']);
    expect(linesOf(fillHoles(mask, { mostArea: 1 }))).toEqual(['111111.', '111..1.', '111111.', '.1...11', '11..111']);
  });

  it('are closed by pixels that touch at corners', () => {
    expect(linesOf(fillHoles(maskOf('.#.', '#.#', '.#.')))).toEqual(['.1.', '111', '.1.']);
  });
});

describe('a watershed', () => {
  const two = maskOf('.###....###.', '#####..#####', '############', '#####..#####', '.###....###.');

  it('divides a mask at its waist, and not where the waist is too shallow', () => {
    const levels = distanceTransform(two);
    expect(linesOf(watershed(levels, two, { depth: 0.5 }))).toEqual([
      '.111....222.',
      '11111..22222',
      '111111222222',
      '11111..22222',
      '.111....222.',
    ]);
    expect(watershed(levels, two, { depth: 3 }).count).toBe(1);
  });

  it('never joins what does not touch, and covers the mask and nothing else', () => {
    const plane = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 48, maxLength: 48 });
    fc.assert(
      fc.property(plane, fc.integer({ min: 0, max: 4 }), (pixels, depth) => {
        const mask = { data: Uint8Array.from(pixels, (value) => Number(value > 0)), height: 6, width: 8 };
        const { data, count } = watershed(Float32Array.from(pixels), mask, { depth });
        expect(Array.from(data, (label) => Number(label > 0))).toEqual([...mask.data]);
        expect(new Set(data.filter((label) => label > 0)).size).toBe(count);
        const parts = connectedComponents(mask);
        expect(count).toBeGreaterThanOrEqual(parts.count);
        // Each basin lies in one connected part, and with no depth too small it is the part.
        const pairs = new Set(Array.from(data, (label, i) => `${label} ${parts.data[i]}`));
        pairs.delete('0 0');
        expect(pairs.size).toBe(count);
        if (depth === 4) expect(count).toBe(parts.count);
      }),
    );
  });

  it('has nothing to divide in an empty mask', () => {
    const empty = maskOf('..', '..');
    expect(watershed(new Float32Array(4), empty, { depth: 1 })).toEqual({
      data: new Int32Array(4),
      height: 2,
      width: 2,
      count: 0,
    });
  });
});
