import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import type { Plane } from '../plane.ts';
import { intensityBins } from './intensity-bins.ts';
import { type IntensityModelOptions, intensityLogOdds } from './intensity-log-odds.ts';

const planeOf = (data: Plane['data']): Plane => ({ data, height: 1, width: data.length });

describe('bins of intensities', () => {
  it('hold as many pixels each, equal intensities together', () => {
    const { ofPixel, count } = intensityBins(planeOf(Uint8Array.of(9, 1, 8, 2, 7, 3, 6, 4)), {
      bins: 4,
      spacing: 'quantile',
    });
    expect([count, [...ofPixel]]).toEqual([4, [3, 0, 3, 0, 2, 1, 2, 1]]);
    const ties = intensityBins(planeOf(Uint8Array.of(0, 0, 0, 0, 0, 0, 5, 6)), { bins: 4, spacing: 'quantile' });
    expect([ties.count, [...ties.ofPixel]]).toEqual([2, [0, 0, 0, 0, 0, 0, 1, 1]]);
  });

  it('are as wide as each other', () => {
    const { ofPixel } = intensityBins(planeOf(Float32Array.of(0, 1, 2.4, 2.6, 9, 10)), { bins: 4, spacing: 'linear' });
    expect([...ofPixel]).toEqual([0, 0, 0, 1, 3, 3]);
  });
});

describe('log odds from an intensity model', () => {
  const random = createRandom(4);
  const pixels = 4000;
  const truth = Uint8Array.from({ length: pixels }, () => (random.uniform() < 0.3 ? 1 : 0));
  /** A channel whose two classes are normal, `distance` standard deviations apart. */
  const channel = (distance: number) =>
    planeOf(Float32Array.from(truth, (is) => 100 + 10 * (is * distance + random.normal())));
  const correctOf = (odds: Float32Array) => odds.filter((value, i) => value > 0 === (truth[i] === 1)).length / pixels;

  it('are those of two normal classes, from the truth', () => {
    const plane = channel(2);
    const odds = intensityLogOdds([plane], truth);
    for (let i = 0; i < pixels; i++) {
      // Means 100 and 120, standard deviation 10: the log likelihood ratio is (value - 110) / 5.
      const expected = (plane.data[i]! - 110) / 5;
      if (Math.abs(expected) < 2) expect(Math.abs(odds[i]! - expected)).toBeLessThan(0.7);
    }
  });

  it('tell the classes better than the soft map that they were learned from', () => {
    const soft = Float32Array.from(truth, (is) => Math.min(1, Math.max(0, 0.25 + 0.3 * is + 0.25 * random.normal())));
    const fromMap = correctOf(soft.map((share) => share - 0.5));
    expect(correctOf(intensityLogOdds([channel(3)], soft))).toBeGreaterThan(Math.max(0.9, fromMap));
  });

  it('are surer from two channels, added up or together', () => {
    const two = [channel(1.5), channel(1.5)];
    const [one, added, joint] = [
      correctOf(intensityLogOdds(two.slice(0, 1), truth)),
      correctOf(intensityLogOdds(two, truth)),
      correctOf(intensityLogOdds(two, truth, { joint: true, bins: 16 })),
    ];
    expect(added).toBeGreaterThan(one + 0.03);
    expect(joint).toBeGreaterThan(one + 0.03);
  });

  it('see together what no channel shows alone', () => {
    const first = planeOf(Float32Array.from(truth, () => random.integer(2)));
    const second = planeOf(first.data.map((bit, i) => (truth[i] === 1 ? 1 - bit : bit)) as Float32Array);
    const options = { smoothing: 0 };
    expect(correctOf(intensityLogOdds([first, second], truth, { ...options, joint: true }))).toBe(1);
    expect(correctOf(intensityLogOdds([first, second], truth, options))).toBeLessThan(0.8);
  });

  it('say nothing after a map that says nothing or knows one class only, but for the prior', () => {
    const plane = channel(2);
    for (const share of [0, 0.3, 1]) {
      const odds = intensityLogOdds([plane], new Float32Array(pixels).fill(share));
      expect(odds.every((value) => Math.abs(value) < 1e-4)).toBe(true);
    }
    const odds = intensityLogOdds([plane], new Float32Array(pixels), { prior: 0.2 });
    expect(odds[0]).toBeCloseTo(Math.log(0.25), 4);
  });

  it('are finite whatever the planes', () => {
    const planes = [
      new Uint8Array(6),
      new Uint16Array(6).fill(65_535),
      Uint8Array.of(0, 0, 0, 0, 0, 255),
      Float32Array.of(-1e30, 0, 0, 1e-30, 5, 1e30),
    ].map(planeOf);
    const choices: IntensityModelOptions[] = [{}, { spacing: 'linear' }, { joint: true }, { pseudoPixels: 1e-9 }];
    for (const options of choices) {
      for (const one of planes) {
        for (const other of planes) {
          for (const map of [Uint8Array.of(0, 0, 0, 0, 0, 1), Float32Array.of(1, 1, 0.5, 0, 0, 0)]) {
            const odds = intensityLogOdds([one, other], map, options);
            expect(odds.every((value) => Math.abs(value) <= 5)).toBe(true);
          }
        }
      }
      expect(intensityLogOdds([planeOf(new Uint8Array(0))], new Float32Array(0), options).length).toBe(0);
    }
  });

  it('are refused where planes, map and options do not fit', () => {
    const plane = planeOf(Uint8Array.of(1, 2, 3));
    const map = Float32Array.of(0, 0.5, 1);
    expect(() => intensityLogOdds([], map)).toThrow(/no plane/);
    expect(() => intensityLogOdds([plane], map.subarray(1))).toThrow(/does not fit/);
    expect(() => intensityLogOdds([plane], Float32Array.of(0, 0, Number.NaN))).toThrow(/not from 0 to 1/);
    expect(() => intensityLogOdds([plane, plane, plane], map, { joint: true })).toThrow(/joint/);
    expect(() => intensityLogOdds([plane], map, { prior: 1 })).toThrow(/prior/);
    expect(() => intensityLogOdds([plane], map, { bins: 1000 })).toThrow(/bins/);
    expect(() => intensityLogOdds([plane], map, { pseudoPixels: 0 })).toThrow(/pseudoPixels/);
  });
});
