import { describe, expect, it } from 'vitest';
import type { WellRole } from './assay.ts';
import { scoreWells, type WellColumns } from './score-wells.ts';
import { assayTable, type MadeField } from './testing/assay-table.ts';

const score = (fields: readonly MadeField[], columns: WellColumns = {}, roles: readonly WellRole[] = []) =>
  scoreWells(assayTable(fields), columns, {
    roles: fields.map((_, i) => roles[i] ?? 'sample'),
    scoreOf: ({ probability }) => probability[1]!,
    cellsOf: ({ imageNumber }) => 10 * imageNumber,
  });

describe('wells', () => {
  it('have the median of their fields, and the cells of all of them', () => {
    const wells = score([
      { well: 'a1', p: 0.1, site: 1 },
      { well: 'A01', p: 0.9, site: 2 },
      { well: 'A1', p: 0.2, site: 3 },
      { well: 'A01', p: 0.4, plate: 'P2' },
    ]);
    expect(wells).toMatchObject([
      { plate: 'P1', well: 'A01', row: 0, column: 0, fields: 3, score: 0.2, cells: 60 },
      { plate: 'P2', well: 'A01', fields: 1, score: 0.4, cells: 40 },
    ]);
  });

  it('carry what is in them, from the columns that are named and the usual ones', () => {
    const made = [
      { well: 'B03', p: 0.5, Compound: 'taxol', Concentration: '0.30', Unit: 'uM', Series: 's', Replicate: '2' },
    ];
    expect(score(made, { dose: 'concentration', unit: 'Unit', group: 'Series' })).toMatchObject([
      { compound: 'taxol', dose: 0.3, unit: 'uM', group: 's', replicate: '2', treatment: null, row: 1, column: 2 },
    ]);
    expect(score([{ well: 'B03', p: 0.5, Dose_uM: '0.30' }], { dose: 'Metadata_Dose_uM' })).toMatchObject([
      { dose: 0.3, unit: 'µM' },
    ]);
    expect(score([{ well: 'control', p: 1 }])).toMatchObject([{ well: 'CONTROL', row: null, column: null }]);
  });

  it('without a name, with fields that differ, or with a dose that is no number are refused', () => {
    expect(() => score([{ well: '', p: 1 }])).toThrow('nothing names the well of field 1');
    const differing = [
      { well: 'A01', p: 1, Compound: 'x' },
      { well: 'A01', p: 1, Compound: 'y', site: 2 },
    ];
    expect(() => score(differing)).toThrow('the fields of well A01 differ in Metadata_Compound');
    expect(() =>
      score(
        differing.map(({ Compound: _, ...one }) => one),
        {},
        ['negative', 'sample'],
      ),
    ).toThrow('differ in control or sample');
    expect(() => score([{ well: 'A01', p: 1, Dose: '0x10' }], { dose: 'Dose' })).toThrow(/is no number .*found 0x10/);
    expect(() => score([{ well: 'A01', p: 1, Dose: '1,5' }], { dose: 'Dose' })).toThrow(
      /the dose of well A01 is no number from 0 on \(found 1,5\).*Write numbers with a point/,
    );
    expect(() => score([{ well: 'A01', p: 1, Dose: '-1' }], { dose: 'Dose' })).toThrow(/found -1/);
    expect(() => score([{ well: 'A01', p: 1 }], { dose: 'Dose' })).toThrow(/no such column/);
  });
});
