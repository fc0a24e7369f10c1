import type * as z from 'zod';
import type { Metrics } from '../../evaluation/evaluate.ts';
import { spreadOf } from '../../evaluation/spread.ts';
import { join } from '../../files/paths.ts';
import { isThere, readText } from '../../files/read-text.ts';
import { readSkipped } from '../../screen/skipped.ts';
import type { RunningHost } from '../host.ts';
import { readRunRecord, runFiles, type StepPlan } from '../shared/run-folder.ts';
import { requireCellOptions } from '../shared/training-cells.ts';
import { defineWorkflow } from '../workflow.ts';
import { rehearseSeeds } from './rehearse-training.ts';
import { type TrainRequest, type TrainSeedsResult, trainSeedsRequest, trainSeedsResult } from './request.ts';
import { resumeRun } from './resume-run.ts';
import { runTraining, train } from './train.ts';
import { refuseExisting } from './write-run.ts';

/**
 * Trains with `seeds` seeds from `seed` on, each into a folder `seed-<seed>` of `out`, and writes `seeds.json` beside them.
 * With `resume`, finished runs are kept, and others are continued or begun.
 */
export const trainSeeds = defineWorkflow(
  {
    title: train.title,
    description: train.description,
    request: trainSeedsRequest,
    result: trainSeedsResult,
    rehearse: (request, host) => rehearseSeeds(runsOf(request), { summary: summaryOf(request) }, host),
  },
  async (request, host) => {
    requireCellOptions(request);
    const runs = runsOf(request);
    // Should a later folder be in the way, that is said before the first hour of training.
    for (const run of runs) await refuseExisting(run, host);
    const seeds: TrainSeedsResult['seeds'] = [];
    // Seeds are compared, so the first that was begun decides for all.
    let stepPlan = await plannedBefore(runs, host);
    for (const [i, run] of runs.entries()) {
      host.emit({ event: 'noted', message: `seed ${run.seed} (${i + 1} of ${runs.length})` });
      seeds.push(summarize(run, await metricsOf(run, { stepPlan }, host)));
      stepPlan ??= await planOf(run, host);
    }
    // It is the same screen in all of them, but a file may be lost on the way.
    const lost = await Promise.all(runs.map(async ({ out }) => readSkipped(runFiles(out).skipped, host.files)));
    const result: TrainSeedsResult = {
      seeds,
      skipped: Math.max(...lost.map(({ length }) => length)),
      images: spreadOf(seeds.map(({ images }) => images?.accuracy)),
      treatments: spreadOf(seeds.map(({ treatments }) => treatments?.accuracy)),
    };
    await host.files.write(summaryOf(request), `${JSON.stringify(result, undefined, 2)}\n`);
    return result;
  },
);

/** The training of each seed. */
function runsOf({ seeds, ...request }: z.output<typeof trainSeedsRequest>): TrainRequest[] {
  return Array.from({ length: seeds }, (_, i) => {
    const seed = request.seed + i;
    return { ...request, seed, out: join(request.out, `seed-${seed}`) };
  });
}

/** The file in which all seeds are together. */
function summaryOf({ out }: Pick<TrainRequest, 'out'>): string {
  return join(out, 'seeds.json');
}

/** How the steps of the first of these runs that was begun are computed; undefined where none was. */
async function plannedBefore(runs: readonly TrainRequest[], host: RunningHost): Promise<StepPlan | undefined> {
  for (const run of runs) {
    if (run.resume && (await isThere(runFiles(run.out).run, host.files))) return planOf(run, host);
  }
  return undefined;
}

async function planOf({ out }: TrainRequest, { files }: RunningHost): Promise<StepPlan> {
  return (await readRunRecord(out, files)).options.plan;
}

async function metricsOf(
  run: TrainRequest,
  { stepPlan }: { stepPlan: StepPlan | undefined },
  host: RunningHost,
): Promise<Metrics | undefined> {
  const { run: record, model, metrics } = runFiles(run.out);
  const begun = run.resume && (await isThere(record, host.files));
  if (begun && (await isThere(model, host.files)) && (await isThere(metrics, host.files))) {
    await resumeRun(run, host);
    host.emit({ event: 'noted', message: `  ${run.out} is whole already` });
    return JSON.parse(await readText(metrics, host.files));
  }
  const open = run.plan === 'auto' ? { stepPlan } : {};
  return (await runTraining({ ...run, resume: begun }, host, open)).metrics;
}

function summarize({ seed, out }: TrainRequest, metrics: Metrics | undefined): TrainSeedsResult['seeds'][number] {
  if (!metrics) return { seed, run: out, images: null, treatments: null };
  const { n, correct, accuracy } = metrics.images;
  const { treatments } = metrics;
  return {
    seed,
    run: out,
    images: { n, correct, accuracy },
    treatments: { total: treatments.total, correct: treatments.correct, accuracy: treatments.accuracy },
  };
}
