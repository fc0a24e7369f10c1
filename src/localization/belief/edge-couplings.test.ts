import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { edgeCouplings } from './edge-couplings.ts';
import { propagateBeliefs } from './propagate-beliefs.ts';

/** The edges that lie inside of a plane. */
function inside({ right, down }: { right: Float32Array; down: Float32Array }, height: number, width: number) {
  return [
    ...Array.from(right).filter((_, i) => i % width < width - 1),
    ...Array.from(down).filter((_, i) => i < (height - 1) * width),
  ];
}

describe('couplings of an image', () => {
  it('follow the formula', () => {
    const plane = { data: Uint8Array.of(1, 1, 3, 1, 1, 7), height: 2, width: 3 };
    // Differences, right and down: 0, 2, 0, 6, 0, 0, 4; their mean square 8.
    const expected = (difference: number) => 2 * Math.exp(-(difference ** 2) / 16);
    const { right, down } = edgeCouplings([plane], { coupling: 2 });
    for (const [i, difference] of [0, 2, undefined, 0, 6].entries()) {
      if (difference !== undefined) expect(right[i]).toBeCloseTo(expected(difference), 5);
    }
    for (const [i, difference] of [0, 0, 4].entries()) expect(down[i]).toBeCloseTo(expected(difference), 5);
    const wide = edgeCouplings([plane], { coupling: 2, contrast: 2, floor: 0.25 });
    expect(wide.down[2]).toBeCloseTo(2 * (0.25 + 0.75 * Math.exp(-16 / 64)), 5);
  });

  it('stay between floor and coupling, and do not know gain and offset', () => {
    const random = createRandom(2);
    const data = Float32Array.from({ length: 30 }, () => random.normal());
    const other = Uint16Array.from({ length: 30 }, () => random.integer(60_000));
    const plane = (pixels: Float32Array | Uint16Array) => ({ data: pixels, height: 5, width: 6 });
    const options = { coupling: 1.5, floor: 0.1 };
    const found = inside(edgeCouplings([plane(data), plane(other)], options), 5, 6);
    expect(found.every((value) => value >= 0.15 - 1e-6 && value <= 1.5)).toBe(true);
    const moved = data.map((value) => 12 * value + 100);
    const again = inside(edgeCouplings([plane(other), plane(moved)], options), 5, 6);
    for (const [i, value] of again.entries()) expect(value).toBeCloseTo(found[i]!, 4);
  });

  it('are the plain coupling on constant planes, beside which another channel counts alone', () => {
    const flat = { data: new Uint8Array(12).fill(255), height: 3, width: 4 };
    expect(edgeCouplings([flat], { coupling: 0.7 }).right).toEqual(new Float32Array(12).fill(0.7));
    const step = { data: Uint8Array.of(0, 0, 9, 9, 0, 0, 9, 9, 0, 0, 9, 9), height: 3, width: 4 };
    expect(edgeCouplings([flat, step], { coupling: 1 })).toEqual(edgeCouplings([step], { coupling: 1 }));
  });

  it('are numbers for planes of any size', () => {
    const sides = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(sides, sides, fc.infiniteStream(fc.integer({ min: 0, max: 255 })), (height, width, stream) => {
        const data = Uint8Array.from({ length: height * width }, () => stream.next().value!);
        const { right, down } = edgeCouplings([{ data, height, width }], { coupling: 1 });
        expect([...right, ...down].every((value) => value >= 0 && value <= 1)).toBe(true);
      }),
    );
  });

  it('let a mask end where the light does', () => {
    // Evidence that is one pixel out of place, on an image with a sharp edge.
    const [height, width] = [9, 12];
    const data = Uint8Array.from({ length: height * width }, (_, i) => (i % width < 6 ? 20 : 200));
    const theta = Float32Array.from(data, (_, i) => (i % width < 7 ? -1 : 1));
    const couplings = edgeCouplings([{ data, height, width }], { coupling: 2 });
    const rowOf = (probability: Float32Array) =>
      Array.from(probability.subarray(4 * width, 5 * width), (p) => (p > 0.5 ? 1 : 0)).join('');
    expect(rowOf(propagateBeliefs({ theta, height, width, coupling: 2 }).probability)).toBe('000000011111');
    expect(rowOf(propagateBeliefs({ theta, height, width, coupling: couplings }).probability)).toBe('000000111111');
  });

  it('refuse what makes no sense', () => {
    const plane = { data: new Uint8Array(4), height: 2, width: 2 };
    expect(() => edgeCouplings([], { coupling: 1 })).toThrow(/no plane/);
    expect(() => edgeCouplings([plane, { ...plane, height: 1, width: 4 }], { coupling: 1 })).toThrow(/differ in size/);
    expect(() => edgeCouplings([plane], { coupling: -1 })).toThrow(/coupling/);
    expect(() => edgeCouplings([plane], { coupling: 1, contrast: 0 })).toThrow(/contrast/);
    expect(() => edgeCouplings([plane], { coupling: 1, floor: 2 })).toThrow(/floor/);
  });
});
