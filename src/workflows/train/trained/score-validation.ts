import type { ScoredField } from '../../../evaluation/calibration/temperature.ts';
import { lastLayerScores } from '../../../network/last-layer.ts';
import type { NetworkModel } from '../../../network/read-model.ts';
import { exposed } from '../../../pixels/exposure.ts';
import { createBagPrediction, emptyBag, predictBag } from '../../../prediction/pool-cells.ts';
import { predictFields } from '../../../prediction/predict-fields.ts';
import { createModelRunner, type RunModel } from '../../../prediction/run-model.ts';
import type { LabelledField, TrainingInputs } from '../../../training/inputs.ts';
import type { RunningHost } from '../../host.ts';

type Validating = Pick<TrainingInputs, 'validation' | 'read' | 'readCells' | 'cellsOf' | 'plate' | 'pool'> & {
  placeOf?: ((key: number) => number) | undefined;
};

/**
 * What the weights that are kept say of the validation fields: the scores of the last layer, before its softmax or sigmoid. Where
 * cells are trained on one by one, `placeOf` says which of them belong to one field, whose pictures they are.
 */
export async function scoreValidation(
  model: NetworkModel,
  validating: Validating,
  { lanes }: Pick<RunningHost, 'lanes'>,
): Promise<readonly ScoredField[]> {
  const run = createModelRunner(model, { pool: validating.pool, lanes: await lanes() });
  return validating.readCells ? scoreBags(model, run, validating) : scoreFields(model, run, validating);
}

async function scoreBags(
  model: NetworkModel,
  run: RunModel,
  { validation, readCells, plate, pool }: Validating,
): Promise<readonly ScoredField[]> {
  const ofBag = await createBagPrediction(model, { pool });
  const scored: ScoredField[] = [];
  for (const { key, targets } of validation) {
    const cells = ((await readCells!(key)) ?? []).map((image) => ({ image, plate: plate?.(key) }));
    if (cells.length === 0) continue;
    const { bag } = await predictBag(cells, { model, run, ofBag });
    scored.push({ targets, pictures: [lastLayerScores(model, bag)] });
  }
  return scored;
}

async function scoreFields(
  model: NetworkModel,
  run: RunModel,
  { validation, read: readPixels, cellsOf, plate, pool, placeOf = (key) => key }: Validating,
): Promise<readonly ScoredField[]> {
  const fields = new Map<number, { readonly targets: readonly number[]; readonly pictures: number[][] }>();
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
    known.pictures.push(lastLayerScores(model, prediction.bag));
    fields.set(place, known);
  }
  return [...fields.values()];
}
