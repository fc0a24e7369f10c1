import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { drawExposures } from './camera.ts';
import { type FieldOptions, type SimulatedField, simulateField } from './field.ts';
import { phenotypes } from './phenotypes.ts';

const options = (change: Partial<FieldOptions> = {}): FieldOptions => ({
  seed: 1,
  key: [1, 2, 3],
  size: 128,
  phenotype: phenotypes[1]!,
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
          const { image, cells, nuclei, truth } = simulateField(options({ phenotype, seed, size }));
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
});
