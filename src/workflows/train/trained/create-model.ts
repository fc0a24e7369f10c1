import {
  averageOfScores,
  chooseTemperature,
  type ScoredField,
  temperatureWords,
} from '../../../evaluation/calibration/temperature.ts';
import { chooseThresholds } from '../../../evaluation/thresholds.ts';
import { descriptionOf, encodeModelFile, type ModelDescription } from '../../../network/model-file.ts';
import type { TrainingInputs } from '../../../training/inputs.ts';
import type { BestEpoch } from '../../../training/state.ts';
import type { RunningHost } from '../../host.ts';
import { instancesOf } from '../../shared/run-folder.ts';
import type { TrainingPlan } from '../plan-training.ts';
import type { TrainedModel } from '../run-parts.ts';
import { scoreValidation } from './score-validation.ts';

/**
 * The model file of a plan from the weights that are kept: with the temperature, and where fields may have several labels the
 * thresholds of these, that the validation fields choose.
 */
export async function createModel(
  plan: TrainingPlan,
  {
    best,
    inputs,
    novelty,
  }: {
    best: BestEpoch;
    inputs: TrainingInputs & { readonly placeOf?: (key: number) => number };
    novelty: ModelDescription['novelty'];
  },
  host: Pick<RunningHost, 'hash' | 'lanes' | 'emit'>,
): Promise<TrainedModel> {
  const about = describePlanned(plan);
  const { parameters, epoch } = best;
  const scored = inputs.validation.length > 0 ? await scoreValidation({ about, parameters }, inputs, host) : [];
  const chosen = chooseTemperature(scored, about);
  host.emit({ event: 'noted', message: temperatureWords(chosen) });
  const { temperature } = chosen;
  // Too few fields to choose an epoch are too few for a threshold of each class; a temperature is one number for all of them.
  const judging = plan.validation?.by === 'last' ? [] : scored;
  const thresholds = about.head === 'sigmoid' ? thresholdsOf(judging, { ...about, temperature }) : undefined;
  const bytes = encodeModelFile(parameters, {
    ...{ ...about, temperature },
    ...(thresholds && { thresholds }),
    ...(novelty && { novelty }),
  });
  const byClass = thresholds && Object.fromEntries(about.classes.map((name, k) => [name, thresholds[k]!]));
  return { bytes, hash: await host.hash(bytes), epoch, temperature, ...(byClass && { thresholds: byClass }) };
}

/** The threshold of each class, of the probabilities that the model will give. */
function thresholdsOf(
  scored: readonly ScoredField[],
  about: Pick<ModelDescription, 'head' | 'classes' | 'temperature'>,
): readonly number[] {
  return chooseThresholds(
    scored.map(({ targets }) => targets),
    scored.flatMap(({ pictures }) => averageOfScores(pictures, about)),
    about.classes.length,
  );
}

/** What the model of a plan says about itself, before the validation fields have chosen anything. */
export function describePlanned(plan: TrainingPlan): ModelDescription {
  const { enlarge, cells, foreground } = plan.options;
  const instances = instancesOf(plan.options);
  return descriptionOf({
    ...plan,
    ...plan.options,
    version: plan.milscope,
    enlarge: enlarge > 1 ? enlarge : undefined,
    cellSize: cells?.size,
    // A network that is shown one cell at a time has positions for instances.
    instances: instances === 'cells' || instances === 'foreground' ? instances : undefined,
    nuclei: (cells ?? foreground)?.nuclei,
    window: cells?.window,
    run: plan.runHash,
  });
}
