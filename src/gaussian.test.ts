import { expect, it } from 'vitest';
import { blur } from './gaussian.ts';

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
