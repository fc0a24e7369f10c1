import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blur } from '../../pixels/gaussian.ts';
import { createRandom } from '../../random.ts';
import { quantile } from '../quantile.ts';
import { createPlaneQuality } from './field-quality.ts';
import { createTransform, smoothLength } from './fourier.ts';
import { binEdge, measureIntensities } from './intensities.ts';
import { createSharpness } from './spectrum.ts';
import { structureShare } from './structure.ts';

const SIDE = 160;
const size = { height: SIDE, width: SIDE };

/** Discs on a slanting background, blurred as by an objective, with the noise of a camera. */
function cells({
  seed = 1,
  discs = 30,
  radius = 9,
  sigma = 0.8,
  noise = 12,
  light = 600,
  slope = 0.8,
} = {}): Uint16Array {
  const random = createRandom(seed, 'cells');
  const plane = new Float32Array(SIDE * SIDE);
  for (let n = 0; n < discs; n++) {
    const [x0, y0] = [SIDE * random.uniform(), SIDE * random.uniform()];
    for (let i = 0; i < plane.length; i++) {
      const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
      if ((x - x0) ** 2 + (y - y0) ** 2 < radius ** 2) plane[i] = light;
    }
  }
  blur(plane, { ...size, sigma });
  return Uint16Array.from(plane, (value, i) =>
    Math.max(0, Math.round(300 + slope * (i % SIDE) + value + noise * random.normal())),
  );
}

describe('the Fourier transform', () => {
  it('is the sum that defines it, for lengths of all factors', () => {
    for (const length of [1, 2, 8, 9, 25, 30, 60, 64, 120]) {
      const random = createRandom(length, 'signal');
      const [re, im] = [0, 1].map(() => Float64Array.from({ length }, () => random.normal())) as [
        Float64Array,
        Float64Array,
      ];
      const sum = (j: number) => {
        let [x, y] = [0, 0];
        for (let m = 0; m < length; m++) {
          const angle = (-2 * Math.PI * j * m) / length;
          x += re[m]! * Math.cos(angle) - im[m]! * Math.sin(angle);
          y += re[m]! * Math.sin(angle) + im[m]! * Math.cos(angle);
        }
        return [x, y];
      };
      const expected = Array.from({ length }, (_, j) => sum(j));
      createTransform(length)(re, im);
      for (const [j, [x, y]] of expected.entries()) {
        expect(re[j]!).toBeCloseTo(x!, 9);
        expect(im[j]!).toBeCloseTo(y!, 9);
      }
    }
  });

  it('takes the largest length without a large prime', () => {
    expect([1, 7, 97, 512, 1021].map(smoothLength)).toEqual([1, 6, 96, 512, 1000]);
    expect(() => createTransform(14)).toThrow(RangeError);
  });
});

describe('sharpness', () => {
  const sharpness = createSharpness();

  it('has the slope of CellProfiler: power in rings of whole frequencies from the second on, up to an eighth of the side', () => {
    const [height, width] = [48, 60];
    const random = createRandom(3, 'texture');
    const plane = Float32Array.from({ length: height * width }, () => random.normal());
    blur(plane, { height, width, sigma: 1.5 });
    const rings = new Float64Array(6);
    for (let v = -6; v <= 6; v++) {
      for (let u = -6; u <= 6; u++) {
        const ring = Math.floor(Math.hypot(u, v)) + 1;
        if (ring < 2 || ring > 5) continue;
        let [re, im] = [0, 0];
        for (let i = 0; i < plane.length; i++) {
          const angle = -2 * Math.PI * ((u * (i % width)) / width + (v * Math.floor(i / width)) / height);
          re += plane[i]! * Math.cos(angle);
          im += plane[i]! * Math.sin(angle);
        }
        rings[ring]! += re * re + im * im;
      }
    }
    const points = [2, 3, 4, 5].map((ring) => [Math.log(ring), Math.log(rings[ring]!)] as const);
    const [x, y] = [0, 1].map((k) => points.reduce((sum, point) => sum + point[k]!, 0) / 4) as [number, number];
    const rise = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
    const run = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
    expect(sharpness(plane, { height, width }).slope).toBeCloseTo(rise / run, 6);
  });

  it('does not depend on gain and offset', () => {
    const plane = Float32Array.from(cells());
    const other = plane.map((value) => 3 * value + 700);
    const [one, two] = [plane, other].map((values) => sharpness(values, size));
    expect(two!.slope).toBeCloseTo(one!.slope, 4);
    expect(two!.detail).toBeCloseTo(one!.detail, 4);
  });

  it('falls with every blur, with or without new noise, far more than from cell to cell', () => {
    const detail = (options: Parameters<typeof cells>[0]) => sharpness(cells(options), size).detail;
    const sharp = [
      detail({ seed: 1 }),
      detail({ seed: 2, discs: 8 }),
      detail({ seed: 3, radius: 14 }),
      detail({ seed: 4, radius: 6, discs: 60 }),
    ];
    const least = Math.min(...sharp);
    expect(Math.max(...sharp) - least).toBeLessThan(1.5);
    expect(detail({ sigma: 2 })).toBeLessThan(least - 1.5);
    expect(detail({ sigma: 3 })).toBeLessThan(detail({ sigma: 2 }));
    const digital = Float32Array.from(cells());
    blur(digital, { ...size, sigma: 2 });
    expect(sharpness(digital, size).detail).toBeLessThan(least - 1.5);
    expect(sharpness(digital, size).slope).toBeLessThan(sharpness(cells(), size).slope - 0.4);
  });

  it('is the same for a field and its transpose, and for one with a few rows of a prime more', () => {
    const plane = cells();
    const turned = plane.map((_, i) => plane[(i % SIDE) * SIDE + Math.floor(i / SIDE)]!);
    expect(sharpness(turned, size).detail).toBeCloseTo(sharpness(plane, size).detail, 9);
    expect(sharpness(turned, size).slope).toBeCloseTo(sharpness(plane, size).slope, 9);
    const longer = Uint16Array.from({ length: SIDE * (SIDE + 1) }, (_, i) => plane[i % plane.length]!);
    expect(sharpness(longer, { width: SIDE, height: SIDE + 1 }).slope).toBeCloseTo(sharpness(plane, size).slope, 9);
  });
});

