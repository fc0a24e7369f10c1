import { bareName } from './place-columns.ts';

const DOSE = /^(dose|concentration|conc|dosage)([_ ]?(um|nm|mm|µm|ug_ml|ng_ml))?$/;

/** Whether a column is named as doses are: `Metadata_Concentration`, `Dose_uM`. */
export function isDoseName(column: string): boolean {
  return DOSE.test(bareName(column));
}
