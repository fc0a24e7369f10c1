import { describe, expect, it } from 'vitest';
import { bringToOneUnit, doseUnit, unitOfColumn } from './dose-units.ts';

describe('doseUnit', () => {
  it('knows molar and mass concentrations, in the spellings of tables', () => {
    const names = ['M', 'mM', 'uM', '\u00b5M', '\u03bcM', 'nM', 'pM', 'fM', 'umol/L', 'nmol/l', ' uM '];
    expect(names.map((name) => doseUnit(name)?.factor)).toEqual([
      1, 1e-3, 1e-6, 1e-6, 1e-6, 1e-9, 1e-12, 1e-15, 1e-6, 1e-9, 1e-6,
    ]);
    expect(names.slice(2, 5).map((name) => doseUnit(name)?.name)).toEqual(['µM', 'µM', 'µM']);
    expect(doseUnit('ng/mL')).toEqual({ name: 'ng/mL', family: 'mass', factor: expect.closeTo(1e-6, 18) });
    expect(doseUnit('ug/ml')).toEqual({ name: 'µg/mL', family: 'mass', factor: expect.closeTo(1e-3, 15) });
    expect(doseUnit('mg/L')?.factor).toBeCloseTo(1e-3, 15);
  });

  it('does not guess', () => {
    for (const name of ['', '%', 'nm', 'um', 'MM', 'x', 'ug', 'uM/mL', 'mol', 'IU/mL', 'M/L'])
      expect(doseUnit(name), name).toBeUndefined();
  });
});

describe('unitOfColumn', () => {
  it('reads the unit that a column names', () => {
    const columns = [
      'Metadata_mmoles_per_liter',
      'Metadata_mg_per_ml',
      'Concentration_uM',
      'Dose (µM)',
      'dose [ng/mL]',
    ];
    expect(columns.map((column) => unitOfColumn(column)?.name)).toEqual(['mM', 'mg/mL', 'µM', 'µM', 'ng/mL']);
    for (const column of ['Metadata_Concentration', 'dose', 'Metadata_Program', 'DrugM'])
      expect(unitOfColumn(column)).toBeUndefined();
  });
});

describe('bringToOneUnit', () => {
  it('converts to the unit of most doses, so that equal doses are equal', () => {
    const [only, ...rest] = bringToOneUnit([
      { dose: 0, unit: 'nM', well: 'A01' },
      { dose: 0, unit: 'nM', well: 'A02' },
      { dose: 300, unit: 'nM', well: 'A03' },
      { dose: 0.3, unit: 'uM', well: 'A04' },
      { dose: 1, unit: '\u03bcM', well: 'A05' },
    ]);
    expect(rest).toEqual([]);
    expect(only!.unit).toBe('µM');
    expect(only!.doses.map(({ dose, well }) => `${well} ${dose}`)).toEqual([
      'A01 0',
      'A02 0',
      'A03 0.3',
      'A04 0.3',
      'A05 1',
    ]);
  });

  it('keeps apart what cannot be converted', () => {
    const groups = bringToOneUnit([
      { dose: 1, unit: 'uM' },
      { dose: 1, unit: '%' },
      { dose: 1, unit: 'ug/mL' },
      { dose: 1, unit: null },
      { dose: 2, unit: '% ' },
      { dose: 2, unit: '' },
    ]);
    expect(groups.map(({ unit, doses }) => [unit, doses.length])).toEqual([
      ['µM', 1],
      ['%', 2],
      ['µg/mL', 1],
      [null, 2],
    ]);
  });

  it('leaves doses of 0 in their unit where there are no others', () => {
    expect(bringToOneUnit([{ dose: 0, unit: 'nM' }])).toEqual([{ unit: 'nM', doses: [{ dose: 0, unit: 'nM' }] }]);
  });

  it('lets wells without a dose and unit join the only unit there is', () => {
    const bare = { dose: 0, unit: null };
    expect(bringToOneUnit([bare, { dose: 2, unit: 'uM' }])).toEqual([
      {
        unit: 'µM',
        doses: [
          { dose: 0, unit: 'µM' },
          { dose: 2, unit: 'µM' },
        ],
      },
    ]);
    expect(bringToOneUnit([bare, { dose: 2, unit: 'uM' }, { dose: 2, unit: 'x' }])).toHaveLength(3);
    expect(bringToOneUnit([bare, { dose: 1, unit: null }, { dose: 2, unit: 'uM' }])).toHaveLength(2);
  });
});
