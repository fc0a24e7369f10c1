import type { PlannedField } from '../layout.ts';

/**
 * The rows of a plate map with a header: plate, well, phenotype, compound and concentration of the controls. Of the wells of each
 * phenotype on a plate every other one is a control, the first among them; the samples are in no row.
 */
export function controlsOf(fields: readonly PlannedField[]): readonly (readonly (string | number)[])[] {
  const wells = new Map(fields.map((field) => [`${field.plate} ${field.well}`, field]));
  const seen = new Map<string, number>();
  const controls = [...wells.values()].filter(({ plate, label }) => {
    const key = JSON.stringify([plate, label]);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return before % 2 === 0;
  });
  return [
    ['Plate', 'Well', 'Phenotype', 'Compound', 'Concentration'],
    ...controls.map(({ plate, well, label, compound, concentration }) => [plate, well, label, compound, concentration]),
  ];
}
