import { classesAbove } from '../../evaluation/thresholds.ts';
import { type ModelDescription, thresholdsOf } from '../../network/model-file.ts';
import { indexOfLargest } from '../../profiling/field-classifier.ts';
import { findColumn } from '../../screen/columns.ts';
import { labelParts } from '../../screen/label-sets.ts';
import type { Field, Screen } from '../../screen/screen.ts';

/** What a model says of a field, and what the table says. */
export interface JudgedField {
  /** Of each class of the model. */
  readonly probability: ArrayLike<number>;
  /** The places of the classes that are predicted: one, or those above their thresholds. */
  readonly predicted: readonly number[];
  /** The labels in the table; undefined where it has none for the field. */
  readonly truth: readonly string[] | undefined;
}

export type JudgeField = (field: Field, probability: ArrayLike<number>) => JudgedField;

/** Makes what compares predictions with the column that the classes of the model come from, where the screen has it. */
export function createJudge({ columns }: Pick<Screen, 'columns'>, about: ModelDescription): JudgeField {
  const column = findColumn(columns, about.label);
  const thresholds = thresholdsOf(about);
  return ({ metadata }, probability) => {
    const labels = labelParts((column === undefined ? undefined : metadata[column]) ?? '').filter((one) => one !== '');
    return {
      probability,
      predicted: thresholds ? classesAbove(probability, thresholds) : [indexOfLargest(probability)],
      truth: labels.length === 0 ? undefined : labels,
    };
  };
}

/** Predicted and true classes with their probabilities, a line each, or one where they agree. */
export function judgedWords(
  { probability, predicted, truth }: JudgedField,
  classes: readonly string[],
): readonly string[] {
  const withProbability = (name: string): string => {
    const place = classes.indexOf(name);
    return place < 0 ? `${name} (not a class of the model)` : `${name} (${probability[place]!.toFixed(2)})`;
  };
  const names = predicted.map((place) => classes[place]!);
  const found = names.length === 0 ? 'none of the classes' : names.map(withProbability).join(', ');
  if (truth === undefined) return [`predicted ${found}`];
  const isRight = names.length === truth.length && truth.every((name) => names.includes(name));
  return isRight
    ? [`predicted and true: ${found}`]
    : [`predicted ${found}`, `true: ${truth.map(withProbability).join(', ')}`];
}
