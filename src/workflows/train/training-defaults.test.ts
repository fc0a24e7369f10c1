import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planCells } from './place-cells.ts';
import { defaultBatch, defaultEpochs } from './training-defaults.ts';

const used = (count: number, { channels = 3, bitDepth = 16 } = {}) =>
  Array.from({ length: count }, (_, i) => ({
    field: {
      imageNumber: i + 1,
      row: i + 2,
      sources: new Array(channels).fill({ file: 'a.tif', plane: 0 }),
      metadata: {},
    },
    label: `class ${i % 3}`,
    split: 'train' as const,
    height: 1024,
    width: 1280,
    bitDepth,
  }));
const table = { file: 'cells.csv', sha256: '' };
const oneByOne = { instances: 'cropped-cells' } as const;
const recorded = (fields: ReturnType<typeof used>, cells?: number) =>
  fields.map(({ field, label, split }) => ({
    ...{ imageNumber: field.imageNumber, label, split, well: '', channelMeans: [], files: [] },
    ...(cells !== undefined && { cells }),
  }));

describe('training on cells', () => {
  it('costs by default what training on whole fields does, where each field has enough of them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 300 }),
        fc.integer({ min: 128, max: 900 }),
        fc.constantFrom(64, 96),
        (count, crop, size) => {
          const fields = used(count);
          const cells = planCells(fields, { ...table, ...oneByOne, size, crop });
          const batch = defaultBatch({ cells });
          expect(batch).toBeLessThanOrEqual(128);
          const ofCells = defaultEpochs(recorded(fields, 500), { batch, balance: 'none', cells });
          const ofFields = defaultEpochs(recorded(fields), {
            batch: defaultBatch({ cells: null }),
            balance: 'none',
            cells: null,
          });
          const pixels = ofCells * count * cells.perField * size ** 2;
          const share = pixels / (ofFields * count * crop ** 2);
          // A crop of 128 has the pixels of 1.8 cells of 96, and an epoch then shows two.
          expect(share).toBeGreaterThan(0.6);
          expect(share).toBeLessThan(1.4);
          if (crop > 4 * size) expect(share).toBeGreaterThan(0.9);
        },
      ),
    );
  });

  it('goes on for more epochs where fields have few cells', () => {
    const fields = used(200);
    const cells = planCells(fields, { ...table, ...oneByOne, size: 64, crop: 224 });
    expect(cells).toMatchObject({ perField: 12, shift: 4 });
    const epochs = (count: number) => defaultEpochs(recorded(fields, count), { batch: 128, balance: 'none', cells });
    expect([epochs(100), epochs(12), epochs(6), epochs(1)]).toEqual([72, 72, 135, 200]);
  });

  it('keeps no more cells than fit into memory, and shows no more of a field than it keeps', () => {
    const plan = (count: number, bitDepth: number) =>
      planCells(used(count, { bitDepth }), { ...table, ...oneByOne, size: 64, crop: 900 });
    // 640 fields of three channels of 16 bits: two gigabytes hold 100 squares of 72 pixels of each.
    expect(plan(640, 16)).toMatchObject({ kept: 100, perField: 100 });
    expect(plan(100, 16)).toMatchObject({ kept: 643, perField: 198 });
    expect(plan(100, 8)).toMatchObject({ kept: 1286 });
    expect(plan(100_000, 32)).toMatchObject({ kept: 1, perField: 1 });
  });
});
