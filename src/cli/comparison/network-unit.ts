import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MilscopeError } from '../../errors.ts';
import type { PredictionTable } from '../../evaluation/prediction-table.ts';
import type { Fold } from '../../evaluation/protocols/protocol.ts';
import { type Split, splitFields } from '../../evaluation/splits.ts';
import { decodeModel } from '../../onnx/decode.ts';
import { type Begun, continueRun, planRun, writeRun } from '../begin-run.ts';
import { finishRun } from '../finish-run.ts';
import { decideTraining, type Use } from '../prepare-training.ts';
import { readPredictions } from '../read-predictions.ts';
import { type EpochLine, exists, type RunRecord, readRunRecord, runFiles } from '../run-folder.ts';
import type { TrainingCells } from '../training-cells.ts';
import { defaultBatch } from '../training-defaults.ts';
import { unitFiles } from './comparison-folder.ts';
import type { ComparisonContext } from './context.ts';
import type { NetworkMethod, Unit } from './methods.ts';
import { type FoldAnswers, type MoreResults, type UnitResult, writeUnitResult } from './unit-result.ts';

/** What is trained: a network, on whole fields or on single cells. */
interface TrainedMethod {
  readonly network: Omit<NetworkMethod, 'kind'>;
  readonly cells?: TrainingCells | undefined;
}

/**
 * Trains a network on every fold of a protocol, each in a run folder of its own, and puts together what they say of the
 * tested fields. A fold that is trained already is taken as it is, and one that was interrupted is gone on with. Throws
 * `Ended` when the user interrupts it, `ResumeMismatch` when a fold was begun with other images or another version.
 */
export async function runNetworkUnit(
  unit: Unit,
  { network, cells, context }: TrainedMethod & { readonly context: ComparisonContext },
): Promise<UnitResult> {
  const { folds } = context.splitOf(unit.protocol, unit.seed);
  const answers: FoldAnswers[] = [];
  const trained: TrainedFold[] = [];
  for (const [i, fold] of folds.entries()) {
    if (folds.length > 1) context.console.err(`fold ${i + 1} of ${folds.length}: ${fold.name}\n`);
    const folder = join(unitFiles(context.folder, unit).folder, foldFolder(fold, i));
    const done = await trainFold(fold, { network, cells, seed: unit.seed, context, folder });
    trained.push(done);
    const count = (of: Split) => done.record.fields.filter(({ split }) => split === of).length;
    answers.push({
      name: fold.name,
      trained: count('train'),
      validated: count('validation'),
      classes: done.predictions.classes,
      thresholds: done.predictions.thresholds,
      rows: done.predictions.rows,
    });
  }
  return writeUnitResult(unit, answers, { context, more: await summarizeTraining(network, trained) });
}

/** `fold-01-Compound-taxol`. */
function foldFolder({ name }: Fold, place: number): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}.]+/gu, '-').replaceAll(/^-+|-+$/g, '');
  return `fold-${String(place + 1).padStart(2, '0')}-${plain}`.slice(0, 80);
}

/** A fold that came to its end. */
interface TrainedFold {
  readonly record: RunRecord;
  readonly folder: string;
  readonly predictions: PredictionTable;
}

async function trainFold(
  fold: Fold,
  {
    network,
    cells,
    seed,
    context,
    folder,
  }: TrainedMethod & { readonly seed: number; readonly context: ComparisonContext; readonly folder: string },
): Promise<TrainedFold> {
  const { examined, training, screenPath, console } = context;
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
  if (!known || !(await exists(files.metrics))) {
    const begun: Begun = known
      ? await continueRun(known, folder)
      : await writeRun(record, { skipped: prepared.skipped, folder, console });
    await finishRun(begun, {
      screen: examined.screen,
      cells: cells?.byImage,
      ...{ folder, threads, workers, console },
    });
    // Only an unfinished run is gone on with.
    await rm(dirname(files.checkpoint), { recursive: true, force: true });
  }
  return { record: known ?? record, folder, predictions: await readPredictions(files.predictions) };
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

async function summarizeTraining(
  { pooling }: TrainedMethod['network'],
  folds: readonly TrainedFold[],
): Promise<MoreResults> {
  let seconds = 0;
  for (const { folder } of folds) {
    const lines = (await readFile(runFiles(folder).epochs, 'utf8')).trim().split('\n');
    for (const line of lines) seconds += (JSON.parse(line) as EpochLine).seconds;
  }
  const epochs = folds.map(({ record }) => record.options.epochs);
  const [first] = folds as [TrainedFold];
  return {
    seconds: Math.round(seconds),
    epochs: { least: Math.min(...epochs), most: Math.max(...epochs) },
    crop: Math.min(...folds.map(({ record }) => record.options.crop)),
    batch: first.record.options.batch,
    ...(pooling === 'noisy-and' && { thresholds: await readThresholds(first) }),
  };
}

/** Noisy-AND's learned b of every class. */
async function readThresholds({ folder, record }: TrainedFold): Promise<{ class: string; b: number }[]> {
  const file = runFiles(folder).model;
  const { initializers } = decodeModel(await readFile(file), file);
  const values = initializers.b!.data as Float32Array;
  return record.classes.map((name, k) => ({ class: name, b: values[k]! }));
}
