import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { discs } from '../testing/draw.ts';
import { detectNuclei } from './nuclei.ts';

const centres = ({ nuclei }: ReturnType<typeof detectNuclei>) =>
  nuclei.map(({ x, y }) => [Math.round(x), Math.round(y)]).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);

describe('nuclei', () => {
  it('are found where they are, with their pixels', () => {
    const plane = discs([
      [20, 25],
      [70, 60],
    ]);
    const found = detectNuclei(plane);
    expect(centres(found)).toEqual([
      [20, 25],
      [70, 60],
    ]);
    for (const { area } of found.nuclei) expect(area).toBeCloseTo(Math.PI * 100, -2);
    expect(found).toMatchObject({ height: 96, width: 96 });
    for (const { label, area } of found.nuclei) {
      expect(found.labels.reduce((count, value) => count + Number(value === label), 0)).toBe(area);
    }
    expect(Math.max(...found.labels)).toBe(found.nuclei.length);
  });

  it('are told apart where they touch, in noise too', () => {
    const touching = [
      [20, 40],
      [37, 40],
      [53, 45],
    ] as const;
    expect(detectNuclei(discs(touching)).nuclei).toHaveLength(3);
    expect(detectNuclei(discs(touching, { noise: 12 })).nuclei).toHaveLength(3);
  });

  it('are told apart by their light where their outline does not, on any background', () => {
    // A bar with two bright middles: its outline has one ridge and no waist.
    const bar = ({ offset = 0, swing = 20 }) => {
      const data = Float32Array.from({ length: 64 * 64 }, (_, pixel) => {
        const [x, y] = [pixel % 64, Math.floor(pixel / 64)];
        const inside = x >= 12 && x < 52 && y >= 24 && y < 40;
        return offset + (inside ? 100 - swing * Math.cos((2 * Math.PI * (x - 12)) / 20) : 0);
      });
      return detectNuclei({ data, height: 64, width: 64 }, { diameter: 20 }).nuclei;
    };
    for (const offset of [0, 10_000]) {
      expect(bar({ offset, swing: 0 })).toMatchObject([{ area: 40 * 16 }]);
      const found = bar({ offset });
      expect(found).toHaveLength(2);
      expect(found[0]!.area + found[1]!.area).toBe(40 * 16);
      for (const [i, { x }] of found.entries()) expect(Math.abs(x - (21.5 + 20 * i))).toBeLessThan(2);
    }
  });

  it('may be dim beside bright ones', () => {
    const lights = [1000, 700, 350];
    const planes = lights.map((light, i) => discs([[20 + 28 * i, 30 + 10 * i]], { light, noise: 3, seed: i }));
    const data = planes[0]!.data.map((value, i) => value + planes[1]!.data[i]! + planes[2]!.data[i]!);
    const found = detectNuclei({ ...planes[0]!, data });
    expect(centres(found)).toEqual([
      [20, 30],
      [48, 40],
      [76, 50],
    ]);
  });

  it('are the same at any gain and offset, and in any type that holds the intensities', () => {
    const plane = discs(
      [
        [30, 40],
        [47, 40],
        [80, 90],
      ],
      { noise: 4 },
    );
    const rounded = { ...plane, data: Uint8Array.from(plane.data, Math.round) };
    const expected = detectNuclei(rounded);
    expect(expected.nuclei).toHaveLength(3);
    const wider = { ...plane, data: Uint16Array.from(rounded.data, (value) => 64 * value + 640) };
    expect(detectNuclei(wider)).toEqual(expected);
    expect(detectNuclei({ ...plane, data: Float32Array.from(rounded.data, (value) => value / 256) })).toEqual(expected);
  });

  it('cut by the border count, and a hole in one is filled', () => {
    const plane = discs([
      [0, 50],
      [60, 50],
    ]);
    for (const pixel of [50 * 96 + 60, 51 * 96 + 60, 50 * 96 + 61]) plane.data[pixel] = 20;
    const { nuclei, labels } = detectNuclei(plane);
    expect(nuclei).toHaveLength(2);
    expect(labels[50 * 96 + 60]).toBe(labels[44 * 96 + 60]);
  });

  it('are larger than specks, as large as the diameter makes them', () => {
    const plane = discs([[30, 30]]);
    for (const pixel of [5 * 96 + 80, 5 * 96 + 81, 6 * 96 + 80, 6 * 96 + 81, 7 * 96 + 81]) plane.data[pixel] = 150;
    expect(detectNuclei(plane).nuclei).toHaveLength(1);
    expect(detectNuclei(plane, { diameter: 3 }).nuclei.length).toBeGreaterThan(1);
    expect(detectNuclei(plane, { diameter: 20 }).nuclei).toHaveLength(1);
  });
});

describe('a field without nuclei', () => {
  const plane = (size: number, value: (pixel: number) => number) => {
    return { data: Float32Array.from({ length: size * size }, (_, pixel) => value(pixel)), height: size, width: size };
  };

  it.each([
    ['all zeros', plane(31, () => 0)],
    ['saturated', plane(64, () => 65535)],
    ['a slope of light', plane(96, (pixel) => 100 + (pixel % 96))],
    ['of one pixel', plane(1, () => 5)],
    ['of no pixel', plane(0, () => 5)],
  ])('has none: %s', (_, field) => {
    expect(detectNuclei(field)).toMatchObject({ nuclei: [], labels: new Int32Array(field.data.length) });
  });

  it('has none in noise', () => {
    for (const size of [31, 128, 512]) {
      const random = createRandom(1, 'noise', size);
      expect(detectNuclei(plane(size, () => 100 + 7 * random.normal())).nuclei).toEqual([]);
    }
  });

  it('never gives anything that is no number, whatever the pixels', () => {
    const field = fc.uint8Array({ minLength: 31 * 31, maxLength: 31 * 31 });
    fc.assert(
      fc.property(field, fc.constantFrom(1, 2, 40), (data, step) => {
        const steep = { data: data.map((value) => Math.floor(value / step) * step), height: 31, width: 31 };
        for (const { x, y, area, label } of detectNuclei(steep).nuclei) {
          expect(x >= 0 && x <= 30 && y >= 0 && y <= 30 && area > 0 && label > 0).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
    const holed = plane(31, (pixel) => (pixel === 480 ? 0 : 255));
    expect(detectNuclei(holed).nuclei.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  });
});
