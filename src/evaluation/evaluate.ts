/**
 * From a table of predictions to the figures that describe it: `metrics.json`.
 *
 * @example
 * const metrics = evaluatePredictions(table, { label: 'Metadata_MOA' });
 * console.log(`${metrics.images.correct} of ${metrics.images.n}`);
 */

import { MilscopeError, named } from '../errors.ts';
import { findColumn, requireColumn } from '../screen/columns.ts';
import { canonicalLabels, joinedLabels } from '../screen/label-sets.ts';
import { isMissingLabel, noLabels } from '../screen/labels.ts';
import { wellKey } from '../screen/well.ts';
import { counted } from '../words.ts';
import type { Assay } from './assay/assay.ts';
import type { BaselineField, Baselines } from './baselines.ts';
import { type Calibration, evaluateCalibration } from './calibration/calibration.ts';
import { type Interval, labelIntervals } from './interval.ts';
import * as metrics from './metrics.ts';
import { baselinesOf, evaluateNotTrainedOn, type NotTrainedOn } from './not-trained-on.ts';
import { asWritten, type PredictedUnit, type PredictionRow, type PredictionTable } from './prediction-table.ts';
import { describeUses, type ReferenceField, usesOf, usesOfWells } from './training-use.ts';
import {
  evaluateTreatments,
  evaluateWells,
  type Share,
  saysNothing,
  share,
  type TreatmentMetrics,
} from './treatments.ts';
import { cell, readPredicted, readTruth } from './truth.ts';

export interface EvaluateOptions {
  /** Column of the truth. Columns are matched without regard to case, with or without `Metadata_`. */
  readonly label: string;
  /** Default: `Metadata_Treatment` where the table has it. */
  readonly treatment?: string | undefined;
  /** Adds the figures of every replicate. */
  readonly replicate?: string | undefined;
  /** Default: `Metadata_Batch`, else `Metadata_Plate`, where the table has it. */
  readonly batch?: string | undefined;
  /** The fields that the model was trained and validated on: which figures are honest, and what baselines learn from. */
  readonly reference?: readonly ReferenceField[] | undefined;
  /** Seed of the folds in which baselines are cross-validated. */
  readonly seed?: number;
  /** Predicted fields that were left out of the table before, since nothing is known of them. */
  readonly setAside?: number;
}

export interface Metrics {
  /** What a row of the table is of: `images` counts these, and so do all other figures but those of wells and treatments. */
  readonly unit: PredictedUnit;
  readonly columns: {
    readonly label: string;
    readonly treatment: string | null;
    readonly replicate: string | null;
    readonly batch: string | null;
  };
  /** Whether a field has one label or may have several; then only exactly its labels, no more and no fewer, are right. */
  readonly labels: 'one' | 'several';
  readonly images: {
    readonly n: number;
    readonly correct: number;
    readonly accuracy: number;
    /** Mean over the classes that have a field. */
    readonly meanClassAccuracy: number;
    /** Mean over the classes that have a field. */
    readonly meanAveragePrecision: number;
    readonly interval95: { readonly accuracy: Interval; readonly meanClassAccuracy: Interval };
    /** In words, which fields the figures are of: held out, validated or trained on. */
    readonly of: string;
    /** How many of the fields the model was trained on, or its epoch chosen by; null when not known. */
    readonly usedInTraining: number | null;
    /** How many of these it was trained on. */
    readonly trainedOn: number | null;
    /** Predicted fields without a label: no figure counts them. */
    readonly unlabelled: number;
  };
  /** Wells by the rule of treatments; null when wells are not known or hold several labels. */
  readonly wells: Share | null;
  readonly treatments: TreatmentMetrics;
  readonly replicates?: readonly (Share & { readonly replicate: string })[];
  readonly perClass: readonly (metrics.ClassMetrics & {
    /** Probability from which on the class is a label of the field; only where there may be several. */
    readonly threshold?: number;
  })[];
  /** Counts `[truth][predicted]`; of several labels, each pair of a true one and a given one of a field counts once. */
  readonly confusion: { readonly classes: readonly string[]; readonly counts: readonly (readonly number[])[] };
  /** Whether the probabilities are shares of fields. */
  readonly calibration: Calibration;
  /** How far the models differ that were averaged: the mean over what is right, and over what is not; only of several. */
  readonly spread?: { readonly right: number | null; readonly wrong: number | null };
  /** What baselines reach on the same fields, none of which they have learned from. */
  readonly baselines: Baselines;
  /** The honest figures, where only some of the fields were trained on: those of the others, and what baselines reach there. */
  readonly notTrainedOn?: NotTrainedOn;
  /** Quality of plates, hits and dose-response, where controls are named; of all predicted fields, labelled or not. */
  readonly assay?: Omit<Assay, 'wells'>;
}

