/** Where a table holds fields that the model was trained on beside others: what is honest to say. */
import { pluralOf } from '../words.ts';
import { type BaselineField, type Baselines, computeBaselines } from './baselines.ts';
import { accuracyInterval, countWells, type Interval } from './interval.ts';
import type { PredictedUnit } from './prediction-table.ts';
import { describeUses, type ReferenceField, type TrainingUse } from './training-use.ts';

/** Figures of the fields that the model was not trained on. */
export interface NotTrainedOn {
  readonly n: number;
  readonly correct: number;
  readonly accuracy: number;
  readonly interval95: Interval;
  /** In words, which fields these are. */
  readonly of: string;
  readonly baselines: Baselines;
}

interface Uses {
  readonly uses: readonly (TrainingUse | undefined)[];
  readonly reference: readonly ReferenceField[];
  readonly seed: number;
  readonly unit: PredictedUnit;
}

/**
 * Baselines of fields that they have not learned from: they learn from the fields of the run, without those that validated
 * where these are evaluated. Where fields that were trained on are evaluated, they learn among the evaluated fields.
 */
export function baselinesOf(
  fields: readonly BaselineField[],
  { uses = [], reference = [], seed, unit }: Partial<Pick<Uses, 'uses' | 'reference'>> & Pick<Uses, 'seed' | 'unit'>,
): Baselines {
  const isTrained = (use: TrainingUse = 'trained') => use === 'trained';
  const apart = uses.every((use) => use === undefined) ? reference : reference.filter(({ use }) => isTrained(use));
  return computeBaselines(fields, { reference: uses.includes('trained') ? [] : apart, seed, unit });
}

/**
 * The figures of the fields that were not trained on, where others were. Those that chose the epoch count only where there are
 * no better ones.
 */
export function evaluateNotTrainedOn(
  fields: readonly ReferenceField[],
  { right, independent, ...known }: Uses & { right: readonly boolean[]; independent: (interval: Interval) => Interval },
): NotTrainedOn | undefined {
  const { uses, unit } = known;
  if (!uses.includes('trained')) return undefined;
  const places = (...of: (TrainingUse | undefined)[]) => uses.flatMap((use, i) => (of.includes(use) ? [i] : []));
  const unseen = places(undefined, 'watched');
  const chosen = unseen.length > 0 ? unseen : places('chose');
  if (chosen.length === 0) return undefined;
  const own = chosen.map((i) => fields[i]!);
  const correct = chosen.filter((i) => right[i]).length;
  const ownUses = chosen.map((i) => uses[i]);
  const wells = new Map([...new Set(own.map(({ well }) => well))].map((well, i) => [well, i]));
  const counts = countWells(
    own.map(({ well }, k) => ({ well: wells.get(well)!, class: 0, right: right[chosen[k]!]! })),
  );
  return {
    ...{ n: own.length, correct, accuracy: correct / own.length },
    interval95: independent(accuracyInterval(counts, pluralOf(unit))),
    of: describeUses(own.length, ownUses, unit),
    baselines: baselinesOf(own, { ...known, uses: ownUses }),
  };
}
