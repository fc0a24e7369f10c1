/**
 * What can be had without looking at a single cell. A result means something only beside these: if the batch alone
 * tells the label as well as the network does, the network may have learned the batch.
 */

import { fitSoftmaxRegression, predictClass } from '../profiling/softmax-regression.ts';
import { counted as inWords, pluralOf } from '../words.ts';
import type { PredictedUnit } from './prediction-table.ts';
import { foldsByWell } from './splits.ts';

/** What a baseline sees of a field. */
export interface BaselineField {
  readonly label: string;
  /** The key of its well, see `wellKey` of the screen; a field without one is a well of its own. */
  readonly well?: string | undefined;
  readonly batch?: string | undefined;
  /** Mean intensity of each channel, in counts of the file. */
  readonly channelMeans?: ArrayLike<number> | undefined;
}

/** A field that a baseline learns from, and what the training did with it; unless said, it was trained on. */
type LearningField = BaselineField & { readonly use?: string };

/** A baseline's result on the evaluated fields; null when it cannot be had, `how` then says why. */
export interface Baseline {
  readonly n: number;
  readonly correct: number | null;
  readonly accuracy: number | null;
  readonly how: string;
}

export interface Baselines {
  /** The most frequent class, always. */
  readonly majorityClass: Baseline;
  /** A linear classifier on the mean intensity of each channel. */
  readonly meanIntensity: Baseline;
  /** The most frequent class of the field's batch. */
  readonly batchAlone: Baseline;
}

/** Learns from fields and gives what predicts a label. */
export type Learn = (fields: readonly BaselineField[]) => (field: BaselineField) => string;

const folds = 5;

/**
 * The baselines on the `evaluated` fields, learned from the `reference` fields (those that the model was trained on)
 * where they are known. Else the mean intensities are cross-validated, 5 folds by wells of the evaluated fields, and the
 * two others are counted on the evaluated fields themselves: cross-validation would push them below chance, since of
 * balanced classes the most frequent one outside a fold is the rarest in it.
 */
export function computeBaselines(
  evaluated: readonly BaselineField[],
  {
    reference = [],
    seed = 1,
    unit = 'field',
  }: {
    reference?: readonly LearningField[] | undefined;
    seed?: number;
    /** What is evaluated. */
    unit?: PredictedUnit | undefined;
  } = {},
): Baselines {
  const run = (learn: Learn, missing?: string) => {
    if (missing !== undefined) return notComputed(evaluated, missing);
    if (reference.length > 0) return learnedFrom(reference, { learn, evaluated, unit });
    return learn === learnIntensity ? crossValidated(learn, { evaluated, seed }) : counted(learn, { evaluated, unit });
  };
  return {
    majorityClass: run(learnMajority),
    meanIntensity: run(learnIntensity, missingMeans([...evaluated, ...reference])),
    batchAlone: run(learnBatch, missingBatches(evaluated, { reference, unit })),
  };
}

/** What is predicted. */
interface Evaluated {
  readonly evaluated: readonly BaselineField[];
  readonly unit: PredictedUnit;
}

function learnedFrom(
  reference: readonly LearningField[],
  { learn, evaluated, unit }: { learn: Learn } & Evaluated,
): Baseline {
  const predict = learn(reference);
  const note = learn === learnBatch ? unseenBatches(reference, { evaluated, unit }) : '';
  const isTrained = reference.every(({ use = 'trained' }) => use === 'trained');
  const which = isTrained ? 'that the model was trained on' : 'of training and validation';
  const how = `learned from the ${inWords(reference.length, 'field')} ${which}${note}`;
  return result(
    evaluated.map((field) => predict(field) === field.label),
    how,
  );
}

function counted(learn: Learn, { evaluated, unit }: Evaluated): Baseline {
  const predict = learn(evaluated);
  const most = learn === learnBatch ? 'the most frequent class of each batch' : 'the most frequent class';
  return result(
    evaluated.map((field) => predict(field) === field.label),
    `${most} of the evaluated ${pluralOf(unit)} (an upper bound)`,
  );
}

