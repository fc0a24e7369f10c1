import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYMMETRIES, type Symmetry, walk } from './symmetry.ts';

/** The whole picture, under the symmetry. */
function see(picture: number[][], symmetry: Symmetry): number[][] {
  const [height, width] = [picture.length, picture[0]!.length];
  const { start, down, right, rows, columns } = walk({ top: 0, left: 0, height, width }, symmetry, width);
  const flat = picture.flat();
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => flat[start + r * down + c * right]!),
  );
}

const pictures = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .map(([height, width]) =>
    Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => 10 * y + x)),
  );
const turn = { reflected: false, turns: 1 };

describe('the symmetries of the square', () => {
  it('are eight ways to see a picture', () => {
    const picture = [
      [1, 2],
      [3, 4],
    ];
    expect(new Set(SYMMETRIES.map((symmetry) => see(picture, symmetry).flat().join())).size).toBe(8);
    expect(see(picture, SYMMETRIES[0]!)).toEqual(picture);
    expect(see(picture, turn).flat()).toEqual([2, 4, 1, 3]);
    expect(see(picture, { reflected: true, turns: 0 }).flat()).toEqual([2, 1, 4, 3]);
  });

  it('are quarter turns of a quarter turn, after the reflection', () => {
    fc.assert(
      fc.property(pictures, fc.boolean(), (picture, reflected) => {
        let seen = see(picture, { reflected, turns: 0 });
        for (const turns of [1, 2, 3, 0]) {
          seen = see(seen, turn);
          expect(seen).toEqual(see(picture, { reflected, turns }));
        }
        expect(see(see(picture, { reflected: true, turns: 0 }), { reflected: true, turns: 0 })).toEqual(picture);
      }),
    );
  });

  it('read a part as they read the whole', () => {
    const flat = Array.from({ length: 30 }, (_, i) => i);
    const { start, down, right, rows, columns } = walk({ top: 1, left: 2, height: 2, width: 3 }, turn, 6);
    const part = Array.from({ length: rows }, (_, r) =>
      Array.from({ length: columns }, (_, c) => flat[start + r * down + c * right]),
    );
    const whole = [
      [8, 9, 10],
      [14, 15, 16],
    ];
    expect(part).toEqual(see(whole, turn));
  });
});
