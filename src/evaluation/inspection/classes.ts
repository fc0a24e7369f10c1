import { findColumn } from '../../screen/columns.ts';
import { canonicalLabels, labelParts } from '../../screen/label-sets.ts';
import { isMissingLabel } from '../../screen/labels.ts';
import { LEARN_BASELINE } from '../baselines.ts';
import { naturally } from '../protocols/protocol.ts';
import { foldsByWell } from '../splits.ts';
import { groupBy } from './group.ts';
import type { InspectedField } from './inspected-field.ts';
import { type Layout, positionOf } from './layout.ts';

/** The labels of a screen, and what they are confounded with. */
export interface ClassReport {
  /** The column as the table has it. */
  readonly column: string;
  readonly classes: readonly ClassCount[];
  readonly unlabelled: number;
  /** Fields with several labels, and wells whose fields differ in label. */
  readonly several: number;
  readonly mixedWells: readonly string[];
  readonly batches: readonly BatchReport[];
  /** Classes that are at the border of their plates more often than the others. */
  readonly atEdge: readonly { readonly name: string; readonly wells: number; readonly others: number }[];
}

export interface ClassCount {
  readonly name: string;
  readonly fields: number;
  readonly wells: number;
  readonly plates: number;
}

/** How well a column of batches alone predicts the labels. */
export interface BatchReport {
  readonly column: string;
  readonly batches: readonly string[];
  /** Labelled wells; a well counts once, however many fields it has. */
  readonly wells: number;
  /** Share of the wells that are guessed right: by the most frequent class of the other wells of their batch, */
  readonly accuracy: number;
  /** and by the most frequent class of the whole screen. */
  readonly majority: number;
  /** Whether the batch predicts more than expected by chance. */
  readonly tells: boolean;
  /** Classes whose wells are all in one batch, and that batch. */
  readonly alone: readonly { readonly name: string; readonly batch: string }[];
  /** Batches of several wells that have only one class, and that class. */
  readonly pure: readonly { readonly batch: string; readonly name: string }[];
  /** Numbers of wells, `[class][batch]`. */
  readonly counts: readonly (readonly number[])[];
}

/** Fields and wells as this file needs them. */
interface Labelled {
  readonly field: InspectedField;
  readonly label: string;
}

/** Probability below which a finding counts as more than chance. */
const CHANCE = 0.001;
/** Folds of the cross-validation. */
const FOLDS = 10;

/** Counts classes and says what their labels are confounded with; `column` is one of the table's. */
export function describeClasses(
  fields: readonly InspectedField[],
  { column, columns, layout, seed }: { column: string; columns: readonly string[]; layout: Layout; seed: number },
): ClassReport {
  const labelled = fields.flatMap((field): Labelled[] => {
    const text = field.field.metadata[column]!.trim();
    return isMissingLabel(text) ? [] : [{ field, label: canonicalLabels(text) }];
  });
  const names = naturally([...new Set(labelled.flatMap(({ label }) => labelParts(label)))]);
  const wells = [...groupBy(labelled, ({ field }) => field.place.key).values()];
  const firsts = wells.map((members) => members[0]!);
  const having = (name: string) => labelled.filter(({ label }) => labelParts(label).includes(name));
  const distinct = (of: readonly Labelled[], pick: (one: Labelled) => string) => new Set(of.map(pick)).size;
  const batchColumns = ['Metadata_Plate', 'Metadata_Batch'].flatMap((wanted) => findColumn(columns, wanted) ?? []);
  return {
    column,
    classes: names.map((name) => {
      const own = having(name);
      return {
        name,
        fields: own.length,
        wells: distinct(own, ({ field }) => field.place.key),
        plates: distinct(own, ({ field }) => field.place.plate),
      };
    }),
    unlabelled: fields.length - labelled.length,
    several: labelled.filter(({ label }) => labelParts(label).length > 1).length,
    mixedWells: wells
      .filter((members) => members.some(({ label }) => label !== members[0]!.label))
      .map((members) => members[0]!.field.place.key),
    batches: [...new Set(batchColumns)]
      .filter((name) => name !== column)
      .flatMap((name) => describeBatches(firsts, { column: name, names, seed }) ?? []),
    atEdge: layout.format === null ? [] : edgeClasses(firsts, { names, format: layout.format }),
  };
}

