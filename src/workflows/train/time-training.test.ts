import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellBatches, cellsForABag, epochBatches } from '../../training/sampler.ts';
import { epochsAlone } from '../../training/schedule.ts';
import type { TrainingPlan } from './plan-training.ts';
import { shareOfWork, trainingTime, workOf } from './time-training.ts';

/** As much of a plan as says what is shown. */
const planOf = (count: number, options: object) =>
  ({
    fields: Array.from({ length: count }, (_, i) => ({
      split: 'train',
      label: `class ${i % 2}`,
      well: `A${i}`,
      cells: 30,
    })),
    options: { balance: 'none', ...options },
  }) as unknown as TrainingPlan;

const small = (max: number) => fc.integer({ min: 1, max });

it('the work of a training on bags of cells has the steps that the trainer makes, from any epoch on', () => {
  fc.assert(
    fc.property(small(40), small(10), small(20), small(30), small(30), (count, batch, perField, epochs, from) => {
      const cells = { file: 'cells.csv', size: 64, perField };
      const plan = planOf(count, { batch, epochs, instances: 'cells', bag: 'field', cells });
      const groups = plan.fields.map(({ label }) => label);
      const about = { balance: { kind: 'none' } as const, seed: 1 };
      let made = 0;
      for (let epoch = from; epoch <= epochs; epoch++) {
        const onCells = { ...about, epoch, cellsPerBag: perField, batch: batch * cellsForABag(perField) };
        const isAlone = epoch <= epochsAlone(epochs);
        made += (isAlone ? cellBatches(groups, onCells) : epochBatches(groups, { ...about, epoch, batch })).length;
      }
      expect(workOf(plan, { from }).steps).toBe(made);
    }),
  );
});

it('the work of a training on bags of cells validates some twenty times, and that of one on fields after every epoch', () => {
  const cells = { file: 'cells.csv', size: 64, perField: 16 };
  const onCells = planOf(8, { batch: 4, epochs: 60, instances: 'cells', bag: 'field', cells });
  const [whole, rest] = [workOf(onCells), workOf(onCells, { from: 51 })];
  expect([whole.validations, whole.alone, rest.validations, rest.alone]).toEqual([20, 42, 4, 0]);
  const onFields = workOf(planOf(8, { batch: 4, epochs: 60, instances: 'positions', cells: null }));
  expect([onFields.validations, onFields.alone]).toEqual([60, 0]);
  const pace = { step: { low: 1, high: 2 }, first: { low: 100, high: 200 }, alone: { low: 10, high: 20 } };
  expect(trainingTime({ ...whole, validation: 3, tested: 6 }, pace)).toEqual({
    low: 8 * (42 * 10 + 18) + (20 * 3 + 6) / 3,
    high: 2 * (8 * (42 * 10 + 18) + (20 * 3 + 6) / 3),
  });
});

it('the work of a training on fields has a step for each batch of each epoch', () => {
  const { steps, alone } = workOf(planOf(21, { batch: 4, epochs: 5, instances: 'positions', cells: null }));
  expect([steps, alone]).toEqual([30, 0]);
});

it('the share of the work grows with the pixels that were shown', () => {
  const options = { crop: 200, firstCrop: 100, epochs: 10 };
  const shares = [0, 3, 6, 6.5, 10].map((done) => shareOfWork(options, done));
  expect(shares).toEqual([0, 0.75, 1.5, 2, 5.5].map((work) => work / 5.5));
  expect(shareOfWork({ ...options, firstCrop: 200 }, 3)).toBeUndefined();
});

it('a training costs what its epochs on small crops and its epochs on large ones cost, from wherever it goes on', () => {
  const plan = planOf(8, { batch: 4, epochs: 10, instances: 'positions', cells: null, crop: 224, firstCrop: 128 });
  const nothing = { low: 0, high: 0 };
  const cost = (from: number) =>
    trainingTime(
      { ...workOf(plan, { from }), validation: 0, tested: 0 },
      { step: { low: 10, high: 10 }, first: { low: 1, high: 1 }, alone: nothing },
    ).low / 8;
  expect([1, 4, 7, 10].map(cost)).toEqual([6 + 40, 3 + 40, 40, 10]);
  const throughout = { ...plan, options: { ...plan.options, firstCrop: 224 } };
  expect(workOf(throughout).first).toBe(0);
});
