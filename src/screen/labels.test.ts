import { expect, it } from 'vitest';
import { findColumn, requireColumn } from './columns.ts';
import { labelsOf } from './labels.ts';
import type { Screen } from './screen.ts';

function screenOf(labels: readonly string[], column = 'Metadata_MOA'): Screen {
  const fields = labels.map((label, i) => ({
    imageNumber: i + 1,
    row: i + 2,
    sources: [],
    metadata: { [column]: label },
  }));
  return { source: 'fields.csv', channels: [], columns: [column], fields };
}

it('finds a column without regard to case and to what stands before it', () => {
  const columns = ['Metadata_Plate', 'Plate', 'Metadata_MOA', 'Replicate'];
  expect(findColumn(columns, 'moa')).toBe('Metadata_MOA');
  expect(findColumn(columns, 'METADATA_moa')).toBe('Metadata_MOA');
  expect(findColumn(columns, 'image_metadata_replicate')).toBe('Replicate');
  expect(findColumn(columns, 'plate')).toBe('Plate');
  expect(findColumn(columns, 'metadata_plate')).toBe('Metadata_Plate');
  expect(findColumn(columns, 'well')).toBeUndefined();
});

it('lists the columns there are when one is missing', () => {
  expect(() => requireColumn(screenOf(['x']), 'Compound', { option: 'label' })).toThrow(
    /fields\.csv, column Compound.*found Metadata_MOA.*With label, name one/,
  );
});

it('gives the labels in the order of the fields, without the space around them', () => {
  expect(labelsOf(screenOf(['b ', 'a', 'None', 'c|d']), 'moa')).toEqual(['b', 'a', 'None', 'c|d']);
});

it.each(['', '  ', 'NaN', 'nan', '-nan', 'NA', 'n/a', '#N/A', '<NA>', 'NULL', ' N/A ', '\u00a0', '1.#QNAN'])(
  'gives an empty text for a field without a label: "%s"',
  (label) => {
    expect(labelsOf(screenOf(['a', label, 'b', label]), 'MOA')).toEqual(['a', '', 'b', '']);
  },
);

it('refuses a column in which no field has a label, and says what is in it', () => {
  expect(() => labelsOf(screenOf(['', ' ']), 'moa')).toThrow(
    'fields.csv, column Metadata_MOA: no field has a label (found 2 cells, all empty). ' +
      'Fill the labels in, or name another column with label',
  );
  expect(() => labelsOf(screenOf(['NaN', '', 'N/A', 'NaN']), 'moa')).toThrow('(found 4 cells, all empty or N/A, NaN)');
});
