import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { drawExposures } from './camera.ts';
import { type SimulatedField, simulateField } from './field.ts';
import type { FieldOptions } from './field-options.ts';
import { phenotypes } from './phenotypes.ts';

const options = (change: Partial<FieldOptions> = {}): FieldOptions => ({
  seed: 1,
  key: [1, 2, 3],
  size: 128,
  responses: [{ phenotype: phenotypes[1]!, share: 1 }],
  responders: 0.7,
  density: 100,
  exposures: drawExposures(createRandom(1, 'plate'), 3),
  stain: [1, 1, 1],
  ...change,
});
const bytes = (field: SimulatedField) =>
  Buffer.concat(
    [field.image.data, field.cells, field.nuclei].map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    ),
  );

describe('simulateField', () => {
  it('gives the same pixels for the same options, others for another seed or field', () => {
    const first = simulateField(options());
    expect(bytes(simulateField(options())).equals(bytes(first))).toBe(true);
    expect(bytes(simulateField(options({ seed: 2 }))).equals(bytes(first))).toBe(false);
    expect(bytes(simulateField(options({ key: [1, 2, 4] }))).equals(bytes(first))).toBe(false);
  });

  it('labels every visible cell of every phenotype once, with its centroid and its nucleus inside', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...phenotypes),
        fc.integer({ min: 0 }),
        fc.integer({ min: 64, max: 128 }),
        (phenotype, seed, size) => {
          const { image, cells, nuclei, truth } = simulateField(
            options({ responses: [{ phenotype, share: 1 }], seed, size }),
          );
          expect([image.channels, image.height, image.width, image.data.length]).toEqual([
            3,
            size,
            size,
            3 * size * size,
          ]);
          let strays = 0;
          const seen = new Map<number, { n: number; x: number; y: number }>();
          cells.forEach((id, i) => {
            if (nuclei[i] !== 0 && nuclei[i] !== id) strays++;
            if (id === 0) return;
            const { n, x, y } = seen.get(id) ?? { n: 0, x: 0, y: 0 };
            seen.set(id, { n: n + 1, x: x + (i % size), y: y + Math.floor(i / size) });
          });
          expect(strays).toBe(0);
          expect([...seen.keys()].sort((a, b) => a - b)).toEqual(truth.map(({ objectNumber }) => objectNumber));
          expect(truth.map(({ objectNumber }) => objectNumber)).toEqual(truth.map((_, n) => n + 1));
          for (const { objectNumber, x, y } of truth) {
            const sum = seen.get(objectNumber)!;
            expect(x).toBeCloseTo(sum.x / sum.n, 6);
            expect(y).toBeCloseTo(sum.y / sum.n, 6);
          }
        },
      ),
      { numRuns: 8 },
    );
  });

  it('lets the share of cells respond that it is told, within the error of counting; none where none should', () => {
    const truth = Array.from(
      { length: 8 },
      (_, n) => simulateField(options({ key: [n], responders: 0.7, size: 160 })).truth,
    ).flat();
    const share = truth.filter(({ phenotype }) => phenotype === 'large nuclei').length / truth.length;
    expect(truth.length).toBeGreaterThan(100);
    expect(Math.abs(share - 0.7)).toBeLessThan(4 * Math.sqrt((0.7 * 0.3) / truth.length));
    expect(simulateField(options({ responders: 0 })).truth.every(({ phenotype }) => phenotype === 'normal')).toBe(true);
  });

  it('has an offset, room above the brightest cells, and cells brighter than the ground in every channel', () => {
    const { exposures } = options();
    const { image, cells, nuclei } = simulateField(options({ size: 256, exposures }));
    const plane = 256 * 256;
    for (let channel = 0; channel < 3; channel++) {
      const data = image.data.subarray(channel * plane, (channel + 1) * plane);
      const mask = channel === 0 ? nuclei : cells;
      const mean = (inside: boolean) => {
        let [sum, count] = [0, 0];
        data.forEach((value, i) => {
          if (inside ? mask[i] === 0 : cells[i] !== 0) return;
          sum += value - exposures[channel]!.offset;
          count++;
        });
        return sum / count;
      };
      expect(data.filter((value) => value === 65535).length).toBeLessThan(plane / 10_000);
      expect(data.every((value) => value > 0)).toBe(true);
      expect(mean(true)).toBeGreaterThan(2 * mean(false));
    }
  });

  it('shows cells of every phenotype of a mixture, and no other but the non-responders', () => {
    const [normal, large, fragmented, bundled] = phenotypes;
    const mixed = [large!, fragmented!, bundled!].map((phenotype) => ({ phenotype, share: 1 / 3 }));
    for (let n = 0; n < 4; n++) {
      const change = { key: [n], responses: mixed, complete: true, responders: 0.6, density: 60 };
      const { truth } = simulateField(options(change));
      const seen = new Set(truth.map(({ phenotype }) => phenotype));
      for (const { phenotype } of mixed) expect(seen).toContain(phenotype.name);
      seen.delete(normal!.name);
      expect(seen.size).toBe(3);
    }
    expect(() =>
      simulateField(options({ size: 64, responses: mixed, complete: true, responders: 0.001, density: 50 })),
    ).toThrow(/shows every phenotype/);
  });

  it('shares the responding cells among the phenotypes of a mixture as it is told', () => {
    const mixed = [
      { phenotype: phenotypes[1]!, share: 0.25 },
      { phenotype: phenotypes[3]!, share: 0.75 },
    ];
    const truth = Array.from(
      { length: 8 },
      (_, n) => simulateField(options({ key: [n], responses: mixed, responders: 1, size: 160 })).truth,
    ).flat();
    const share = truth.filter(({ phenotype }) => phenotype === 'large nuclei').length / truth.length;
    expect(truth.length).toBeGreaterThan(100);
    expect(Math.abs(share - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / truth.length));
  });

  it('changes the light but no truth with illumination, background and debris', () => {
    const { exposures } = options();
    const clean = simulateField(options({ debris: 0 }));
    const shade = { center: [0.2, 0.3], tilt: [0, 0.1] } as const;
    const lit = exposures.map((exposure) => ({ ...exposure, illumination: { depth: 0.7, shade } }));
    for (const change of [{ debris: 30 }, { background: 1 }, { exposures: lit }]) {
      const other = simulateField(options({ debris: 0, ...change }));
      expect(other.truth).toEqual(clean.truth);
      expect(other.cells).toEqual(clean.cells);
      expect(other.nuclei).toEqual(clean.nuclei);
      expect(other.image.data).not.toEqual(clean.image.data);
    }
  });

  it('has as much bright debris as it is told, outside of cells too, and none in an empty field without any', () => {
    const brightest = (change: Partial<FieldOptions>) =>
      Array.from({ length: 6 }, (_, n) => {
        const { image, cells, truth } = simulateField(options({ key: [n], responses: [], ...change }));
        expect(truth).toEqual([]);
        expect(cells.every((id) => id === 0)).toBe(true);
        return image.data as Uint16Array;
      });
    const bright = (data: Uint16Array, limit: number) => data.filter((value) => value > limit).length;
    const [clean, some, much] = [0, 10, 40].map((debris) => brightest({ debris }));
    const limit = Math.max(...clean!.map((data) => data.reduce((most, value) => Math.max(most, value), 0)));
    const count = (fields: typeof clean) => fields!.reduce((sum, data) => sum + bright(data, limit), 0);
    expect(count(some)).toBeGreaterThan(6 * 10 * 10);
    expect(count(much)).toBeGreaterThan(2 * count(some));
  });
});
