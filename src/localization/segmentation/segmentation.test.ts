import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blur } from '../../pixels/gaussian.ts';
import { createRandom } from '../../random.ts';
import { overlapOf } from '../overlap.ts';
import type { Plane } from '../plane.ts';
import { discriminantPlane } from './discriminant.ts';
import { edgeShare } from './edge-share.ts';
import { guidedMask } from './guided-mask.ts';
import { localMean } from './local-levels.ts';
import { plainMask } from './plain-mask.ts';
import { emptyMask, isSilent } from './silent.ts';

const SIDE = 128;
const size = { height: SIDE, width: SIDE };
const options = { coupling: 2, iterations: 100 };
const plain = { ...options, threshold: { kind: 'otsu' } } as const;

/** Discs of the same size, and a map that knows where they are but not where they end. */
function example({ noise = 0, seed = 1 } = {}) {
  const random = createRandom(seed, 'discs');
  const truth = new Uint8Array(SIDE * SIDE);
  for (const [x, y] of [
    [25, 30],
    [80, 25],
    [50, 75],
    [100, 100],
  ] as const) {
    for (let i = 0; i < truth.length; i++) {
      if (((i % SIDE) - x) ** 2 + (Math.floor(i / SIDE) - y) ** 2 < 100) truth[i] = 1;
    }
  }
  const light = Float32Array.from(truth, (inside) => 300 + 200 * inside + noise * random.normal());
  const map = Float32Array.from(truth);
  blur(map, { ...size, sigma: 5 });
  return { truth: { data: truth, ...size }, light: { data: light, ...size }, map: { data: map, ...size } };
}

const light0 = new Float32Array(SIDE * SIDE);
const flat = (value: number): Plane => ({ data: new Float32Array(SIDE * SIDE).fill(value), ...size });
const count = ({ data }: { data: Uint8Array }) => data.reduce((sum, inside) => sum + inside, 0);

describe('a mask that the map and the image make together', () => {
  it('ends where the image does, which the map alone does not know', () => {
    const { truth, light, map } = example();
    expect(overlapOf(guidedMask(map, [light], options).mask, truth).foregroundIoU).toBeGreaterThan(0.97);
    expect(overlapOf(plainMask(map, plain).mask, truth).foregroundIoU).toBeLessThan(0.9);
  });

  it('leaves out what is bright but not spoken for', () => {
    const { truth, light, map } = example();
    const data = Float32Array.from(light.data);
    for (let y = 5; y < 20; y++) data.fill(480, y * SIDE + 110, y * SIDE + 125);
    const { mask } = guidedMask(map, [{ data, ...size }], options);
    expect(overlapOf(mask, truth).foregroundIoU).toBeGreaterThan(0.95);
  });

  it('finds by itself which channel shows the cells, bright or dark', () => {
    const { truth, light, map } = example();
    const random = createRandom(2, 'other');
    const other = { data: Float32Array.from(light.data, () => 900 + 50 * random.normal()), ...size };
    const dark = { data: light.data.map((value) => 1000 - value), ...size };
    for (const channels of [[other, light], [dark], [flat(7), dark, other]]) {
      expect(overlapOf(guidedMask(map, channels, options).mask, truth).foregroundIoU).toBeGreaterThan(0.93);
    }
  });

  it('is the same at any gain and offset of camera and map', () => {
    const { light, map } = example({ noise: 40 });
    const expected = guidedMask(map, [light], options).mask;
    const gains = fc.tuple(
      fc.double({ min: 0.1, max: 10, noNaN: true }),
      fc.double({ min: 0, max: 1000, noNaN: true }),
    );
    fc.assert(
      fc.property(gains, fc.double({ min: 1e-4, max: 1e4, noNaN: true }), ([gain, offset], scale) => {
        const { mask } = guidedMask(
          { data: map.data.map((value) => scale * value), ...size },
          [{ data: light.data.map((value) => gain * value + offset), ...size }],
          options,
        );
        // Rounding may move the odd pixel that lies on the edge.
        expect(overlapOf(mask, expected).foregroundIoU).toBeGreaterThan(0.99);
      }),
      { numRuns: 10 },
    );
  });

  it('is better with belief propagation than without where the image is noisy', () => {
    const { truth, light, map } = example({ noise: 120 });
    const iou = (coupling: number) =>
      overlapOf(guidedMask(map, [light], { ...options, coupling }).mask, truth).foregroundIoU;
    expect(iou(2)).toBeGreaterThan(iou(0) + 0.05);
  });

  it('ends where it is told to', () => {
    const { light, map } = example();
    const data = Float32Array.from(light.data);
    blur(data, { ...size, sigma: 4 });
    const areas = [0.25, 0.5, 0.75].map((edge) => {
      const found = guidedMask(map, [{ data, ...size }], { ...options, edge });
      expect(found.edge).toBe(edge);
      return count(found.mask);
    });
    expect(areas[0]!).toBeGreaterThan(1.2 * areas[1]!);
    expect(areas[1]!).toBeGreaterThan(1.2 * areas[2]!);
  });

  it('is empty of a map of nothing, and of an image of nothing', () => {
    const { light, map } = example();
    expect(count(guidedMask(flat(0), [light], options).mask)).toBe(0);
    expect(count(guidedMask(map, [flat(0)], options).mask)).toBe(0);
    expect(count(plainMask(flat(0), plain).mask)).toBe(0);
  });
});

