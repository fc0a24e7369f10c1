import { isMilscopeError, markedMessage } from '../../errors.ts';
import { findColumn } from '../../screen/columns.ts';
import { canonicalLabels } from '../../screen/label-sets.ts';
import { isMissingLabel } from '../../screen/labels.ts';
import type { Screen } from '../../screen/screen.ts';
import { naturally } from '../protocols/protocol.ts';
import { type Split, type SplitField, splitFields } from '../splits.ts';
import { cell } from '../truth.ts';
import { groupBy } from './group.ts';
import type { InspectedField } from './inspected-field.ts';

/** What a training with the same `holdout` would train on and test. */
export interface SplitReport {
  readonly holdout: readonly string[];
  /** Numbers of fields and wells; null where the training would refuse the split, for the reason `refused` (options in the marks of `named`). */
  readonly sides: Readonly<Record<Split, { readonly fields: number; readonly wells: number }>> | null;
  readonly refused: string | null;
  /** Wells with fields that are held out and others that are not. */
  readonly dividedWells: readonly string[];
  /** Held-out fields that show the pixels of a training field. */
  readonly leaks: readonly string[];
  /** How many treatments are held out, and how many of these are trained on too; null where the table names none. */
  readonly treatments: { readonly column: string; readonly tested: number; readonly trainedToo: number } | null;
}

/** The share of the training wells that `train` validates on unless it is told otherwise. */
const VALIDATION = 0.1;

/**
 * Draws the split that `train` would draw and looks for what is on both of its sides. Fields without a label or without
 * readable pixels are left out.
 *
 * @throws MissingColumn and BadOption for a holdout that names no column or no field.
 */
export function describeSplit(
  fields: readonly InspectedField[],
  {
    label,
    holdout,
    screen,
    seed,
  }: {
    label: string | undefined;
    holdout: readonly string[];
    screen: Pick<Screen, 'source' | 'columns'>;
    seed: number;
  },
): SplitReport {
  const labelOf = ({ field }: InspectedField) => (label === undefined ? '' : canonicalLabels(field.metadata[label]!));
  const used = fields.filter((one) => one.quality && (label === undefined || !isMissingLabel(labelOf(one))));
  const known = used.map((one) => ({ label: labelOf(one), well: one.place.key, metadata: one.field.metadata }));
  const held = heldOut(known, { holdout, screen });
  const wells = groupBy(used.keys(), (i) => used[i]!.place.key);
  const dividedWells = [...wells].filter(([, members]) => new Set(members.map((i) => held[i])).size > 1);
  return {
    holdout,
    ...drawn(known, { holdout, screen, seed }),
    dividedWells: naturally(dividedWells.map(([key]) => key)),
    leaks: leaks(used, held),
    treatments: treatments(used, { held, columns: screen.columns }),
  };
}

/**
 * Which fields meet any of the conditions, whether or not such a split could be trained on.
 *
 * @throws MissingColumn and BadOption for a condition that names no column or no field, or when every field meets one.
 */
export function heldOut(
  fields: readonly Pick<SplitField, 'metadata'>[],
  options: {
    holdout: readonly string[];
    screen: Pick<Screen, 'source' | 'columns'>;
    aside?: readonly Pick<SplitField, 'metadata'>[];
  },
): boolean[] {
  // Every field as a well of its own and of one class: then no well is divided, and no class is left out.
  const alone = fields.map(({ metadata }, i) => ({ metadata, label: '', well: String(i) }));
  return splitFields(alone, options).map((side) => side === 'test');
}

function drawn(
  known: readonly SplitField[],
  options: { holdout: readonly string[]; screen: Pick<Screen, 'source' | 'columns'>; seed: number },
): Pick<SplitReport, 'sides' | 'refused'> {
  try {
    const splits = splitFields(known, { ...options, validation: VALIDATION });
    const side = (of: Split) => {
      const own = known.filter((_, i) => splits[i] === of);
      return { fields: own.length, wells: new Set(own.map(({ well }) => well)).size };
    };
    return { sides: { train: side('train'), validation: side('validation'), test: side('test') }, refused: null };
  } catch (error) {
    if (!isMilscopeError(error, 'BadOption')) throw error;
    return { sides: null, refused: markedMessage(error) };
  }
}

/** Held-out fields that show, in any channel, the pixels of a field that is not held out. */
function leaks(used: readonly InspectedField[], held: readonly boolean[]): string[] {
  const planesOf = ({ quality }: InspectedField) =>
    quality!.hashes.filter((_, c) => quality!.channels[c]!.min < quality!.channels[c]!.max);
  const trained = new Set(used.filter((_, i) => !held[i]).flatMap(planesOf));
  return used
    .filter((one, i) => held[i] && planesOf(one).some((hash) => trained.has(hash)))
    .map(({ place, field }) => `${place.key} (field ${field.imageNumber})`);
}

function treatments(
  used: readonly InspectedField[],
  { held, columns }: { held: readonly boolean[]; columns: readonly string[] },
): SplitReport['treatments'] {
  const column = findColumn(columns, 'Treatment') ?? findColumn(columns, 'Compound');
  if (column === undefined || !held.includes(true)) return null;
  const of = (side: boolean) =>
    new Set(used.filter((_, i) => held[i] === side).map(({ field }) => cell(field, column)));
  const [tested, trained] = [of(true), of(false)];
  return { column, tested: tested.size, trainedToo: [...tested].filter((name) => trained.has(name)).length };
}
