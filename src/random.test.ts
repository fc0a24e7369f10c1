import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';

describe('createRandom', () => {
  it('gives the same stream for the same seed and keys, another for any other', () => {
    const draw = (seed: number, ...keys: (number | string)[]) => {
      const random = createRandom(seed, ...keys);
      return Array.from({ length: 8 }, random.word).join();
    };
    expect(draw(1, 'crop', 3)).toBe(draw(1, 'crop', 3));
    const others = [draw(1), draw(2), draw(1, 'crop'), draw(1, 'crop', 4), draw(1, 3, 'crop'), draw(1, 'cro', 'p', 3)];
    expect(new Set([draw(1, 'crop', 3), ...others]).size).toBe(7);
  });

  it('is uniform: mean, variance and the correlation of neighbouring streams', () => {
    const n = 200_000;
    const random = createRandom(7);
    const values = Array.from({ length: n }, random.uniform);
    const mean = values.reduce((s, v) => s + v, 0) / n;
    const variance = values.reduce((s, v) => s + (v - mean) ** 2, 0) / n;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.003);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001);
    const first = Array.from({ length: 20_000 }, (_, i) => createRandom(7, i).uniform());
    let correlation = 0;
    for (let i = 1; i < first.length; i++) correlation += (first[i] - 0.5) * (first[i - 1] - 0.5) * 12;
    expect(Math.abs(correlation / first.length)).toBeLessThan(0.03);
  });

  it('draws normal deviates with mean 0, deviation 1 and the right tails', () => {
    const random = createRandom(3, 'normal');
    const values = Array.from({ length: 100_000 }, random.normal);
    const mean = values.reduce((s, v) => s + v, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.015);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.01);
    expect(values.filter((v) => Math.abs(v) > 1.96).length / values.length).toBeCloseTo(0.05, 2);
  });

  it('shuffles without losing or doubling anything, and stays below the bound', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), fc.integer({ min: 1, max: 1000 }), (items, seed, below) => {
        const random = createRandom(seed);
        expect(random.shuffle(items).sort()).toEqual([...items].sort());
        const drawn = random.integer(below);
        expect(drawn >= 0 && drawn < below && Number.isInteger(drawn)).toBe(true);
      }),
    );
  });
});
