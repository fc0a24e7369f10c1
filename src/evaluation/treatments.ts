import { isMilscopeError, MilscopeError, named } from '../errors.ts';
import { joinedLabels } from '../screen/label-sets.ts';
import { pluralOf } from '../words.ts';
import { countInterval, type Interval } from './interval.ts';
import { isSame, type LabelSets, ratio } from './metrics.ts';
import type { PredictedUnit } from './prediction-table.ts';
import { classesAbove } from './thresholds.ts';

/** A share of things that are right; the accuracy is null of nothing. */
export interface Share {
  readonly total: number;
  readonly correct: number;
  readonly accuracy: number | null;
}

/** How many treatments are predicted right, and which are not. */
export interface TreatmentMetrics extends Share {
  readonly interval95: Interval | null;
  readonly misclassified: readonly {
    readonly treatment: string;
    readonly truth: string;
    readonly predicted: string;
    readonly fields: number;
  }[];
  /** Why there is none. */
  readonly note?: string;
}

/** One group of fields (a treatment, a well) with its labels, and those predicted for it. */
export interface GroupPrediction {
  readonly name: string;
  readonly fields: number;
  /** Indices of classes: one each, or any number where fields may have several labels. */
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
}

/** What {@link predictGroups} needs of the fields: names may be missing, such fields belong to no group. */
export interface GroupedFields {
  readonly names: readonly (string | undefined)[];
  readonly truth: LabelSets;
  /** Row-major `[n, K]`. */
  readonly probabilities: ArrayLike<number>;
  readonly classes: readonly string[];
  /** A threshold for each class, where fields may have several labels. */
  readonly thresholds?: readonly number[] | undefined;
  /** Which fields have no cell that says anything of them, where cells are pooled: {@link saysNothing}. */
  readonly silent?: readonly boolean[] | undefined;
  /** What they are, where it is not fields that are grouped: wells. */
  readonly unit?: PredictedUnit | undefined;
}

/**
 * Predicts every group by the median, over all its fields, of each class probability; the largest wins, the first of
 * equals, or with thresholds every class that reaches its own. Fields without a cell count only where a group has no others. Groups come in the order of their first field. Throws `BadLabel` for a group whose fields differ in label.
 */
export function predictGroups(fields: GroupedFields): readonly GroupPrediction[] {
  const { names, truth, probabilities, classes, thresholds, silent, unit = 'field' } = fields;
  const members = new Map<string, number[]>();
  for (const [i, name] of names.entries()) {
    if (name === undefined || name === '') continue;
    const group = members.get(name);
    if (group) group.push(i);
    else members.set(name, [i]);
  }
  return [...members].map(([name, group]) => {
    const labels = new Set(group.map((i) => labelText(truth[i]!, fields)));
    if (labels.size > 1) {
      throw new MilscopeError('BadLabel', {
        problem: `the ${pluralOf(unit)} of "${name}" differ in label, so it has no truth of its own`,
        found: [...labels].join(', '),
        expected: thresholds
          ? `the same labels for all ${pluralOf(unit)} of a treatment`
          : `one label for all ${pluralOf(unit)} of a treatment`,
        remedy: `correct the labels, or name another column with ${named('treatment')}`,
      });
    }
    const heard = heardOf(group, (i) => silent?.[i] ?? false);
    const medians = classes.map((_, k) => median(heard.map((i) => probabilities[i * classes.length + k]!)));
    return { name, fields: group.length, truth: truth[group[0]!]!, predicted: classesOfMedians(medians, thresholds) };
  });
}

/** Whether a field has no cell that says anything of it: then the pooling layer has 0 for every class, and nothing else gives that. */
export function saysNothing({ bag }: { readonly bag: ArrayLike<number> }): boolean {
  return bag.length > 0 && Array.from(bag).every((value) => value === 0);
}

/** Those of a group that say something, or all where none does. */
export function heardOf<T>(group: readonly T[], isSilent: (one: T) => boolean): readonly T[] {
  const heard = group.filter((one) => !isSilent(one));
  return heard.length > 0 ? heard : group;
}

function labelText(labels: readonly number[], { classes }: GroupedFields): string {
  return joinedLabels(labels.map((k) => classes[k]!));
}

/**
 * Evaluates treatments. A `column` that nobody `asked` for may mean something else in this table: if its values differ
 * in label, or if it is null, there are no treatments and a note says why.
 */
export function evaluateTreatments(
  fields: GroupedFields,
  { column, asked }: { column: string | null; asked: boolean },
): TreatmentMetrics {
  const none = (note: string) => ({ ...share([]), interval95: null, misclassified: [], note });
  if (column === null) return none('the table has no column of treatments');
  let groups: readonly GroupPrediction[];
  try {
    groups = predictGroups(fields);
  } catch (error) {
    if (asked || !isMilscopeError(error, 'BadLabel')) throw error;
    return none(`${pluralOf(fields.unit ?? 'field')} with the same ${column} differ in label`);
  }
  const found = share(groups.map(isRight));
  const misclassified = groups
    .filter((group) => !isRight(group))
    .map(({ name, truth, predicted, fields: n }) => ({
      treatment: name,
      truth: labelText(truth, fields),
      predicted: labelText(predicted, fields),
      fields: n,
    }));
  const interval95 = found.total === 0 ? null : countInterval(found.correct, found.total, 'treatments');
  return { ...found, interval95, misclassified };
}

/** Evaluates wells as {@link evaluateTreatments} does treatments; null without wells, or when labels are not of wells. */
export function evaluateWells(fields: GroupedFields): Share | null {
  try {
    const groups = predictGroups(fields);
    return groups.length === 0 ? null : share(groups.map(isRight));
  } catch (error) {
    if (isMilscopeError(error, 'BadLabel')) return null;
    throw error;
  }
}

function isRight({ truth, predicted }: GroupPrediction): boolean {
  return isSame(truth, predicted);
}

/** Counts what is right. */
export function share(right: readonly boolean[]): Share {
  const correct = right.filter(Boolean).length;
  return { total: right.length, correct, accuracy: ratio(correct, right.length) };
}

/** The classes that medians of probabilities choose: the largest, the first of equals, or all that reach their thresholds. */
export function classesOfMedians(
  medians: readonly number[],
  thresholds: readonly number[] | undefined,
): readonly number[] {
  return thresholds ? classesAbove(medians, thresholds) : [indexOfLargest(medians)];
}

/** The first index of the largest value. */
function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
