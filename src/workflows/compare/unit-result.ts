import * as z from 'zod';
import { isMilscopeError } from '../../errors.ts';
import { assessControls } from '../../evaluation/assay/assess-controls.ts';
import type { ComparisonRow } from '../../evaluation/comparison/comparison.ts';
import { evaluatePredictions } from '../../evaluation/evaluate.ts';
import {
  formatPredictionHeader,
  formatPredictions,
  type PredictionRow,
  type PredictionTable,
} from '../../evaluation/prediction-table.ts';
import { EVEN_THRESHOLD } from '../../evaluation/thresholds.ts';
import { median } from '../../evaluation/treatments.ts';
import type { Files } from '../../files/files.ts';
import { isThere, readText } from '../../files/read-text.ts';
import { NORMALIZATION_SCOPES, PLATE_MEASURES } from '../../pixels/normalization.ts';
import { counted as inWords } from '../../words.ts';
import { unitFiles } from './comparison-folder.ts';
import type { ComparisonContext } from './context.ts';
import type { Unit } from './methods.ts';

const counted = z.number().int();

/** What `result.json` holds: what a unit of a comparison came to. */
const unitResult = z.object({
  fields: counted,
  correctFields: counted,
  /** Of the share of right fields, over wells; results of earlier versions do not have it. */
  accuracy95: z.object({ low: z.number(), high: z.number() }).optional(),
  meanClassAccuracy: z.number().nullable(),
  meanAveragePrecision: z.number().nullable(),
  treatments: counted,
  correctTreatments: counted,
  /** Of control wells, where they are named. */
  zPrime: z.number().nullable().optional(),
  /** Of training, all folds together. */
  seconds: z.number().optional(),
  folds: z.array(
    z.object({ name: z.string(), trained: counted, validated: counted, tested: counted, correct: counted }),
  ),
  /** Noisy-AND's learned threshold of every class, in the first fold. */
  thresholds: z.array(z.object({ class: z.string(), b: z.number() })).optional(),
  /** Steps and epochs of a training, fewest and most over the folds. */
  epochs: z.object({ least: counted, most: counted }).optional(),
  /** Side of the crops, or of the squares around cells. */
  crop: counted.optional(),
  /** Side of the crops of the first epochs, where these were smaller. */
  firstCrop: counted.optional(),
  batch: counted.optional(),
  /** By what intensities were normalized, over the folds; results of earlier versions do not say. */
  normalizations: z
    .array(z.object({ scope: z.enum(NORMALIZATION_SCOPES), measure: z.enum(PLATE_MEASURES).optional() }))
    .optional(),
});

export type UnitResult = z.infer<typeof unitResult>;

/** What a method says of the tested fields of one fold. */
export interface FoldAnswers {
  readonly name: string;
  /** Numbers of fields trained on, and of those that chose the epoch. */
  readonly trained: number;
  readonly validated: number;
  readonly classes: readonly string[];
  /** Where fields may have several labels, the threshold of each class. */
  readonly thresholds?: readonly number[] | undefined;
  readonly rows: readonly PredictionRow[];
}

/** What is known of a unit beside its predictions. */
export type MoreResults = Pick<
  UnitResult,
  'seconds' | 'thresholds' | 'epochs' | 'crop' | 'firstCrop' | 'batch' | 'normalizations'
> & {
  /** The scores are no ranking, so that there is no average precision. */
  readonly unranked?: boolean;
  /** For a method that judges treatments in a way of its own: how many there are, and how many are right. */
  readonly treatments?: { readonly total: number; readonly correct: number };
};

/** Puts the folds of a unit together, and writes its predictions and, last, its result. */
export async function writeUnitResult(
  unit: Unit,
  folds: readonly FoldAnswers[],
  { context, more = {} }: { context: ComparisonContext; more?: MoreResults },
): Promise<UnitResult> {
  const { unranked, treatments: own, ...known } = more;
  const files = unitFiles(context.request.out, unit);
  const table = joinFolds(folds, { source: files.predictions, ...context.tableColumns });
  const { label, treatment } = context.columns;
  const metrics = evaluatePredictions(table, { label, treatment, seed: unit.seed });
  const { accuracy } = metrics.images.interval95;
  const right = (row: PredictionRow) => row.predicted === context.labelByNumber.get(row.imageNumber);
  const result: UnitResult = {
    fields: metrics.images.n,
    correctFields: metrics.images.correct,
    accuracy95: { low: accuracy.low, high: accuracy.high },
    meanClassAccuracy: metrics.images.meanClassAccuracy,
    meanAveragePrecision: unranked ? null : metrics.images.meanAveragePrecision,
    treatments: own?.total ?? metrics.treatments.total,
    correctTreatments: own?.correct ?? metrics.treatments.correct,
    // Decisions alone are no scores.
    ...zPrimeOf(unranked ? undefined : table, context.request),
    ...known,
    folds: folds.map(({ name, trained, validated, rows }) => ({
      ...{ name, trained, validated },
      tested: rows.length,
      correct: rows.filter(right).length,
    })),
  };
  await context.host.files.write(
    files.predictions,
    formatPredictionHeader(table) + formatPredictions(table.rows, table),
  );
  await context.host.files.write(files.result, `${JSON.stringify(result, undefined, 1)}\n`);
  return result;
}

