import { MilscopeError, named } from '../../errors.ts';
import { readModel } from '../../network/read-model.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import type { RunningHost } from '../host.ts';
import { paintPictures } from '../shared/report/report-pictures.ts';
import { createThumbnails, type Thumbnails } from '../shared/report/thumbnails.ts';
import { followTraining } from './follow-training.ts';
import { measureNovelty } from './measure-novelty.ts';
import type { TrainingPlan } from './plan-training.ts';
import type { RunPart, TrainedModel } from './run-parts.ts';
import { testModel } from './test-model.ts';
import { createModel } from './trained/create-model.ts';
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
    const novelty = await measureNovelty(plan, planned, host);
    if (host.signal.aborted) throw stopped();
    const model = await createModel(plan, { best, inputs, novelty }, host);
    yield { part: 'model', model };
    const seen = run.report ? createThumbnails(planned.fields) : undefined;
    const test = await testModel(plan, { ...planned, ...run, pool, model, watch: seen?.watch }, host);
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