describe('the plain recipe', () => {
  it('is a threshold, and beliefs that take single pixels out', () => {
    const { map } = example();
    const alone = plainMask(map, { ...plain, coupling: 0 });
    expect([...alone.mask.data]).toEqual([...map.data].map((value) => Number(Math.sqrt(value) > alone.threshold)));
    const speckled = { data: map.data.slice(), ...size };
    speckled.data[5 * SIDE + 5] = 1;
    expect(plainMask(speckled, { ...plain, coupling: 0 }).mask.data[5 * SIDE + 5]).toBe(1);
    expect(plainMask(speckled, plain).mask.data[5 * SIDE + 5]).toBe(0);
  });
});

describe('the parts of a guided mask', () => {
  it('put the classes as far apart as a sum of channels can, at 0 and 1', () => {
    const { truth, light } = example({ noise: 30 });
    const random = createRandom(3, 'shared');
    const shared = light.data.map(() => 500 * random.normal());
    // The noise of both channels is the same, so that their difference is free of it.
    const channels = [
      { data: light.data.map((value, i) => value + shared[i]!), ...size },
      { data: shared, ...size },
    ];
    const foreground = Float32Array.from(truth.data);
    const background = foreground.map((inside) => 1 - inside);
    const plane = discriminantPlane(channels, { foreground, background })!;
    const mean = (weights: Float32Array) =>
      plane.reduce((sum, value, i) => sum + weights[i]! * value, 0) / weights.reduce((sum, weight) => sum + weight, 0);
    expect(mean(background)).toBeCloseTo(0, 3);
    expect(mean(foreground)).toBeCloseTo(1, 3);
    const spread = Math.sqrt(plane.reduce((sum, value, i) => sum + background[i]! * value ** 2, 0) / (SIDE * SIDE));
    expect(spread).toBeLessThan(0.8);
    expect(discriminantPlane([flat(1)], { foreground, background })).toBeUndefined();
  });

  it('see the mean of what counts nearby, and of all where nothing does', () => {
    const plane = { data: Float32Array.from({ length: SIDE * SIDE }, (_, i) => i % SIDE), ...size };
    const weights = plane.data.map((x) => (x < 20 ? 1 : 0));
    const mean = localMean(plane, weights, { sigma: 4 });
    expect(mean[64 * SIDE]!).toBeLessThan(5);
    expect(mean[64 * SIDE + 127]!).toBeCloseTo(9.5, 1);
    expect(localMean(plane, new Float32Array(SIDE * SIDE), { sigma: 4 }).every(Number.isFinite)).toBe(true);
  });

  it('put the edge lower where cells fade out or have bright spots', () => {
    const { truth, map } = example();
    const weights = map.data.map((value) => value ** 2);
    const edgeOf = (change: (light: Float32Array) => void) => {
      const light = Float32Array.from(truth.data);
      change(light);
      return edgeShare(light, weights);
    };
    const sharp = edgeOf((light) => blur(light, { ...size, sigma: 0.7 }));
    const faded = edgeOf((light) => blur(light, { ...size, sigma: 3 }));
    const spotted = edgeOf((light) => {
      for (let i = 0; i < light.length; i++) light[i]! *= (i >> 2) % 3 === 0 && (i >> 9) % 3 === 0 ? 3 : 0.35;
      blur(light, { ...size, sigma: 0.7 });
    });
    expect(sharp).toBeGreaterThan(0.35);
    expect(faded).toBeLessThan(sharp - 0.1);
    expect(spotted).toBeLessThan(sharp - 0.1);
    for (const edge of [
      edgeOf((light) => light.fill(0)),
      edgeOf((light) => light.fill(-5)),
      edgeShare(light0, light0),
    ]) {
      expect(edge).toBeGreaterThanOrEqual(0.15);
      expect(edge).toBeLessThanOrEqual(0.6);
    }
  });
});

describe('a field of which no instance is of a class', () => {
  it('is silent on it, whatever the other classes say', () => {
    // Two classes, 1 × 3 instances.
    const instances = { map: Float32Array.of(0.1, 0.49, 0.3, 0.2, 0.8, 0.1), rows: 1, columns: 3 };
    expect(isSilent(instances, [0])).toBe(true);
    expect(isSilent(instances, [1])).toBe(false);
    expect(isSilent(instances, [0, 1])).toBe(false);
    // What is low may be much for its class, but not next to nothing.
    expect(isSilent(instances, [0], [0.2, 0.2])).toBe(false);
    expect(isSilent(instances, [0], [0.9, 0.9])).toBe(true);
    const low = { ...instances, map: instances.map.map((p) => 0.1 * p) };
    expect(isSilent(low, [0], [0, 0])).toBe(true);
    const { mask, threshold } = emptyMask({ height: 4, width: 6 }, 0.25);
    expect(mask).toEqual({ data: new Uint8Array(24), height: 4, width: 6 });
    expect(threshold).toBe(0.25);
  });
});