/** Z′ of the tested control wells, the median over plates and null where it is not known; nothing where none are named. */
function zPrimeOf(
  table: PredictionTable | undefined,
  request: ComparisonContext['request'],
): Pick<UnitResult, 'zPrime'> {
  const { controlColumn, negative, positive } = request;
  if (positive === undefined) return {};
  if (table === undefined) return { zPrime: null };
  try {
    const { plates } = assessControls(table, { controlColumn, negative, positive })!;
    const known = plates.flatMap(({ zPrime }) => zPrime ?? []);
    return { zPrime: known.length === 0 ? null : median(known) };
  } catch (error) {
    // A fold need not test the controls of the screen.
    if (isMilscopeError(error)) return { zPrime: null };
    throw error;
  }
}

/**
 * One table of the predictions of all folds. A class that a fold did not train on has the probability 0 there. Where
 * fields may have several labels, every fold has thresholds of its own: its probabilities are stretched, see
 * {@link stretched}, so that 0.5 is the threshold of all.
 */
function joinFolds(
  folds: readonly FoldAnswers[],
  columns: Pick<PredictionTable, 'source' | 'metadata' | 'channels'>,
): PredictionTable {
  const classes = [...new Set(folds.flatMap((fold) => fold.classes))].sort();
  const several = folds.some(({ thresholds }) => thresholds);
  const rows = folds.flatMap((fold) => {
    const places = classes.map((name) => fold.classes.indexOf(name));
    const spread = (values: ArrayLike<number>) =>
      values.length === 0 ? values : Float32Array.from(places, (k) => (k < 0 ? 0 : values[k]!));
    return fold.rows.map((row) => {
      const { thresholds } = fold;
      const probability = thresholds ? thresholds.map((of, k) => stretched(row.probability[k]!, of)) : row.probability;
      return { ...row, probability: spread(probability), bag: spread(row.bag) };
    });
  });
  return { ...columns, classes, rows, ...(several && { thresholds: classes.map(() => EVEN_THRESHOLD) }) };
}

/** The largest float32 below one half. */
const JUST_BELOW = 0.5 - 2 ** -25;

/** Two straight lines that take 0 to 0, the threshold to 0.5 and 1 to 1: what reaches one reaches the other. */
export function stretched(probability: number, threshold: number): number {
  if (probability < threshold) return Math.min(JUST_BELOW, (probability / threshold) * EVEN_THRESHOLD);
  return threshold === 1 ? 1 : 1 - ((1 - probability) / (1 - threshold)) * (1 - EVEN_THRESHOLD);
}

/** What a unit came to; nothing where it has not come to its end. */
export async function readUnitResult(folder: string, unit: Unit, files: Files): Promise<UnitResult | undefined> {
  const { result } = unitFiles(folder, unit);
  if (!(await isThere(result, files))) return undefined;
  return unitResult.parse(JSON.parse(await readText(result, files)));
}

/** The row of a unit in the tables of the comparison. */
export function comparisonRow({ method, protocol, seed }: Unit, result: UnitResult): ComparisonRow {
  const { folds, fields, correctFields, accuracy95, meanClassAccuracy, meanAveragePrecision, seconds } = result;
  return {
    ...(method.kind === 'network'
      ? {
          method: method.pooling,
          kind: 'network',
          pooling: method.pooling,
          ...(method.sharpness !== undefined && { sharpness: method.sharpness }),
          head: method.head,
          ...(method.instances && { instances: method.instances }),
          ...(method.bag && { bag: method.bag }),
        }
      : { method: method.name, kind: 'baseline' }),
    protocol,
    seed,
    folds: folds.length,
    ...{ fields, correctFields, ...(accuracy95 && { accuracy95 }), meanClassAccuracy, meanAveragePrecision },
    treatments: result.treatments,
    correctTreatments: result.correctTreatments,
    ...(result.zPrime !== undefined && { zPrime: result.zPrime }),
    ...(seconds !== undefined && { seconds }),
  };
}

/** A line about a unit that is done. */
export function describeResult({ fields, correctFields, treatments, correctTreatments }: UnitResult): string {
  const treated = treatments > 0 ? `, ${correctTreatments} of ${inWords(treatments, 'treatment')}` : '';
  return `${correctFields} of ${inWords(fields, 'field')} right (${(correctFields / fields).toFixed(3)})${treated}`;
}
