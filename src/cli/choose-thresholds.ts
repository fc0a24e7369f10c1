import { chooseThresholds } from '../evaluation/thresholds.ts';
import { encodeModelFile, type ModelDescription } from '../network/model-file.ts';
import type { Parameters } from '../network/parameters.ts';
import { PREDICTION_SESSION, predictFields } from '../prediction/predict-fields.ts';
import type { TrainingInputs } from '../training/trainer.ts';

/**
 * The threshold of each class, chosen by what the weights that are kept say of the validation fields; nothing for a
 * model of one class a field.
 */
export async function validatedThresholds(
  parameters: Parameters,
  about: ModelDescription,
  { validation, read, pool }: Pick<TrainingInputs, 'validation' | 'read' | 'pool'>,
): Promise<readonly number[] | undefined> {
  if (about.head === 'softmax') return undefined;
  const truth: (readonly number[])[] = [];
  const probabilities: number[] = [];
  await pool.load(PREDICTION_SESSION, encodeModelFile(parameters, about));
  for await (const { field, prediction } of predictFields(validation, { pool, read: ({ key }) => read(key) })) {
    if (!prediction) continue;
    truth.push(field.targets);
    probabilities.push(...prediction.probability);
  }
  return chooseThresholds(truth, probabilities, about.classes.length);
}
