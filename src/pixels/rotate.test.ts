import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rotate } from './rotate.ts';
import { writeView } from './view.ts';

const box = (side: number) => ({ top: 0, left: 0, height: side, width: side });

/** Channels that are linear in x and y: interpolation gives them exactly. */
function slopes(height: number, width: number, slope: readonly (readonly [number, number])[]) {
  const data = new Float32Array(slope.length * height * width);
  for (const [channel, [byX, byY]] of slope.entries()) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) data[(channel * height + y) * width + x] = 100 + byX * x + byY * y;
    }
  }
  return { data, channels: slope.length, height, width };
}

it('turns the slope of each channel counter-clockwise, and leaves the middle of the part where it is', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -7, max: 7, noNaN: true }),
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 3 }),
      (angle, top, left) => {
        const side = 15;
        const image = slopes(22, 19, [
          [2, 0],
          [-1, 3],
        ]);
        const { data, ...shape } = rotate(image, { top, left, height: side, width: side }, angle);
        expect(shape).toEqual({ channels: 2, height: side, width: side });
        const at = (channel: number, right: number, down: number) =>
          data[(channel * side + 7 + down) * side + 7 + right]!;
        expect(at(0, 0, 0)).toBeCloseTo(100 + 2 * (left + 7), 3);
        expect(at(1, 0, 0)).toBeCloseTo(100 - (left + 7) + 3 * (top + 7), 3);
        // To the right after a rotation is what was below on the right before.
        const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
        for (const [right, down] of [
          [3, 0],
          [0, -4],
          [2, 5],
        ] as const) {
          const [x, y] = [cosine * right - sine * down, sine * right + cosine * down];
          expect(at(0, right, down) - at(0, 0, 0)).toBeCloseTo(2 * x, 3);
          expect(at(1, right, down) - at(1, 0, 0)).toBeCloseTo(-x + 3 * y, 3);
        }
      },
    ),
  );
});

it('by quarters of a turn is what a symmetry does, counter-clockwise too', () => {
  const image = {
    data: Uint16Array.from({ length: 2 * 9 * 9 }, (_, i) => (i * 7919) % 1000),
    channels: 2,
    height: 9,
    width: 9,
  };
  for (const turns of [0, 1, 2, 3]) {
    const expected = new Float32Array(image.data.length);
    writeView({ image, symmetry: { turns, reflected: false } }, expected);
    const { data } = rotate(image, box(9), (turns * Math.PI) / 2);
    for (const [i, value] of expected.entries()) expect(data[i]).toBeCloseTo(value, 2);
  }
});

it('knows nothing from outside of the part, and nothing but its intensities', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 6.3, noNaN: true }), (angle) => {
      const image = { data: new Uint8Array(20 * 20).fill(255), channels: 1, height: 20, width: 20 };
      const part = { top: 4, left: 6, height: 9, width: 9 };
      for (let y = 4; y < 13; y++) image.data.fill(40 + y, y * 20 + 6, y * 20 + 15);
      const { data } = rotate(image, part, angle);
      for (const value of data) {
        expect(value).toBeGreaterThanOrEqual(44);
        expect(value).toBeLessThanOrEqual(52);
      }
    }),
  );
});
