import { expect, it } from 'vitest';
import {
  describeMethod,
  looksAtCells,
  looksAtCrops,
  mergeUnits,
  methodKey,
  networkMethods,
  networkOf,
  parsePoolings,
  planUnits,
  unitKey,
} from './methods.ts';

const positions = { instances: ['positions'], bags: ['field'] } as const;
const keys = (poolings: string, sharpness?: readonly number[]) =>
  networkMethods({ poolings: parsePoolings(poolings.split(',')), sharpness, heads: ['softmax'], ...positions }).map(
    methodKey,
  );

it('a pooling function has its own sharpness, else that of the grid, else what the paper found best', () => {
  expect(keys('noisy-and,generalized-mean,log-sum-exp,mean')).toEqual([
    ...['noisy-and-10', 'generalized-mean-2.5', 'log-sum-exp-1', 'mean'],
  ]);
  expect(keys('noisy-and,log-sum-exp=5,max', [5, 7.5])).toEqual([
    ...['noisy-and-5', 'noisy-and-7.5', 'log-sum-exp-5', 'max'],
  ]);
  expect(keys('noisy-and,noisy-and=10')).toEqual(['noisy-and-10']);
  expect(keys('all')).toHaveLength(8);
  expect(keys('none')).toEqual([]);
});

it('every last layer is a method of its own', () => {
  const methods = networkMethods({
    poolings: parsePoolings(['mean']),
    sharpness: undefined,
    heads: ['softmax', 'sigmoid'],
    ...positions,
  });
  expect(methods.map(methodKey)).toEqual(['mean', 'mean-sigmoid']);
});

it('every kind of instance is a method of its own, and only cells are pooled over wells', () => {
  const methods = networkMethods({
    poolings: parsePoolings(['noisy-and', 'max']),
    heads: ['softmax'],
    instances: ['positions', 'cells', 'cropped-cells'],
    bags: ['field', 'well'],
  });
  expect(methods.map(methodKey)).toEqual([
    ...['noisy-and-10', 'noisy-and-10-cells', 'noisy-and-10-cells-well', 'noisy-and-10-cropped-cells'],
    ...['max', 'max-cells', 'max-cells-well', 'max-cropped-cells'],
  ]);
  expect(methods.slice(0, 4).map(describeMethod)).toEqual([
    'noisy-and a = 10',
    'noisy-and a = 10, cells',
    'noisy-and a = 10, cells of a well',
    'noisy-and a = 10, cropped cells',
  ]);
  expect(methods.filter(looksAtCells)).toHaveLength(6);
  expect(methods.filter(looksAtCrops).map(describeMethod)).toEqual(['noisy-and a = 10', 'max']);
  const baseline = { kind: 'baseline', name: 'cropped-cells' } as const;
  expect([methodKey(baseline), methodKey(networkOf(baseline, { several: false })!)]).toEqual([
    'cropped-cells',
    'noisy-and-10-cropped-cells',
  ]);
});

it('what is not drawn is run once, and what a comparison has already is not run again', () => {
  const methods = [
    ...networkMethods({ poolings: parsePoolings(['mean']), sharpness: undefined, heads: ['softmax'], ...positions }),
    { kind: 'baseline', name: 'field-features' } as const,
    { kind: 'baseline', name: 'svm-ensemble' } as const,
  ];
  const units = planUnits({ methods, protocols: ['compound', 'k-fold'], seed: 3, seeds: 2 });
  expect(units.map(unitKey)).toEqual([
    'runs/compound/mean/seed-3',
    'runs/compound/field-features/seed-3',
    'runs/compound/svm-ensemble/seed-3',
    'runs/compound/mean/seed-4',
    'runs/compound/svm-ensemble/seed-4',
    'runs/k-fold/mean/seed-3',
    'runs/k-fold/field-features/seed-3',
    'runs/k-fold/svm-ensemble/seed-3',
    'runs/k-fold/mean/seed-4',
    'runs/k-fold/field-features/seed-4',
    'runs/k-fold/svm-ensemble/seed-4',
  ]);
  const more = planUnits({ methods, protocols: ['compound'], seed: 3, seeds: 3 });
  expect(mergeUnits(units, more).map(unitKey)).toEqual([
    ...units.map(unitKey),
    'runs/compound/mean/seed-5',
    'runs/compound/svm-ensemble/seed-5',
  ]);
});
