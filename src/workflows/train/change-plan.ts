import type { TrainingState } from '../../training/state.ts';
import type { RunningHost } from '../host.ts';
import { cellsPerBag, type RunRecord, readRunRecord, writeRunRecord } from '../shared/run-folder.ts';
import { cannotBeBlocked, whyNotBlocked } from './choose-step-plan.ts';
import type { TrainingPlan } from './plan-training.ts';
import type { TrainRequest } from './request.ts';
import { fittingMicroBatch } from './training-defaults.ts';

type PlanChange = NonNullable<RunRecord['planChanges']>[number];

/** Where a run is, and how it is asked to go on. */
interface GoingOn {
  readonly folder: string;
  readonly state: TrainingState | undefined;
  readonly asked: TrainRequest['plan'];
}

/**
 * The plan with which a run goes on here. One whose steps this machine cannot compute as planned goes on with the reference,
 * which is said and written into its `run.json`, and stays so on any machine. It keeps its name, but is no longer what the
 * name promises: the same bytes whenever it is repeated.
 *
 * @throws BadOption when blocks are asked for
 */
export async function planForHere(
  plan: TrainingPlan,
  { folder, state, asked }: GoingOn,
  host: RunningHost,
): Promise<TrainingPlan> {
  const { options, planChanges = [] } = plan;
  const isThrough = state !== undefined && state.epoch > options.epochs;
  if (options.plan === 'reference' || isThrough) return plan;
  const before = planChanges.at(-1);
  if (before) {
    const what = `from epoch ${before.epoch} on, this run uses the plan ${before.to}`;
    if (asked === before.from) throw cannotBeBlocked(what);
    host.emit({ event: 'noted', message: `${what}: ${before.reason}` });
    return changed(plan, before);
  }
  const change = await neededChange(plan, { epoch: state?.epoch ?? 1 }, host);
  if (!change) return plan;
  if (asked === 'blocked') throw cannotBeBlocked(change.reason);
  const record = await readRunRecord(folder, host.files);
  await writeRunRecord(folder, { ...record, planChanges: [...planChanges, change] }, host.files);
  host.emit({
    event: 'warned',
    message:
      `the plan changes from ${change.from} to ${change.to} in epoch ${change.epoch}: ${change.reason}. ` +
      'The model is as good, but repeating the run will not give the same bytes (run.json notes it)',
  });
  return changed({ ...plan, planChanges: [...planChanges, change] }, change);
}

/** A plan as this machine computes it, for an estimate. */
export async function estimatedHere(
  plan: TrainingPlan,
  host: Pick<RunningHost, 'lanes' | 'memory'>,
): Promise<TrainingPlan> {
  const change = await neededChange(plan, { epoch: 1 }, host);
  return change ? changed(plan, change) : plan;
}

/** What has to change in a plan before this machine can run it; undefined where nothing has to. */
async function neededChange(
  { options, channels }: TrainingPlan,
  { epoch }: { readonly epoch: number },
  host: Pick<RunningHost, 'lanes' | 'memory'>,
): Promise<PlanChange | undefined> {
  if (options.plan === 'reference') return undefined;
  const reason = await whyNotBlocked({ ...options, channels: channels.length }, host);
  if (reason === undefined) return undefined;
  const { crop, enlarge, batch, workers } = options;
  const images = cellsPerBag(options) ?? 1;
  // Blocks take images one after the other; the reference keeps a whole micro-batch in memory.
  const fits = fittingMicroBatch({ crop: crop * enlarge, images, batch, workers, memory: host.memory });
  return { epoch, from: 'blocked', to: 'reference', microBatch: Math.min(options.microBatch, fits), reason };
}

function changed(plan: TrainingPlan, { to, microBatch }: PlanChange): TrainingPlan {
  return { ...plan, options: { ...plan.options, plan: to, microBatch } };
}