function describeBatches(
  wells: readonly Labelled[],
  { column, names, seed }: { column: string; names: readonly string[]; seed: number },
): BatchReport | undefined {
  const batchOf = ({ field }: Labelled) => field.field.metadata[column]!.trim();
  const batches = naturally([...new Set(wells.map(batchOf))]);
  if (batches.length < 2 || names.length < 2) return undefined;
  const known = wells.map((one) => ({ label: one.label, well: one.field.place.key, batch: batchOf(one) }));
  const foldOf = foldsByWell(known, { k: Math.min(FOLDS, known.length), seed });
  let right = 0;
  for (const fold of new Set(foldOf)) {
    const predict = LEARN_BASELINE['batch-alone'](known.filter((_, i) => foldOf[i] !== fold));
    right += known.filter((well, i) => foldOf[i] === fold && predict(well) === well.label).length;
  }
  const majorityLabel = LEARN_BASELINE['majority-class'](known)(known[0]!);
  const majority = known.filter(({ label }) => label === majorityLabel).length / known.length;
  const counts = names.map((name) => {
    const own = wells.filter(({ label }) => labelParts(label).includes(name));
    return batches.map((batch) => own.filter((one) => batchOf(one) === batch).length);
  });
  return {
    column,
    batches,
    wells: known.length,
    accuracy: right / known.length,
    majority,
    tells: atLeast(right, { n: known.length, share: majority }) < CHANCE,
    alone: names.flatMap((name, k) => {
      const where = batches.filter((_, b) => counts[k]![b]! > 0);
      // A single well is always in one batch.
      const total = counts[k]!.reduce((sum, count) => sum + count, 0);
      return where.length === 1 && total > 1 ? [{ name, batch: where[0]! }] : [];
    }),
    pure: batches.flatMap((batch, b) => {
      const there = names.filter((_, k) => counts[k]![b]! > 0);
      const total = counts.reduce((sum, own) => sum + own[b]!, 0);
      return there.length === 1 && total > 1 ? [{ batch, name: there[0]! }] : [];
    }),
    counts,
  };
}

/** Classes whose wells are at the border of the plate more often than expected by chance from the wells of other classes. */
function edgeClasses(
  wells: readonly Labelled[],
  { names, format }: { names: readonly string[]; format: NonNullable<Layout['format']> },
): ClassReport['atEdge'] {
  const isEdge = ({ field }: Labelled) => {
    const { row, column } = positionOf(field.place.well)!;
    return row === 0 || column === 0 || row === format.rows - 1 || column === format.columns - 1;
  };
  const share = (of: readonly Labelled[]) => of.filter(isEdge).length / of.length;
  return names.flatMap((name) => {
    const own = wells.filter(({ label }) => labelParts(label).includes(name));
    const others = wells.filter(({ label }) => !labelParts(label).includes(name));
    if (own.length === 0 || others.length === 0) return [];
    const chance = atLeast(own.filter(isEdge).length, { n: own.length, share: share(others) });
    return chance < CHANCE ? [{ name, wells: share(own), others: share(others) }] : [];
  });
}

/** The chance of `k` or more of `n`, each of them with the probability `share`: the tail of the binomial distribution. */
function atLeast(k: number, { n, share }: { n: number; share: number }): number {
  if (k <= 0 || share >= 1) return 1;
  if (share <= 0) return 0;
  let [sum, logarithm] = [0, n * Math.log1p(-share)];
  for (let i = 0; i <= n; i++) {
    if (i >= k) sum += Math.exp(logarithm);
    logarithm += Math.log((n - i) / (i + 1)) + Math.log(share) - Math.log1p(-share);
  }
  return sum;
}