/**
 * Evaluates every row of the table that has a label, and counts the others. Throws `MissingColumn` for a column that is not
 * there, `EmptyTable` without rows, `BadLabel` when no row has a label, for one that the model does not know, and for a
 * treatment with several labels.
 */
export function evaluatePredictions(predictions: PredictionTable, options: EvaluateOptions): Metrics {
  // Figures are those of the table as a file, float32 and all, also when it comes straight from the model.
  const whole = asWritten(predictions);
  const columns = resolveColumns(whole, options);
  const table = labelledRows(whole, columns.label);
  const { seed = 1 } = options;
  const { classes, rows, thresholds, unit = 'field' } = table;
  // A run does not say of which treatments its fields are.
  const ofRun = unit === 'treatment' ? undefined : options.reference;
  const reference = ofRun?.map((field) => ({ ...field, channelMeans: singles(field.channelMeans) }));
  const truth = readTruth(table, columns.label);
  const predicted = readPredicted(table);
  const probabilities = Float32Array.from(rows.flatMap(({ probability }) => Array.from(probability)));
  const precisions = metrics.averagePrecisions(truth, probabilities, classes.length);
  const wells = rows.map(wellKey);
  const perClass = metrics.perClass(classes, { truth, predicted }, precisions);
  const right = truth.map((labels, i) => metrics.isSame(labels, predicted[i]!));
  const ownWells = wells.map((well, i) => (well === noWell(rows[i]!) ? undefined : well));
  const correct = right.filter(Boolean).length;
  const groups = { truth, probabilities, classes, thresholds, silent: rows.map(saysNothing), unit };
  const labels = truth.map((own) => joinedLabels(own.map((k) => classes[k]!)));
  const fields = rows.map((row, i) => {
    const label = thresholds ? canonicalLabels(labels[i]!) : labels[i]!;
    return { imageNumber: row.imageNumber, ...baselineField(row, { label, well: wells[i]!, batch: columns.batch }) };
  });
  const uses = reference && (unit === 'well' ? usesOfWells : usesOf)(fields, reference);
  const { accuracy, meanClassAccuracy } = labelIntervals(indexNames(wells), { truth, predicted, unit });
  const areIndependent = unit !== 'field' || ownWells.some((well) => well !== undefined);
  const independent = (interval: Interval) => (areIndependent ? interval : withoutWells(interval, rows.length));
  const known = { uses, reference, seed, unit };
  const notTrainedOn =
    uses && evaluateNotTrainedOn(fields, { ...known, right, uses, reference: reference!, independent });
  return {
    unit,
    columns,
    labels: thresholds ? 'several' : 'one',
    images: {
      n: rows.length,
      correct,
      accuracy: correct / rows.length,
      meanClassAccuracy: metrics.meanOfKnown(perClass.map(({ recall }) => recall))!,
      meanAveragePrecision: metrics.meanOfKnown(precisions)!,
      interval95: {
        accuracy: independent(accuracy),
        meanClassAccuracy: independent(meanClassAccuracy),
      },
      of: describeUses(rows.length, uses, unit),
      usedInTraining: uses ? uses.filter((use) => use === 'trained' || use === 'chose').length : null,
      trainedOn: uses ? uses.filter((use) => use === 'trained').length : null,
      unlabelled: whole.rows.length - rows.length + (options.setAside ?? 0),
    },
    wells: evaluateWells({ ...groups, names: ownWells }),
    treatments: evaluateTreatments(
      { ...groups, names: rows.map((row) => (columns.treatment === null ? undefined : cell(row, columns.treatment))) },
      { column: columns.treatment, asked: options.treatment !== undefined },
    ),
    ...(columns.replicate !== null && { replicates: evaluateReplicates(rows, { column: columns.replicate, right }) }),
    perClass: thresholds ? perClass.map((of, k) => ({ ...of, threshold: thresholds[k]! })) : perClass,
    confusion: { classes, counts: metrics.confusionCounts(truth, predicted, classes.length) },
    calibration: evaluateCalibration({
      ...{ truth, predicted, probabilities, classes: classes.length, several: thresholds !== undefined },
    }),
    ...(table.spread && { spread: spreads(rows, right) }),
    baselines: baselinesOf(fields, known),
    ...(notTrainedOn && { notTrainedOn }),
  };
}

