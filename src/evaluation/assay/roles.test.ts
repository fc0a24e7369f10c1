import { expect, it } from 'vitest';
import { rolesOf } from './roles.ts';
import { assayTable } from './testing/assay-table.ts';

const table = assayTable([
  { well: 'A01', p: 0, Compound: 'DMSO' },
  { well: 'A02', p: 0, Compound: ' dmso' },
  { well: 'A03', p: 1, Compound: 'taxol' },
  { well: 'A04', p: 1, Compound: 'x' },
]);

it('tells controls from samples without regard to case and blanks', () => {
  const found = rolesOf(table, { controlColumn: 'compound', negative: ['DMSO'], positive: ['Taxol'] });
  expect(found).toEqual({
    of: ['negative', 'negative', 'positive', 'sample'],
    column: 'Metadata_Compound',
    negative: ['DMSO', 'dmso'],
    positive: ['taxol'],
  });
});

it('knows controls by their wells', () => {
  const { of } = rolesOf(table, { controlColumn: 'Well', negative: ['a1'], positive: ['A4'] });
  expect(of).toEqual(['negative', 'sample', 'sample', 'positive']);
});

it('refuses a value that no well has, a column that is not there, and one value for both', () => {
  expect(() => rolesOf(table, { controlColumn: 'Compound', negative: ['water'] })).toThrow(
    /^p.csv, negative water: no field has this value in Metadata_Compound.*found dmso, DMSO, taxol, x/i,
  );
  expect(() => rolesOf(table, { controlColumn: 'Drug', negative: ['water'] })).toThrow(/no such column/);
  expect(() => rolesOf(table, { controlColumn: 'Compound', negative: ['x'], positive: ['X'] })).toThrow(
    'the same wells are named as negative controls',
  );
});
