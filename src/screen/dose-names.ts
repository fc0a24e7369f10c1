import { bareName } from './place-columns.ts';

/** A column of doses, whose name may end in their unit. */
const DOSE = /^(?:dose|concentration|conc|dosage)(?:[_ ]?(um|nm|mm|µm|ug_ml|ng_ml))?$/;
const UNIT = /^(?:(?:dose|concentration|conc)[_ ]?)?units?$/;

/** Whether a column is named as doses are: `Metadata_Concentration`, `Dose_uM`. */
export function isDoseName(column: string): boolean {
  return DOSE.test(bareName(column));
}

/** Whether a column is named as units of doses are: `Metadata_Unit`, `Concentration_Units`. */
export function isUnitName(column: string): boolean {
  return UNIT.test(bareName(column));
}

/** Units as they end the names of columns, and as they are written. */
const WRITTEN: Readonly<Record<string, string>> = {
  ...{ nm: 'nM', um: 'µM', µm: 'µM', mm: 'mM', ng_ml: 'ng/mL', ug_ml: 'µg/mL' },
};

/** The unit that the name of a column of doses ends in: µM of `Dose_uM`. */
export function unitInName(column: string): string | undefined {
  return WRITTEN[DOSE.exec(bareName(column))?.[1] ?? ''];
}
