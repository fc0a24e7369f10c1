import { MilscopeError, named } from '../../errors.ts';
import { descriptionOf, encodeModelFile, type ModelDescription } from '../../network/model-file.ts';
import { readModel } from '../../network/read-model.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import type { TrainingInputs } from '../../training/inputs.ts';
import type { BestEpoch } from '../../training/state.ts';
import type { RunningHost } from '../host.ts';
import { paintPictures } from '../shared/report/report-pictures.ts';
import { createThumbnails, type Thumbnails } from '../shared/report/thumbnails.ts';
import { instancesOf } from '../shared/run-folder.ts';
import { validatedThresholds } from './choose-thresholds.ts';
import { followTraining } from './follow-training.ts';
import type { TrainingPlan } from './plan-training.ts';
import type { RunPart, TrainedModel } from './run-parts.ts';
import { testModel } from './test-model.ts';
import { openFields, openTrainingInputs, type PlannedFields, type RunInputs } from './training-inputs.ts';

/**
 * Runs a plan to its end, from its beginning or from where a training of it was stopped, and tests the model. It gives each
 * piece of what comes of it as it comes, and keeps nothing: see `writeRun`.
 *
 * @throws Interrupted when the host's signal is aborted, after the part from which the training can go on
 */
export async function* runPlan(
  plan: TrainingPlan,
  run: RunInputs,
  host: RunningHost,
): AsyncGenerator<RunPart, void, undefined> {
  const { workers } = plan.options;
  const planned = openFields(plan, run, host);
  const pool = host.pool({ workers, threads: Math.max(1, Math.floor(host.threads / workers)) });
  try {
    const inputs = await openTrainingInputs(plan, planned, { ...run, pool }, host);
    const best = yield* followTraining(plan, inputs, { fleeting: run.fleeting }, host);
    yield { part: 'left out', skipped: withSkipped(plan.skipped, planned.source.skipped()) };
    if (!best) throw stopped();
    const model = await createModel(plan, { best, inputs }, host);
    yield { part: 'model', model };
    const seen = run.report ? createThumbnails(planned.fields) : undefined;
    const test = await testModel(plan, { ...planned, ...run, pool, model, look: seen?.look }, host);
    if (!test) throw stopped();
    yield { part: 'tested', test };
    if (seen) yield { part: 'pictures', pictures: picturesOfRun({ ...planned, ...run, pool, model, seen }) };
  } finally {
    await pool.release();
  }
}

/** What the report of a run shows of the fields that were looked at. */
function picturesOfRun({
  fields,
  screen,
  source,
  adjust,
  pool,
  model,
  seen,
}: PlannedFields &
  RunInputs & { readonly pool: SessionPool; readonly model: TrainedModel; readonly seen: Thumbnails }) {
  const small = new Map(
    fields.flatMap((field) => {
      const own = seen.take(field);
      return own ? [[field.imageNumber, own] as const] : [];
    }),
  );
  return paintPictures({
    ...{ small, screen, pool, adjust, network: readModel(model.bytes, 'model.onnx') },
    read: (field) => source.read(field),
  });
}

/** How a training ends that was asked to stop. */
function stopped(): MilscopeError {
  return new MilscopeError('Interrupted', {
    problem: 'the training was stopped',
    remedy: `go on with the same command and ${named('resume')}, without ${named('overwrite')}`,
  });
}

function withSkipped(before: TrainingPlan['skipped'], more: TrainingPlan['skipped']): TrainingPlan['skipped'] {
  const nameOf = ({ imageNumber, tag }: TrainingPlan['skipped'][number]) => `${imageNumber} ${tag}`;
  const known = new Set(before.map(nameOf));
  return [...before, ...more.filter((entry) => !known.has(nameOf(entry)))];
}

async function createModel(
  plan: TrainingPlan,
  { best, inputs }: { best: BestEpoch; inputs: TrainingInputs & { readonly placeOf?: (key: number) => number } },
  host: Pick<RunningHost, 'hash' | 'lanes'>,
): Promise<TrainedModel> {
  const about = describePlanned(plan);
  // Too few fields to choose an epoch are too few to choose thresholds.
  const validation = plan.validation?.by === 'last' ? [] : inputs.validation;
  const { parameters } = best;
  const thresholds = await validatedThresholds(parameters, about, { ...inputs, validation }, host);
  const bytes = encodeModelFile(parameters, { ...about, ...(thresholds && { thresholds }) });
  const byClass = thresholds && Object.fromEntries(about.classes.map((name, k) => [name, thresholds[k]!]));
  return { bytes, hash: await host.hash(bytes), epoch: best.epoch, ...(byClass && { thresholds: byClass }) };
}

/** What the model of a plan says about itself. */
function describePlanned(plan: TrainingPlan): ModelDescription {
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
