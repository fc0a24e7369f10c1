import { chooseThresholds } from '../../evaluation/thresholds.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import type { Parameters } from '../../network/parameters.ts';
import { averagePredictions, type ModelOutputs } from '../../prediction/average-predictions.ts';
import { predictFields } from '../../prediction/predict-fields.ts';
import { createModelRunner } from '../../prediction/run-model.ts';
import type { TrainingInputs } from '../../training/inputs.ts';
import type { RunningHost } from '../host.ts';

/**
 * The threshold of each class, chosen by what the weights that are kept say of the validation fields; nothing for a
 * model of one class a field. Where cells are trained on, `placeOf` says which of them belong to one field, which is
 * judged by the average over them.
 */
export async function validatedThresholds(
  parameters: Parameters,
  about: ModelDescription,
  {
    validation,
    read,
    pool,
    placeOf = (key) => key,
  }: Pick<TrainingInputs, 'validation' | 'read' | 'pool'> & { placeOf?: ((key: number) => number) | undefined },
  { lanes }: Pick<RunningHost, 'lanes'>,
): Promise<readonly number[] | undefined> {
  if (about.head === 'softmax') return undefined;
  const fields = new Map<number, { readonly targets: readonly number[]; readonly pictures: ModelOutputs[] }>();
  const run = createModelRunner({ about, parameters }, { pool, lanes: await lanes() });
  for await (const { field, prediction } of predictFields(validation, { pool, run, read: ({ key }) => read(key) })) {
    if (!prediction) continue;
    const place = placeOf(field.key);
    const known = fields.get(place) ?? { targets: field.targets, pictures: [] };
    known.pictures.push(prediction);
    fields.set(place, known);
  }
  const judged = [...fields.values()];
  return chooseThresholds(
    judged.map(({ targets }) => targets),
    judged.flatMap(({ pictures }) => [...averagePredictions(pictures).probability]),
    about.classes.length,
  );
}
