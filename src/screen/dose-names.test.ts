import { expect, it } from 'vitest';
import { isDoseName, isUnitName, unitInName } from './dose-names.ts';

it.each([
  ['Metadata_Concentration', undefined],
  ['Image_Metadata_Dose_uM', 'µM'],
  ['conc nM', 'nM'],
  ['Dose_ug_ml', 'µg/mL'],
])('%s is a column of doses, in %s', (name, unit) => {
  expect(isDoseName(name)).toBe(true);
  expect(unitInName(name)).toBe(unit);
});

it.each(['Metadata_DoseIndex', 'Metadata_Unit', 'concentrated', 'Dose_K'])('%s is none', (name) => {
  expect(isDoseName(name)).toBe(false);
  expect(unitInName(name)).toBeUndefined();
});

it('knows columns of units, with what they are the units of', () => {
  expect(['Metadata_Unit', 'Units', 'Concentration_Unit', 'Dose units'].filter(isUnitName)).toHaveLength(4);
  expect(['Time_Unit', 'Unit_ID', 'Concentration'].filter(isUnitName)).toEqual([]);
});
