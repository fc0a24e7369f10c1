import type { ControlWells } from '../../pixels/normalization.ts';
import { findControls } from '../../screen/plates/control-wells.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { InspectedField } from './inspected-field.ts';

/** The control wells of every plate, as far as a field of them can be read. */
export interface ControlReport {
  readonly column: string;
  readonly negative: readonly string[];
  readonly positive: readonly string[];
  readonly plates: readonly { readonly plate: string; readonly negatives: number; readonly positives: number }[];
}

/** Which wells are the controls of a screen. */
export interface NamedControls {
  readonly negative: ControlWells;
  readonly positive?: ControlWells | undefined;
}

/** Counts the control wells of every plate. @throws what `findControls` throws */
export function describeControls(
  fields: readonly InspectedField[],
  { negative, positive, screen }: NamedControls & { readonly screen: Pick<Screen, 'source' | 'columns'> },
): ControlReport {
  const known = { ...screen, fields: fields.map(({ field }) => field) };
  const isNegative = findControls(known, negative);
  const isPositive = positive === undefined ? () => false : findControls(known, positive, { option: 'positive' });
  const wells = new Map<string, { readonly negatives: Set<string>; readonly positives: Set<string> }>();
  for (const { field, place, quality } of fields) {
    const own = wells.get(place.plate) ?? { negatives: new Set(), positives: new Set() };
    wells.set(place.plate, own);
    if (quality === undefined) continue;
    if (isNegative(field as Field)) own.negatives.add(place.key);
    else if (isPositive(field as Field)) own.positives.add(place.key);
  }
  return {
    column: negative.column,
    negative: negative.values,
    positive: positive?.values ?? [],
    plates: [...wells].map(([plate, { negatives, positives }]) => ({
      plate,
      negatives: negatives.size,
      positives: positives.size,
    })),
  };
}
