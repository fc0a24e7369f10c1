import {
  countLabels,
  crowdedLabelWords,
  doubtfulLabelWords,
  requireSharedLabels,
  unknownWellWords,
} from '../../screen/doubtful-labels.ts';
import { labelParts } from '../../screen/label-sets.ts';
import { placeOf, wellKey } from '../../screen/well.ts';
import type { RunningHost } from '../host.ts';
import type { LabelledScreen } from './examine-screen.ts';

/** Classes that are named in a warning. */
const MOST_NAMED = 6;

/**
 * Questions labels and wells before hours are spent: marks of empty cells, labels that differ in case or blanks alone, many
 * labels of few fields, classes of a single well, and, where fields are `divided` between training and testing, fields without a
 * well.
 *
 * @throws BadLabel when (nearly) every field has a label of its own
 */
export function questionLabels(
  { screen, labelOf }: LabelledScreen,
  { label, divided }: { label: string; divided: boolean },
  { emit }: Pick<RunningHost, 'emit'>,
): void {
  const warn = (message: string) => emit({ event: 'warned', message });
  const labels = [...labelOf.values()];
  requireSharedLabels(screen, { column: label, labels });
  const crowded = crowdedLabelWords(screen, { column: label, labels });
  if (crowded) warn(`${crowded.problem}; ${crowded.remedy}`);
  for (const { problem, remedy } of doubtfulLabelWords(countLabels(labels), { column: label })) {
    warn(`${problem}; ${remedy}`);
  }
  const lonely = classesOfOneWell(labelOf);
  if (lonely.length > 0) {
    const [some, left] = [lonely.slice(0, MOST_NAMED).join(', '), lonely.length - MOST_NAMED];
    const names = left > 0 ? `${some} and ${left} more` : some;
    const have = lonely.length === 1 ? '1 class has' : `${lonely.length} classes have`;
    warn(
      `${have} a single well: ${names}; no other well can tell whether the model knows ${lonely.length === 1 ? 'it' : 'them'}`,
    );
  }
  const unknown = divided ? unknownWellWords(screen.fields.map(({ metadata }) => placeOf(metadata).well)) : undefined;
  if (unknown) warn(`${unknown.problem}; ${unknown.remedy}`);
}

function classesOfOneWell(labelOf: LabelledScreen['labelOf']): string[] {
  const wells = new Map<string, Set<string>>();
  for (const [field, text] of labelOf) {
    for (const name of labelParts(text)) wells.set(name, (wells.get(name) ?? new Set()).add(wellKey(field)));
  }
  return [...wells].flatMap(([name, of]) => (of.size === 1 ? [name] : [])).sort();
}
