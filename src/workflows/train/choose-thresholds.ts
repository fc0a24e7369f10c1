import { chooseThresholds } from '../../evaluation/thresholds.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import type { Parameters } from '../../network/parameters.ts';
import type { NetworkModel } from '../../network/read-model.ts';
import { exposed } from '../../pixels/exposure.ts';
import { averagePredictions, type ModelOutputs } from '../../prediction/average-predictions.ts';
import { createBagPrediction, emptyBag, predictBag } from '../../prediction/pool-cells.ts';
import { predictFields } from '../../prediction/predict-fields.ts';
import { createModelRunner, type RunModel } from '../../prediction/run-model.ts';
import type { LabelledField, TrainingInputs } from '../../training/inputs.ts';
import type { RunningHost } from '../host.ts';

type Validating = Pick<TrainingInputs, 'validation' | 'read' | 'readCells' | 'cellsOf' | 'plate' | 'pool'> & {
  placeOf?: ((key: number) => number) | undefined;
};

/** A field or a bag, and what the network says of it. */
type Judged = Pick<LabelledField, 'targets'> & Pick<ModelOutputs, 'probability'>;

/**
 * The threshold of each class, chosen by what the weights that are kept say of the validation fields; nothing for a
 * model of one class a field. Where cells are trained on one by one, `placeOf` says which of them belong to one field, which is
 * judged by the average over them.
 */
export async function validatedThresholds(
  parameters: Parameters,
  about: ModelDescription,
  validating: Validating,
  { lanes }: Pick<RunningHost, 'lanes'>,
): Promise<readonly number[] | undefined> {
  if (about.head === 'softmax') return undefined;
  const model = { about, parameters };
  const run = createModelRunner(model, { pool: validating.pool, lanes: await lanes() });
  const judged = await (validating.readCells ? judgeBags(model, run, validating) : judgeFields(model, run, validating));
  return chooseThresholds(
    judged.map(({ targets }) => targets),
    judged.flatMap(({ probability }) => [...probability]),
    about.classes.length,
  );
}

async function judgeBags(
  model: NetworkModel,
  run: RunModel,
  { validation, readCells, plate, pool }: Validating,
): Promise<readonly Judged[]> {
  const ofBag = await createBagPrediction(model, { pool });
  const judged: Judged[] = [];
  for (const { key, targets } of validation) {
    const cells = ((await readCells!(key)) ?? []).map((image) => ({ image, plate: plate?.(key) }));
    if (cells.length > 0) judged.push({ targets, ...(await predictBag(cells, { model, run, ofBag })) });
  }
  return judged;
}

async function judgeFields(
  model: NetworkModel,
  run: RunModel,
  { validation, read: readPixels, cellsOf, plate, pool, placeOf = (key) => key }: Validating,
): Promise<readonly Judged[]> {
  const fields = new Map<number, { readonly targets: readonly number[]; readonly pictures: ModelOutputs[] }>();
  const read = async ({ key }: LabelledField) => {
    const pixels = await readPixels(key);
    return pixels && plate ? exposed(pixels, plate(key)) : pixels;
  };
  const foreground = cellsOf && {
    cellsOf: ({ key }: LabelledField) => cellsOf(key),
    empty: emptyBag(model),
  };
  for await (const { field, prediction } of predictFields(validation, { pool, run, read, foreground })) {
    if (!prediction) continue;
    const place = placeOf(field.key);
    const known = fields.get(place) ?? { targets: field.targets, pictures: [] };
    known.pictures.push(prediction);
    fields.set(place, known);
  }
  return [...fields.values()].map(({ targets, pictures }) => ({ targets, ...averagePredictions(pictures) }));
}
