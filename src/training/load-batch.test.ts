import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SessionPool } from '../onnx/session-pool.ts';
import type { TrainingInputs } from './inputs.ts';
import { loadBatch } from './load-batch.ts';

const side = 8;
const cell = { data: new Uint16Array(12 * 12), channels: 1, height: 12, width: 12 };
const fields = [0, 1, 2].map((key) => ({ key, targets: [0] }));

/** Three bags of five cells, of which a step sees four. */
function inputsOf(seed: number, rotates: boolean | undefined): TrainingInputs {
  const options = { crop: side, jitter: 0.1, microBatch: 2, seed, cellsPerBag: 4, rotates };
  return {
    options: { ...options, normalization: { mean: [0], deviation: [1], scope: 'screen' } } as unknown as TrainingInputs['options'],
    fields,
    validation: [],
    read: () => Promise.reject(new Error('fields are not asked for')),
    readCells: async () => Array.from({ length: 5 }, () => cell),
    pool: {} as SessionPool,
  };
}

const viewsOf = async (seed: number, rotates?: boolean) => {
  const { parts } = await loadBatch(inputsOf(seed, rotates), { batch: [0, 1, 2], epoch: 1, weights: [1, 1, 1] });
  return parts.flatMap(({ views }) => views);
};

it('rotates each cell by an angle of its own, where that is asked for, the same for the same seed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1e6), async (seed) => {
      const views = await viewsOf(seed, true);
      expect(views).toHaveLength(12);
      const angles = views.map(({ angle }) => angle!);
      expect(new Set(angles).size).toBe(12);
      for (const angle of angles) {
        expect(angle).toBeGreaterThanOrEqual(0);
        expect(angle).toBeLessThan(Math.PI / 2);
      }
      expect(await viewsOf(seed, true)).toEqual(views);
    }),
    { numRuns: 20 },
  );
});

it('rotates no cell otherwise, as trainings of earlier versions did', async () => {
  for (const { angle } of await viewsOf(1)) expect(angle).toBeUndefined();
});
