import { mkdir, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { unitFiles } from './comparison-folder.ts';
import type { Unit } from './methods.ts';
import { comparisonRow, readUnitResult, stretched } from './unit-result.ts';

const folder = temporaryFolder();
const share = fc.float({ min: 0, max: 1, noNaN: true });

it('stretching keeps the order of probabilities, and on which side of the threshold each is', () => {
  fc.assert(
    fc.property(share, share, share, (a, b, threshold) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map((value) => stretched(value, threshold)) as [
        number,
        number,
      ];
      expect(low).toBeLessThanOrEqual(high);
      for (const value of [a, b]) {
        const seen = Math.fround(stretched(value, threshold));
        expect(seen >= 0.5).toBe(value >= threshold);
        expect(seen).toBeGreaterThanOrEqual(0);
        expect(seen).toBeLessThanOrEqual(1);
      }
    }),
  );
  expect([0, 0.2, 1].map((value) => stretched(value, 0.2))).toEqual([0, 0.5, 1]);
});

it('results are read with their interval, and those of earlier versions without', async () => {
  const unit: Unit = { method: { kind: 'baseline', name: 'majority-class' }, protocol: 'replicate', seed: 1 };
  const files = unitFiles(folder, unit);
  await mkdir(files.folder, { recursive: true });
  const before = {
    ...{ fields: 10, correctFields: 4, meanClassAccuracy: 0.5, meanAveragePrecision: null },
    ...{ treatments: 0, correctTreatments: 0, folds: [] },
  };
  const rowOf = async (result: object) => {
    await writeFile(files.result, JSON.stringify(result));
    return comparisonRow(unit, (await readUnitResult(folder, unit, nodeFiles))!);
  };
  expect(await rowOf(before)).toMatchObject({ fields: 10, correctFields: 4 });
  expect(await rowOf(before)).not.toHaveProperty('accuracy95');
  const accuracy95 = { low: 0.1, high: 0.7 };
  expect(await rowOf({ ...before, accuracy95 })).toMatchObject({ accuracy95 });
});
