import { isThere } from '../../files/read-text.ts';
import type { RunningHost } from '../host.ts';
import { boundedWorkers } from '../shared/bounded-workers.ts';
import { runFiles, type StepPlan } from '../shared/run-folder.ts';
import { requireCellOptions } from '../shared/training-cells.ts';
import { withLocks } from '../shared/with-locks.ts';
import { defineWorkflow } from '../workflow.ts';
import { beginRun } from './begin-run.ts';
import { planForHere } from './change-plan.ts';
import { rehearseTraining } from './rehearse-training.ts';
import { type TrainRequest, type TrainResult, trainRequest, trainResult } from './request.ts';
import { resumeRun } from './resume-run.ts';
import { runPlan } from './run-plan.ts';
import { refuseExisting, writeRun } from './write-run.ts';

/** Trains into a folder, or goes on with the run there, and tests the model on what was held out. */
export const train = defineWorkflow(
  {
    title: 'train',
    description: 'Train a classifier on whole fields and their labels, and test it.',
    request: trainRequest,
    result: trainResult,
    rehearse: (request, host) => rehearseTraining(request, host),
  },
  runTraining,
);

/**
 * The training of a request, with its defaults, under a host that runs already.
 *
 * @param stepPlan how steps are computed, where other runs that belong to it have decided that
 * @throws Interrupted and much else
 */
export async function runTraining(
  asked: TrainRequest,
  host: RunningHost,
  { stepPlan }: { readonly stepPlan?: StepPlan | undefined } = {},
): Promise<TrainResult> {
  const request = { ...asked, workers: boundedWorkers(asked.workers, host) };
  requireCellOptions(request);
  const { out } = request;
  return withLocks({ folders: [out] }, host, async () => {
    await refuseExisting(request, host);
    const resume = request.resume && (await isThere(runFiles(out).run, host.files));
    if (request.resume && !resume) {
      host.emit({ event: 'noted', message: `there is no run to resume in ${out}, so one is begun` });
    }
    const { plan: begun, inputs } = await (resume ? resumeRun(request, host) : beginRun(request, host, { stepPlan }));
    const plan = await planForHere(begun, { folder: out, state: inputs.state, asked: request.plan }, host);
    const { report, keepEpochs } = request;
    const parts = runPlan(plan, { ...inputs, report }, host);
    return writeRun(plan, { folder: out, parts, keepEpochs }, host);
  });
}
