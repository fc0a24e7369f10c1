import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { duration } from '../../cli/progress.ts';
import { MilscopeError } from '../../errors.ts';
import type { PredictionTable } from '../../evaluation/prediction-table.ts';
import type { Fold } from '../../evaluation/protocols/protocol.ts';
import { readPredictions } from '../../evaluation/read-predictions.ts';
import { type Split, splitFields } from '../../evaluation/splits.ts';
import { exists } from '../../files/exists.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { type RunRecord, readRunRecord, runFiles } from '../shared/run-folder.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
import { type Begun, continueRun, planRun, writeRun } from '../train/begin-run.ts';
import { finishRun, type TrainResult } from '../train/finish-run.ts';
import { decideTraining, type Use } from '../train/prepare-training.ts';
import { defaultBatch } from '../train/training-defaults.ts';
import type { ComparisonContext } from './context.ts';
import type { NetworkMethod } from './methods.ts';
import type { TrainingTime } from './training-count.ts';

/** What is trained: a network, on whole fields or on single cells. */
export interface TrainedMethod {
  readonly network: Omit<NetworkMethod, 'kind'>;
  readonly cells?: TrainingCells | undefined;
}

/** The folder of a fold in that of its unit: `fold-01-Compound-taxol`. */
export function foldFolder({ name }: Fold, place: number): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}.]+/gu, '-').replaceAll(/^-+|-+$/g, '');
  return `fold-${String(place + 1).padStart(2, '0')}-${plain}`.slice(0, 80);
}

/** A fold that came to its end. */
export interface TrainedFold {
  readonly record: RunRecord;
  readonly folder: string;
  readonly predictions: PredictionTable;
}

/**
 * Trains a network on a fold in a run folder of its own, and says when that begins and what it came to. A fold that is
 * trained already is taken as it is, and one that was interrupted is gone on with. Throws as `runNetworkUnit` does.
 */
export async function trainFold(
  fold: Fold,
  {
    network,
    cells,
    seed,
    context,
    folder,
    what,
  }: TrainedMethod & {
    readonly seed: number;
    readonly context: ComparisonContext;
    readonly folder: string;
    /** Which training this is, in words. */
    readonly what: string;
  },
): Promise<TrainedFold> {
  const { examined, training, screenPath, trainings, console } = context;
  const { validation, threads } = training;
  const files = runFiles(folder);
  const prepared = decideTraining(examined, {
    ...training,
    screen: screenPath,
    seed,
    head: network.head,
    cells,
    uses: usesOf(fold, { context, validation, seed }),
  });
  const batch = training.batch ?? defaultBatch(prepared.cells);
  const workers = Math.min(training.workers ?? threads, batch);
  const record = await planRun(prepared, {
    screenPath,
    // A pooling function without a sharpness is told one all the same: nothing depends on it.
    options: {
      ...training,
      pooling: network.pooling,
      sharpness: network.sharpness ?? 10,
      head: network.head,
      holdout: [],
      fraction: 1,
      seed,
      resume: false,
      overwrite: false,
    },
    from: null,
    workers,
  });
  const known = (await exists(files.run)) ? await readRunRecord(folder) : undefined;
  if (known && known.hash !== record.hash) {
    throw new MilscopeError('ResumeMismatch', {
      file: files.run,
      problem: 'this fold was begun with other images, other options or another version of milscope',
      remedy: 'give what it was begun with, or start the comparison anew with --overwrite',
    });
  }
  const isDone = known && (await exists(files.metrics));
  if (isDone) {
    trainings.pass(1);
    console.err(`${what}: trained before\n`);
  } else {
    const { place, end } = trainings.begin();
    console.err(`${place} ${what}: ${describeFold(record)}\n`);
    const begun: Begun = known
      ? await continueRun(known, folder)
      : await writeRun(record, { skipped: prepared.skipped, folder });
    const { metrics } = await finishRun(begun, {
      screen: examined.screen,
      cells: cells?.byImage,
      ...{ folder, threads, workers, fleeting: true, console },
    });
    console.err(`${place} ${what}: ${describeTrained(metrics, end())}\n`);
    // Only an unfinished run is gone on with.
    await rm(dirname(files.checkpoint), { recursive: true, force: true });
  }
  return { record: known ?? record, folder, predictions: await readPredictions(files.predictions, nodeFiles) };
}

function describeFold({ fields, options }: RunRecord): string {
  const count = (of: Split) => fields.filter(({ split }) => split === of).length;
  const tested = fields.filter(({ split, tested: too }) => split === 'test' || too).length;
  const [train, validation] = [count('train'), count('validation')];
  return `${train} fields to train on, ${validation} to validate, ${tested} to test, ${options.epochs} epochs`;
}

function describeTrained(metrics: TrainResult['metrics'], { seconds, left }: TrainingTime): string {
  const { correct, n, accuracy } = metrics?.images ?? { correct: 0, n: 0, accuracy: Number.NaN };
  const right = n > 0 ? `${correct} of ${n} fields right (${accuracy.toFixed(3)})` : 'no field could be tested';
  return `${right} after ${duration(seconds)}${left > 0 ? `, about ${duration(left)} left in all` : ''}`;
}

/** What every readable field is used for: validation is drawn by wells from the training fields. */
function usesOf(
  { train, test, trainedOn }: Fold,
  { context, validation, seed }: { context: ComparisonContext; validation: number; seed: number },
): (Use | undefined)[] {
  const { fields, examined } = context;
  const uses: (Use | undefined)[] = fields.map(() => undefined);
  for (const place of test) uses[place] = { split: 'test' };
  const splits = splitFields(
    train.map((place) => fields[place]!),
    { validation, seed, screen: examined.screen },
  );
  const tested = new Set(trainedOn);
  for (const [i, place] of train.entries()) {
    uses[place] = { split: splits[i]!, ...(tested.has(place) && { tested: true }) };
  }
  return uses;
}