function crossValidated(
  learn: Learn,
  { evaluated, seed }: { evaluated: readonly BaselineField[]; seed: number },
): Baseline {
  const grouped = evaluated.map((field, i) => ({ ...field, well: field.well ?? `field ${i}` }));
  const wells = new Set(grouped.map(({ well }) => well)).size;
  if (wells < 2) return notComputed(evaluated, 'one well alone cannot be cross-validated');
  const k = Math.min(folds, wells);
  const foldOf = foldsByWell(grouped, { k, seed });
  const right = new Array<boolean>(evaluated.length).fill(false);
  for (let fold = 0; fold < k; fold++) {
    const predict = learn(evaluated.filter((_, i) => foldOf[i] !== fold));
    for (const [i, field] of evaluated.entries()) if (foldOf[i] === fold) right[i] = predict(field) === field.label;
  }
  return result(right, `${k}-fold cross-validation by wells among the evaluated fields`);
}

const learnMajority: Learn = (fields) => {
  const majority = mostFrequent(fields);
  return () => majority;
};

const learnBatch: Learn = (fields) => {
  const majority = mostFrequent(fields);
  const batches = new Map<string, BaselineField[]>();
  for (const field of fields) {
    const members = batches.get(field.batch ?? '');
    if (members) members.push(field);
    else batches.set(field.batch ?? '', [field]);
  }
  const answers = new Map([...batches].map(([batch, members]) => [batch, mostFrequent(members)]));
  return ({ batch }) => answers.get(batch ?? '') ?? majority;
};

/** Softmax regression on the standardised means, penalty 1: the raw means did as well as their logarithms. */
const learnIntensity: Learn = (fields) => {
  const classes = [...new Set(fields.map(({ label }) => label))].sort();
  const indexOf = new Map(classes.map((name, k) => [name, k]));
  const features = fields[0]!.channelMeans!.length;
  const scales = Array.from({ length: features }, (_, channel) => {
    const values = fields.map(({ channelMeans }) => channelMeans![channel]!);
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length);
    return { mean, deviation: deviation || 1 };
  });
  const standardised = ({ channelMeans }: BaselineField) =>
    scales.map(({ mean, deviation }, channel) => (channelMeans![channel]! - mean) / deviation);
  const samples = new Float64Array(fields.length * features);
  for (const [i, field] of fields.entries()) samples.set(standardised(field), i * features);
  const model = fitSoftmaxRegression(
    samples,
    fields.map(({ label }) => indexOf.get(label)!),
    { features, classes: classes.length },
  );
  return (field) => classes[predictClass(model, standardised(field))]!;
};

/** How each baseline learns, by the names that comparisons have for them. */
export const LEARN_BASELINE = {
  'majority-class': learnMajority,
  'mean-intensity': learnIntensity,
  'batch-alone': learnBatch,
} as const satisfies Readonly<Record<string, Learn>>;

/** The most frequent label, the first in the alphabet of equals. */
function mostFrequent(fields: readonly BaselineField[]): string {
  const counts = new Map<string, number>();
  for (const { label } of fields) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]![0];
}

function missingMeans(fields: readonly BaselineField[]): string | undefined {
  const channels = fields[0]?.channelMeans?.length ?? 0;
  if (channels === 0) return 'the mean intensities of the channels are not known';
  const complete = fields.every(
    ({ channelMeans }) =>
      channelMeans !== undefined &&
      channelMeans.length === channels &&
      Array.from(channelMeans).every((mean) => Number.isFinite(mean)),
  );
  return complete ? undefined : 'the mean intensities of some fields are not known';
}

function missingBatches(
  evaluated: readonly BaselineField[],
  { reference, unit }: { reference: readonly BaselineField[]; unit: PredictedUnit },
): string | undefined {
  if (!evaluated.some(({ batch }) => batch)) return `the batches of the ${pluralOf(unit)} are not known`;
  return reference.length > 0 && !reference.some(({ batch }) => batch)
    ? 'the batches of the training fields are not known'
    : undefined;
}

function unseenBatches(reference: readonly BaselineField[], { evaluated, unit }: Evaluated): string {
  const seen = new Set(reference.map(({ batch }) => batch ?? ''));
  const unseen = evaluated.filter(({ batch }) => !seen.has(batch ?? '')).length;
  return unseen === 0
    ? ''
    : `; ${unseen} of ${inWords(evaluated.length, unit)} are of batches not seen there and get the majority class`;
}

function notComputed(evaluated: readonly BaselineField[], why: string): Baseline {
  return { n: evaluated.length, correct: null, accuracy: null, how: `not computed: ${why}` };
}

function result(right: readonly boolean[], how: string): Baseline {
  const correct = right.filter(Boolean).length;
  return { n: right.length, correct, accuracy: correct / right.length, how };
}
