import { describe, expect, it } from 'vitest';
import { type JoinedLabels, joinLabels, type LabelTable } from './join-labels.ts';
import type { PredictionTable } from './prediction-table.ts';

const predictions = (metadata: Record<string, string>[]): PredictionTable => ({
  source: 'p.csv',
  metadata: Object.keys(metadata[0]!),
  classes: ['a', 'b'],
  channels: [],
  rows: metadata.map((one, i) => ({
    imageNumber: i + 1,
    metadata: one,
    predicted: 'a',
    probability: [1, 0],
    bag: [],
    model: '',
    channelMeans: [],
  })),
});

const labels = (metadata: Record<string, string>[], numbers = metadata.map((_, i) => i + 1)): LabelTable => ({
  source: 'labels.csv',
  columns: Object.keys(metadata[0]!),
  fields: metadata.map((one, i) => ({ imageNumber: numbers[i]!, metadata: one })),
});

const moa = ({ table }: JoinedLabels) => table.rows.map(({ metadata }) => metadata.Metadata_MOA);

describe('joinLabels', () => {
  it('knows plates, wells and sites by the names that other programs give them', () => {
    const here = predictions([
      { Metadata_Plate: 'P1', Metadata_Well: 'A01', Metadata_Site: '1' },
      { Metadata_Plate: 'P1', Metadata_Well: 'A02', Metadata_Site: '1' },
    ]);
    const named = labels([
      { Barcode: 'P1', well_position: 'a2', Field: '1', Metadata_MOA: 'y' },
      { Barcode: 'P1', well_position: 'a1', Field: '1', Metadata_MOA: 'x' },
    ]);
    // A layout is no plate.
    const layout = labels([
      { plate_map_name: 'C-7161', well_position: 'a2', Metadata_MOA: 'y' },
      { plate_map_name: 'C-7161', well_position: 'a1', Metadata_MOA: 'x' },
    ]);
    for (const table of [named, layout]) expect(moa(joinLabels(here, table))).toEqual(['x', 'y']);
  });

  it('takes names for one that are composed differently in Unicode', () => {
    const composed = 'Pl\u00e4te';
    const here = predictions([{ Metadata_Plate: composed.normalize('NFD'), Metadata_Well: 'A01' }]);
    expect(
      moa(joinLabels(here, labels([{ Metadata_Plate: composed, Metadata_Well: 'A1', Metadata_MOA: 'x' }]))),
    ).toEqual(['x']);
  });

  it('goes by plate and well, whatever the order of the rows, where both tables have them', () => {
    const table = predictions([
      { Metadata_Plate: 'P1', Metadata_Well: 'A01', Metadata_Site: '1' },
      { Metadata_Plate: 'P1', Metadata_Well: 'A02', Metadata_Site: '1' },
      { Metadata_Plate: 'P2', Metadata_Well: 'A01', Metadata_Site: '2' },
    ]);
    const joined = joinLabels(
      table,
      labels([
        { Plate: 'P2', WELL: 'a1', Metadata_MOA: 'third' },
        { Plate: 'P1', WELL: 'A02', Metadata_MOA: 'second' },
        { Plate: 'P1', WELL: 'A01', Metadata_MOA: 'first' },
      ]),
    );
    expect(moa(joined)).toEqual(['first', 'second', 'third']);
    expect(joined.table.metadata).toContain('Metadata_MOA');
  });

  it('goes by ImageNumber when there are no wells, or when the fields of one place differ', () => {
    const bare = predictions([{ Metadata_X: '1' }, { Metadata_X: '2' }]);
    expect(moa(joinLabels(bare, labels([{ Metadata_MOA: 'b' }, { Metadata_MOA: 'a' }], [2, 1])))).toEqual(['a', 'b']);
    const sameWell = predictions([{ Metadata_Well: 'A01' }, { Metadata_Well: 'A01' }]);
    const differing = labels([
      { Metadata_Well: 'A01', Metadata_MOA: 'first' },
      { Metadata_Well: 'A01', Metadata_MOA: 'second' },
    ]);
    expect(moa(joinLabels(sameWell, differing))).toEqual(['first', 'second']);
  });

  it('puts the labels given before those the predictions have', () => {
    const table = predictions([{ Metadata_Well: 'A01', Metadata_MOA: 'old' }]);
    expect(moa(joinLabels(table, labels([{ Metadata_Well: 'A01', Metadata_MOA: 'new' }])))).toEqual(['new']);
  });

  it('sets aside predicted fields that the labels do not have, and names them', () => {
    const table = predictions([
      { Metadata_Plate: '1', Metadata_Well: 'A01' },
      { Metadata_Plate: '1', Metadata_Well: 'A02' },
      { Metadata_Plate: '1', Metadata_Well: 'A03' },
    ]);
    const { table: joined, unknown } = joinLabels(table, labels([{ Plate: '1.0', Well: 'a2', Metadata_MOA: 'a' }]));
    expect(joined.rows.map(({ imageNumber }) => imageNumber)).toEqual([2]);
    expect(unknown).toEqual(['Metadata_Plate 1, Metadata_Well A01', 'Metadata_Plate 1, Metadata_Well A03']);
  });

  it('refuses labels of none of the predicted fields', () => {
    const table = predictions([{ Metadata_Well: 'A01' }, { Metadata_Well: 'A02' }]);
    expect(() => joinLabels(table, labels([{ Metadata_Well: 'B01', Metadata_MOA: 'a' }]))).toThrow(
      'labels.csv: 2 of 2 predicted fields have no row in this table, the first being Metadata_Well A01',
    );
  });

  it('refuses to count rows that are fewer than the predictions, where nothing else tells fields apart', () => {
    const table = predictions([{ Metadata_X: '1' }, { Metadata_X: '2' }]);
    const few = labels([{ Metadata_MOA: 'a' }]);
    expect(joinLabels(table, few).unknown).toEqual(['ImageNumber 2']);
    expect(() => joinLabels(table, { ...few, counted: true })).toThrow(
      /1 of 2 predicted fields have no row.*found 1 row without ImageNumber.*Give the table the columns Plate and Well/,
    );
  });
});
