import { describe, expect, it } from 'vitest';
import type { PredictionTable } from '../../evaluation/prediction-table.ts';
import { numberAt, textAt } from './columns.ts';
import { fieldTable } from './field-table.ts';
import { rolesOf } from './roles.ts';
import { titleOf, wellsOf } from './title.ts';

const table: PredictionTable = {
  source: 'p.csv',
  metadata: ['Metadata_Plate', 'Metadata_Well', 'Metadata_MOA', 'Metadata_Compound'],
  classes: ['DMSO', 'taxol'],
  channels: ['DNA'],
  rows: ['a1', 'A01', 'B2'].map((well, i) => ({
    imageNumber: i + 1,
    metadata: { Metadata_Plate: 'P1', Metadata_Well: well, Metadata_MOA: 'DMSO', Metadata_Compound: ` c${i}` },
    predicted: i === 0 ? 'taxol' : 'DMSO',
    probability: Float32Array.of(1 / 3, 2 / 3),
    bag: [0, 0],
    model: 'f00',
    channelMeans: i === 2 ? [] : [100.123456],
  })),
};

const columnOf = (fields: ReturnType<typeof fieldTable>, role: string) =>
  fields.columns.find((column) => column.role === role);

describe('the table of fields', () => {
  it('has the novelty and the spread of fields where they are known', () => {
    const rows = table.rows.map((row, i) => ({ ...row, ...(i > 0 && { novelty: 50 * i }), spread: 0.125 * i }));
    const fields = fieldTable({ ...table, rows });
    expect(columnOf(fields, 'novelty')).toMatchObject({ name: 'MIL_Novelty', numbers: [null, 50, 100] });
    expect(columnOf(fields, 'spread')).toMatchObject({ name: 'MIL_Spread', numbers: [0, 0.125, 0.25] });
    expect(columnOf(fieldTable(table), 'novelty')).toBeUndefined();
  });

  it('says what its columns tell, and writes wells alike', () => {
    const fields = fieldTable(table, { columns: { label: 'MOA' }, thumbnails: [0, undefined, 1] });
    expect(fields).toMatchObject({ unit: 'field', rows: 3 });
    expect(fields.columns.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'ImageNumber imageNumber',
      'Metadata_Plate plate',
      'Metadata_Well well',
      'Metadata_MOA truth',
      'Metadata_Compound compound',
      'MIL_Predicted predicted',
      'MIL_Probability_DMSO probability',
      'MIL_Probability_taxol probability',
      'Intensity_MeanIntensity_DNA channelMean',
      'Thumbnail thumbnail',
    ]);
    expect(columnOf(fields, 'well')).toMatchObject({ texts: ['A01', 'B02'], places: [0, 0, 1] });
    expect(textAt(columnOf(fields, 'compound'), 2)).toBe('c2');
    expect(columnOf(fields, 'channelMean')).toMatchObject({ of: 'DNA', numbers: [100.12, 100.12, null] });
    expect(numberAt(columnOf(fields, 'thumbnail'), 1)).toBeUndefined();
    expect(wellsOf(fields)).toBe(2);
    expect(titleOf('Metadata_MOA', { fields })).toBe('MOA of plate P1');
  });

  it('finds wells where a table has rows and columns, and says nothing of predictions that are not there', () => {
    const rows = table.rows.map((row) => ({
      ...row,
      metadata: { Metadata_Row: 'B', Metadata_Col: '3' },
      predicted: '',
      probability: [],
    }));
    const fields = fieldTable({ ...table, metadata: ['Metadata_Row', 'Metadata_Col'], rows });
    expect(columnOf(fields, 'well')).toMatchObject({ name: 'Metadata_Well', texts: ['B03'] });
    expect(columnOf(fields, 'predicted')).toBeUndefined();
    expect(titleOf(undefined, { fields })).toBe('Predictions of 3 fields');
  });

  it('knows the roles of columns by their names, each once', () => {
    const roles = rolesOf(['Metadata_Treatment', 'Replicate', 'Metadata_Concentration', 'Rep', 'Image_Metadata_Site'], {
      treatment: 'Metadata_Treatment',
    });
    expect([...roles.values()]).toEqual(['treatment', 'replicate', 'dose', 'metadata', 'site']);
  });
});
