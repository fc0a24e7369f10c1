import { expect, it } from 'vitest';
import { assayTable } from './assay/testing/assay-table.ts';
import { joinPredictions } from './join-predictions.ts';

const half = assayTable([{ well: 'A01', p: 0.25, Compound: 'x' }]);

it('puts tables together, with classes in the order of the first', () => {
  const turned = { ...assayTable([{ well: 'B01', p: 0.125, Dose: '1' }], ['active', 'quiet']), source: 'q.csv' };
  const { rows, classes, metadata } = joinPredictions([half, turned]);
  expect(classes).toEqual(['quiet', 'active']);
  expect(rows.map(({ probability }) => Array.from(probability))).toEqual([
    [0.75, 0.25],
    [0.125, 0.875],
  ]);
  expect(metadata).toContain('Metadata_Compound');
  expect(metadata).toContain('Metadata_Dose');
});

it('gives a table alone back', () => {
  expect(joinPredictions([half])).toBe(half);
});

it('refuses a field that is predicted twice, other classes, and other kinds of rows', () => {
  expect(() => joinPredictions([half, { ...half, source: 'q.csv' }])).toThrow(
    'q.csv: field 1 is predicted in p.csv already',
  );
  const others = { ...assayTable([{ well: 'B01', p: 0.5 }], ['quiet', 'loud']), source: 'q.csv' };
  expect(() => joinPredictions([half, others])).toThrow(/found loud, quiet; expected active, quiet, as in p.csv/);
  expect(() => joinPredictions([half, { ...half, unit: 'well' }])).toThrow(/not of the same kind/);
});