describe('structure', () => {
  it('is nothing in noise, however it is lit and rounded, and much where there are cells', () => {
    for (const seed of [1, 2, 3]) {
      expect(structureShare(cells({ seed, discs: 0 }), size)).toBeLessThan(0.002);
      expect(structureShare(cells({ seed, discs: 0, slope: 3 }), size)).toBeLessThan(0.002);
      expect(structureShare(cells({ seed, discs: 0, noise: 0.2, slope: 0.02 }), size)).toBeLessThan(0.002);
      const eight = Uint8Array.from(cells({ seed, discs: 0 }), (value) => value / 8);
      expect(structureShare(eight, size)).toBeLessThan(0.002);
      expect(structureShare(cells({ seed, discs: 3 }), size)).toBeGreaterThan(0.01);
      expect(structureShare(cells({ seed, discs: 200 }), size)).toBeGreaterThan(0.3);
    }
    expect(structureShare(new Float32Array(SIDE * SIDE).fill(0.1), size)).toBe(0);
  });

  it('forgives noise that resampling made smooth', () => {
    const plane = Float32Array.from(cells({ discs: 0 }));
    blur(plane, { ...size, sigma: 0.6 });
    expect(structureShare(plane, size)).toBeLessThan(0.004);
  });
});

describe('intensities', () => {
  it('are those of the sorted pixels, for whole numbers as for floats', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 65535 }), { minLength: 1, maxLength: 60 }), (values) => {
        const sorted = values.toSorted((a, b) => a - b);
        const middle = quantile(sorted, 0.5);
        const deviations = values.map((value) => Math.abs(value - middle)).sort((a, b) => a - b);
        const [whole, float] = [Uint16Array.from(values), Float32Array.from(values)].map(measureIntensities);
        for (const one of [whole!, float!]) {
          expect(one.min).toBe(sorted[0]);
          expect(one.max).toBe(sorted.at(-1));
          expect(one.median).toBe(middle);
          expect(one.percentile99).toBeCloseTo(quantile(sorted, 0.99), 3);
          expect(one.atMax).toBeCloseTo(values.filter((value) => value === sorted.at(-1)).length / values.length, 9);
          expect(one.histogram.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        }
        expect(float!.mad).toBeCloseTo(quantile(deviations, 0.5), 3);
        // For an even number of whole numbers, the lower of the two in the middle.
        expect(whole!.mad).toBe(deviations[Math.ceil(deviations.length / 2) - 1]);
      }),
    );
  });

  it('knows the bits that are never set, and the bins of a logarithmic axis', () => {
    expect(measureIntensities(Uint16Array.of(0, 16, 48, 4080)).emptyBits).toBe(4);
    expect(measureIntensities(Uint16Array.of(0, 1)).emptyBits).toBe(0);
    expect(measureIntensities(new Uint8Array(4)).emptyBits).toBe(0);
    const { histogram } = measureIntensities(Uint16Array.of(0, 1, 3, 1023));
    const begins = [...histogram.keys()].filter((i) => histogram[i]! > 0).map(binEdge);
    expect(begins.map((edge) => Math.round(edge))).toEqual([1, 2, 4, 1024]);
  });

  it('of an even plane leave nothing to judge', () => {
    const quality = createPlaneQuality()(new Uint16Array(64 * 64).fill(7), { height: 64, width: 64 });
    expect(quality).toMatchObject({ mean: 7, structure: 0, slope: 0, detail: Number.NaN, bitDepth: 16 });
  });
});
