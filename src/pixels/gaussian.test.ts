import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { blur, blurWide } from './gaussian.ts';

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);

it('blurs a point into a Gaussian of the width asked for, losing no light', () => {
  const [width, height] = [41, 31];
  const plane = new Float32Array(width * height);
  plane[15 * width + 20] = 1;
  blur(plane, { width, height, sigma: 2 });
  expect(sum(plane)).toBeCloseTo(1, 5);
  const variance = plane.reduce((total, value, i) => total + value * ((i % width) - 20) ** 2, 0);
  expect(Math.sqrt(variance)).toBeCloseTo(2, 1);
  expect(plane[14 * width + 20]! / plane[15 * width + 20]!).toBeCloseTo(Math.exp(-1 / 8), 3);
});

it('leaves a plane of one value as it is, to the border, however small the plane', () => {
  for (const [width, height] of [
    [9, 7],
    [1, 5],
    [2, 1],
  ] as const) {
    const plane = new Float32Array(width * height).fill(3);
    blur(plane, { width, height, sigma: 4 });
    for (const value of plane) expect(value).toBeCloseTo(3, 5);
  }
});

it('does nothing for a sigma of 0', () => {
  const plane = Float32Array.of(1, 5, 2, 8);
  blur(plane, { width: 2, height: 2, sigma: 0 });
  expect(plane).toEqual(Float32Array.of(1, 5, 2, 8));
});

describe('a wide blur', () => {
  it('is nearly the blur of all pixels, whatever the size leaves over', () => {
    const random = createRandom(1, 'wide');
    for (const [width, height] of [
      [64, 64],
      [61, 33],
    ] as const) {
      const plane = Float32Array.from({ length: width * height }, () => random.uniform());
      blur(plane, { width, height, sigma: 3 });
      const exact = plane.slice();
      blur(exact, { width, height, sigma: 12 });
      const wide = blurWide(plane, { width, height, sigma: 12, step: 3 });
      expect(Math.max(...wide.map((value, i) => Math.abs(value - exact[i]!)))).toBeLessThan(0.05);
    }
  });

  it('keeps a plane of one value', () => {
    const wide = blurWide(new Float32Array(50 * 21).fill(7), { width: 50, height: 21, sigma: 9, step: 4 });
    for (const value of wide) expect(value).toBeCloseTo(7, 4);
  });
});