/** The mean spread of the rows that are right, and of the others. */
function spreads(rows: readonly PredictionRow[], right: readonly boolean[]): NonNullable<Metrics['spread']> {
  const mean = (is: boolean) => {
    const own = rows.flatMap(({ spread }, i) => (right[i] === is && Number.isFinite(spread) ? [spread!] : []));
    return metrics.meanOfKnown(own.toSorted((a, b) => a - b));
  };
  return { right: mean(true), wrong: mean(false) };
}

function withoutWells(interval: Interval, fields: number): Interval {
  return { ...interval, method: `Gaffke, ${counted(fields, 'field')} as if independent: no column of wells` };
}

/** The rows that have a label. @throws EmptyTable, BadLabel when there is none */
function labelledRows(table: PredictionTable, column: string): PredictionTable {
  if (table.rows.length === 0) {
    throw new MilscopeError('EmptyTable', { file: table.source, problem: 'there are no predictions to evaluate' });
  }
  const rows = table.rows.filter((row) => !isMissingLabel(cell(row, column)));
  if (rows.length > 0) return { ...table, rows };
  const texts = table.rows.map((row) => cell(row, column));
  throw noLabels({ file: table.source, column, option: 'label', texts, unit: table.unit });
}

function resolveColumns(table: PredictionTable, options: EvaluateOptions): Metrics['columns'] {
  const screen = { source: table.source, columns: table.metadata };
  const asked = (wanted: string | undefined, option: string) =>
    wanted === undefined ? undefined : requireColumn(screen, wanted, { option });
  const guess = (...names: string[]) =>
    names.map((name) => findColumn(table.metadata, name)).find((name) => name !== undefined);
  return {
    label: requireColumn(screen, options.label, {
      option: 'label',
      elsewhere: `name a table that has it with ${named('labels')}`,
    }),
    treatment: asked(options.treatment, 'treatment') ?? guess('Metadata_Treatment') ?? null,
    replicate: asked(options.replicate, 'replicate') ?? null,
    batch: asked(options.batch, 'batch') ?? guess('Metadata_Batch', 'Metadata_Plate') ?? null,
  };
}

function evaluateReplicates(
  rows: readonly PredictionRow[],
  { column, right }: { column: string; right: readonly boolean[] },
): NonNullable<Metrics['replicates']> {
  const names = rows.map((row) => cell(row, column));
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  return [...new Set(names)].sort(compare).map((replicate) => {
    return { replicate, ...share(right.filter((_, i) => names[i] === replicate)) };
  });
}

function baselineField(
  row: PredictionRow,
  { label, well, batch }: { label: string; well: string; batch: string | null },
): BaselineField {
  return {
    label,
    well,
    batch: batch === null ? undefined : cell(row, batch),
    channelMeans: singles(row.channelMeans),
  };
}

/** Values as float32, or undefined where there is none. */
function singles(values: ArrayLike<number> | undefined): Float32Array | undefined {
  return values === undefined || values.length === 0 ? undefined : Float32Array.from(values);
}

/** The key of a field whose well is not known. */
function noWell({ imageNumber }: PredictionRow): string {
  return wellKey({ imageNumber, metadata: {} });
}

/** An index for every name. */
function indexNames(names: readonly string[]): Int32Array {
  const indexOf = new Map([...new Set(names)].map((name, index) => [name, index]));
  return Int32Array.from(names, (name) => indexOf.get(name)!);
}
