import { chooseByCrossValidation } from './cross-validation.ts';
import { pickFields, type TrainingFields } from './field-classifier.ts';
import { classProbabilities, fitSoftmaxRegression, type SoftmaxModel } from './softmax-regression.ts';
import { type Standardization, standardizationOf, standardize } from './standardization.ts';

/** A linear classifier on the features of a field. */
export interface FieldFeaturesClassifier {
  /** The chosen weight of the penalty. */
  readonly l2: number;
  /** The probability of every class, `[K]`, of a field with these features. */
  readonly probability: (features: ArrayLike<number>) => Float64Array;
}

/** Weights of the penalty to choose from, the strongest first. */
const penalties = [100, 30, 10, 3, 1, 0.3, 0.1];

/**
 * `field-features`: multinomial logistic regression on the standardised features of whole fields (those of
 * `measureImage`, and the means of those of `measureCells`), with the L2 penalty that has the smallest cross entropy in
 * cross-validation over the folds of the training fields.
 */
export function trainFieldFeatures(
  training: TrainingFields<ArrayLike<number>>,
  { l2: given }: { l2?: number } = {},
): FieldFeaturesClassifier {
  const l2 =
    given ??
    chooseByCrossValidation(penalties, training.folds, (candidate, trained, tested) => {
      const probability = learn(pickFields(training, trained), { l2: candidate, tolerance: 1e-4 });
      return tested.reduce((sum, i) => {
        const right = probability(training.fields[i]!)[training.labels[i]!]!;
        return sum - Math.log(Math.max(right, Number.MIN_VALUE));
      }, 0);
    });
  return { l2, probability: learn(training, { l2, tolerance: 1e-6 }) };
}

function learn(
  { fields, labels, classes }: TrainingFields<ArrayLike<number>>,
  { l2, tolerance }: { l2: number; tolerance: number },
): (features: ArrayLike<number>) => Float64Array {
  const scale: Standardization = standardizationOf(fields);
  const features = scale.mean.length;
  const samples = new Float64Array(fields.length * features);
  for (const [i, field] of fields.entries()) samples.set(standardize(field, scale), i * features);
  const model: SoftmaxModel = fitSoftmaxRegression(samples, labels, { features, classes, l2, tolerance });
  return (field) => classProbabilities(model, standardize(field, scale));
}
