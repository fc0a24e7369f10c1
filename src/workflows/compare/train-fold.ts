import { MilscopeError, named } from '../../errors.ts';
import type { PredictionTable } from '../../evaluation/prediction-table.ts';
import type { Fold } from '../../evaluation/protocols/protocol.ts';
import { readPredictions } from '../../evaluation/read-predictions.ts';
import { type Split, splitFields } from '../../evaluation/splits.ts';
import { dirname } from '../../files/paths.ts';
import { isThere } from '../../files/read-text.ts';
import { counted } from '../../words.ts';
import { duration } from '../shared/duration.ts';
import { type RunRecord, readRunRecord, runFiles } from '../shared/run-folder.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
import { planForHere } from '../train/change-plan.ts';
import { planTraining, type TrainingPlan } from '../train/plan-training.ts';
import type { TrainResult } from '../train/request.ts';
import { continueRun } from '../train/resume-run.ts';
import { runPlan } from '../train/run-plan.ts';
import type { Use } from '../train/use-fields.ts';
import { writePlan, writeRun } from '../train/write-run.ts';
import type { ComparisonContext } from './context.ts';
import type { NetworkMethod } from './methods.ts';
import type { TrainingTime } from './training-count.ts';

/** What is trained: a network, on whole fields or on cells. */
interface TrainedMethod {
  readonly network: NetworkMethod;
  /** The cells of a network whose instances are not positions. */
  readonly cells?: TrainingCells | undefined;
}

/** The folder of a fold in that of its unit: `fold-01-Compound-taxol`. */
export function foldFolder({ name }: Fold, place: number): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}.]+/gu, '-').replaceAll(/^-+|-+$/g, '');
  return `fold-${String(place + 1).padStart(2, '0')}-${plain}`.slice(0, 80);
}

/** A fold that came to its end. */
export interface TrainedFold {
  readonly plan: TrainingPlan;
  readonly folder: string;
  readonly predictions: PredictionTable;
}

interface FoldTraining extends TrainedMethod {
  readonly seed: number;
  readonly context: ComparisonContext;
  readonly folder: string;
  /** Which training this is, in words. */
  readonly what: string;
}

/**
 * Trains a network on a fold in a run folder of its own, and says when that begins and what it came to. A fold that is
 * trained already is kept, and the training of one that was interrupted continues. Throws as `runNetworkUnit` does.
 */
export async function trainFold(fold: Fold, training: FoldTraining): Promise<TrainedFold> {
  const { context, folder, what } = training;
  const { trainings, host } = context;
  const { files } = host;
  const paths = runFiles(folder);
  const known = (await isThere(paths.run, files)) ? await readRunRecord(folder, files) : undefined;
  const plan = await planFold(fold, { ...training, microBatch: known?.options.microBatch });
  if (known) requireSameRun(plan, known, paths.run);
  if (known && (await isThere(paths.metrics, files))) {
    trainings.pass(1);
    host.emit({ event: 'noted', message: `${what}: trained before` });
  } else {
    const { place, end } = trainings.begin();
    host.emit({ event: 'noted', message: `${place} ${what}: ${describeFold(plan)}` });
    const { metrics } = await trainPlan(plan, { ...training, known });
    host.emit({ event: 'noted', message: `${place} ${what}: ${describeTrained(metrics, end())}` });
    // Only an unfinished run is continued.
    await files.remove(dirname(paths.checkpoint));
  }
  return { plan, folder, predictions: await readPredictions(paths.predictions, files) };
}

/** Everything about the training on a fold. */
export function planFold(
  fold: Fold,
  {
    network,
    cells,
    seed,
    context,
    microBatch,
  }: Pick<FoldTraining, 'network' | 'cells' | 'seed' | 'context'> & {
    /** That of a training that was begun, perhaps on another machine; as the request says unless given. */
    readonly microBatch?: number | undefined;
  },
): Promise<TrainingPlan> {
  const { examined, request, stepPlan, host } = context;
  const { pooling, head, sharpness = 10, instances = 'positions', bag = 'field' } = network; // Without a sharpness, nothing depends on the one given here.
  return planTraining(
    examined,
    {
      ...request,
      ...{ pooling, head, sharpness, holdout: [], fraction: 1, seed },
      ...{ instances, bag },
      microBatch: request.microBatch ?? microBatch,
    },
    { uses: usesOf(fold, { context, seed }), cells, stepPlan },
    host,
  );
}

async function trainPlan(
  plan: TrainingPlan,
  { cells, context, folder, known }: FoldTraining & { known: RunRecord | undefined },
): Promise<TrainResult> {
  const { examined, request, host } = context;
  const begun = known ? await continueRun(known, folder, host) : undefined;
  if (!begun) await writePlan(plan, folder, host);
  const state = begun?.state;
  const { skipped, planChanges } = begun?.plan ?? plan;
  const decided = { ...plan, skipped, ...(planChanges && { planChanges }) };
  const here = await planForHere(decided, { folder, state, asked: request.plan }, host);
  const inputs = { screen: examined.screen, cells: cells?.byImage, state, fleeting: true };
  return writeRun(plan, { folder, parts: runPlan(here, inputs, host), keepEpochs: false }, host);
}

function requireSameRun({ runHash }: TrainingPlan, known: RunRecord, file: string): void {
  if (known.runHash === runHash) return;
  throw new MilscopeError('ResumeMismatch', {
    file,
    problem: 'this fold was begun with other images, other options or another version of milscope',
    remedy: `give what it was begun with, or start the comparison anew with ${named('overwrite')}`,
  });
}

function describeFold({ fields, options }: TrainingPlan): string {
  const count = (of: Split) => fields.filter(({ split }) => split === of).length;
  const tested = fields.filter(({ split, tested: too }) => split === 'test' || too).length;
  const [train, validation] = [count('train'), count('validation')];
  return `${counted(train, 'field')} to train on, ${validation} to validate, ${tested} to test, ${counted(options.epochs, 'epoch')}`;
}

function describeTrained(metrics: TrainResult['metrics'], { seconds, left }: TrainingTime): string {
  const { correct, n, accuracy } = metrics?.images ?? { correct: 0, n: 0, accuracy: Number.NaN };
  const right =
    n > 0 ? `${correct} of ${counted(n, 'field')} right (${accuracy.toFixed(3)})` : 'no field could be tested';
  return `${right} after ${duration(seconds)}${left > 0 ? `, about ${duration(left)} left in all` : ''}`;
}

/** What every readable field is used for: validation is drawn by wells from the training fields. */
function usesOf(
  { train, test, trainedOn }: Fold,
  { context, seed }: Pick<FoldTraining, 'context' | 'seed'>,
): (Use | undefined)[] {
  const { fields, examined, request } = context;
  const uses: (Use | undefined)[] = fields.map(() => undefined);
  for (const place of test) uses[place] = { split: 'test' };
  const splits = splitFields(
    train.map((place) => fields[place]!),
    { validation: request.validation, seed, screen: examined.screen },
  );
  const tested = new Set(trainedOn);
  for (const [i, place] of train.entries()) {
    uses[place] = { split: splits[i]!, ...(tested.has(place) && { tested: true }) };
  }
  return uses;
}
