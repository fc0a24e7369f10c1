import { expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { expose } from './camera.ts';
import { drawDefocus, imageLight } from './optics.ts';

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);

it('spreads light without making any: haze and defocus keep about the sum', () => {
  const size = 96;
  const light = new Float32Array(size * size);
  for (let i = 0; i < 40; i++) light[(30 + (i % 7) * 5) * size + 30 + i] = 100;
  const before = sum(light);
  const peak = Math.max(...light);
  imageLight(light, { size, sigma: 0.8, defocus: [{ x: 48, y: 48, radius: 20 }] });
  expect(Math.abs(sum(light) / before - 1)).toBeLessThan(0.05);
  expect(Math.max(...light)).toBeLessThan(peak / 2);
});

it('leaves about a third of a patch in each 512 × 512 pixels out of focus', () => {
  const counts = Array.from({ length: 2000 }, (_, n) => drawDefocus(createRandom(n), { size: 512 }).length);
  expect(counts.reduce((total, n) => total + n, 0) / 2000).toBeCloseTo(0.35, 1);
});

it('reads out counts with the mean and the noise of photons, and clips at 16 bits', () => {
  const size = 128;
  const exposure = {
    gain: 4,
    offset: 200,
    background: 0,
    sigma: 1,
    vignetting: 0,
    center: [0.5, 0.5],
    tilt: [0, 0],
  } as const;
  const read = (electrons: number) => {
    const counts = new Uint16Array(size * size);
    const light = new Float32Array(size * size).fill(electrons);
    expose(light, counts, { random: createRandom(1), size, exposure, stain: 1 });
    const mean = counts.reduce((total, count) => total + count, 0) / counts.length;
    return { mean, variance: counts.reduce((total, count) => total + (count - mean) ** 2, 0) / counts.length };
  };
  const { mean, variance } = read(400);
  expect(Math.abs(mean - 1800)).toBeLessThan(3);
  expect(Math.abs(variance / (16 * (400 + 3.5 ** 2)) - 1)).toBeLessThan(0.05);
  expect(read(1e6).mean).toBe(65535);
});
