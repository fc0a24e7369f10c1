import type { FieldPrediction } from '../prediction/average-predictions.ts';
import { spreadOf } from '../prediction/ensemble.ts';
import type { PredictionRow } from './prediction-table.ts';
import { labelsAbove } from './thresholds.ts';

/** What is the same for every row that a model makes. */
export interface RowsOfModel {
  /** Classes in the order of the model. */
  readonly classes: readonly string[];
  /** The threshold of each class, where fields may have several labels. */
  readonly thresholds?: readonly number[] | undefined;
  /** SHA-256 of the model file. */
  readonly model: string;
}

/** A field, or a cell of it, and what the model says of it. */
export interface PredictedField {
  readonly field: Pick<PredictionRow, 'imageNumber' | 'metadata'>;
  readonly prediction: FieldPrediction;
  /** Mean intensity of each channel in counts of the file, where it is known. */
  readonly channelMeans?: ArrayLike<number> | undefined;
  /** Largest intensity of each channel in counts of the file, where it is known. */
  readonly channelLargest?: ArrayLike<number> | undefined;
  /** How far the field lies from those of the training, where that is known. */
  readonly novelty?: number | undefined;
  /** The cell of the field that was predicted, if not the whole of it. */
  readonly cell?: PredictionRow['cell'];
}

/**
 * Makes what turns the answers of a model into rows of its table of predictions. Where fields may have several labels, a row
 * names the classes that reach their thresholds: of a field by the last layer, of a cell by the pooling layer.
 *
 * @example
 * const rowOf = rowBuilder({ classes, thresholds, model: modelHash });
 * for await (const { field, prediction } of predictFields(fields, options)) if (prediction) yield rowOf({ field, prediction });
 */
export function rowBuilder({ classes, thresholds, model }: RowsOfModel): (predicted: PredictedField) => PredictionRow {
  return ({ field: { imageNumber, metadata }, prediction, channelMeans = [], channelLargest, novelty, cell }) => {
    const { predicted, probability, bag, profile, summary, members } = prediction;
    const decisive = cell === undefined ? probability : bag;
    return {
      imageNumber,
      metadata,
      predicted: thresholds ? labelsAbove(decisive, { classes, thresholds }) : classes[predicted]!,
      probability,
      bag,
      model,
      channelMeans,
      ...(members && { spread: spreadOf(members, classes.length) }),
      ...(channelLargest && { channelLargest }),
      ...(novelty !== undefined && Number.isFinite(novelty) && { novelty }),
      ...(profile && { profile }),
      ...(summary && { summary }),
      ...(cell && { cell }),
    };
  };
}
