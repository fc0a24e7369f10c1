import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { drawExposures, expose } from './camera.ts';
import { drawShade, renderShade } from './illumination.ts';

it('falls smoothly from 1 at the brightest pixel to 0 at the darkest', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 64, max: 96 }), fc.constantFrom(0, 0.5), (seed, size, beyond) => {
      const fall = renderShade(drawShade(createRandom(seed), { beyond }), size);
      expect([Math.min(...fall), Math.max(...fall)]).toEqual([0, 1]);
      let step = 0;
      for (let i = 0; i < fall.length - size; i++) {
        if (i % size < size - 1) step = Math.max(step, Math.abs(fall[i + 1]! - fall[i]!));
        step = Math.max(step, Math.abs(fall[i + size]! - fall[i]!));
      }
      expect(step).toBeLessThan(5 / size);
    }),
    { numRuns: 30 },
  );
});

it('takes the share of the light that it is told at the darkest pixel, and adds the background that it is told', () => {
  const size = 128;
  const bright = 1e5;
  const shade = drawShade(createRandom(1, 'shade'));
  const [plain] = drawExposures(createRandom(1), 1);
  const fall = renderShade(shade, size);
  const darkest = fall.indexOf(0);
  const brightest = fall.indexOf(1);
  /** Electrons without noise to speak of: so many that it vanishes beside them. */
  const read = (depth: number, glow?: Float32Array) => {
    const exposure = { ...plain!, gain: 0.1, offset: 0, background: 0, illumination: { depth, shade } };
    const counts = new Uint16Array(size * size);
    const light = new Float32Array(size * size).fill(bright);
    expose(light, counts, { random: createRandom(2), size, exposure, stain: 1, glow });
    return { dark: (counts[darkest]! * 10) / bright, light: (counts[brightest]! * 10) / bright };
  };
  for (const depth of [0, 0.3, 0.95]) {
    expect(read(depth).dark).toBeCloseTo(1 - depth, 1);
    expect(read(depth).light).toBeCloseTo(1, 1);
  }
  const lit = read(0.5, new Float32Array(size * size).fill(0.25 * bright));
  expect(lit.dark).toBeCloseTo(0.75, 1);
  expect(lit.light).toBeCloseTo(1.25, 1);
});
