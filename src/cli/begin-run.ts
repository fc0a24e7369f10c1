import { readFile, rm } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { MilscopeError } from '../errors.ts';
import { writeWhole } from '../image/write-whole.ts';
import type { Head, NormalizationScope } from '../network/forward.ts';
import type { PoolingName } from '../network/pooling/poolings.ts';
import { formatSkipped, parseSkipped } from '../screen/skipped.ts';
import { fieldsPerEpoch, parseBalance } from '../training/balance.ts';
import { decodeCheckpoint } from '../training/checkpoint.ts';
import type { TrainingState } from '../training/trainer.ts';
import type { CommonOptions, Console } from './console.ts';
import { describeSource } from './first-parameters.ts';
import { hashTables } from './hash-files.ts';
import { hashRun, type PreparedTraining, prepareTraining } from './prepare-training.ts';
import { exists, type RunRecord, readRunRecord, runFiles, writeRunRecord } from './run-folder.ts';
import { readVersions } from './versions.ts';

/** Options of the command `train`, as commander gives them. */
export interface TrainOptions extends CommonOptions {
  readonly label: string;
  readonly out: string;
  readonly from?: string;
  readonly pooling: PoolingName;
  readonly sharpness: number;
  readonly head: Head;
  readonly holdout: readonly string[];
  readonly fraction: number;
  readonly validation: number;
  readonly epochs?: number;
  readonly batch: number;
  readonly microBatch?: number;
  readonly crop?: number;
  readonly normalization: NormalizationScope;
  readonly balance: string;
  readonly learningRate: number;
  readonly thresholdLearningRate?: number;
  readonly jitter: number;
  readonly averaging: number;
  readonly schedule: 'constant' | 'one-cycle';
  readonly workers?: number;
  readonly resume: boolean;
  readonly overwrite: boolean;
}

/** Refuses to replace a run unasked; with `--overwrite`, takes its files away. */
export async function refuseExisting({ out, resume, overwrite }: TrainOptions): Promise<void> {
  if (resume && overwrite) {
    throw new MilscopeError('BadOption', {
      option: '--resume and --overwrite',
      problem: 'a run is either gone on with or replaced',
      remedy: 'give one of them',
    });
  }
  const files = runFiles(out);
  if (resume || !(await exists(files.run))) return;
  if (!overwrite) {
    throw new MilscopeError('OutputExists', {
      file: out,
      problem: 'there is a run in this folder already',
      remedy: 'name another folder with --out, go on with --resume, or replace it with --overwrite',
    });
  }
  // The record goes last: as long as it is there, the folder is a run.
  const { run, ...rest } = files;
  for (const file of [...Object.values(rest), run]) await rm(file, { force: true });
}

/** A run with everything decided, and how far it has come. */
export interface Begun {
  readonly record: RunRecord;
  readonly skipped: Parameters<typeof formatSkipped>[0];
  readonly state?: TrainingState;
}

/** Looks at the whole screen, decides everything that is open, and writes `run.json`. */
export async function startRun({
  screenPath,
  options,
  workers,
  console,
}: {
  screenPath: string;
  options: TrainOptions;
  workers: number;
  console: Console;
}): Promise<Begun> {
  const from = await describeSource(options.from);
  const prepared = await prepareTraining({ ...options, screen: screenPath }, console);
  const record = await planRun(prepared, { screenPath, options, from, workers });
  return writeRun(record, { skipped: prepared.skipped, folder: options.out, console });
}

/** The record of a run, with everything decided that was open. */
export async function planRun(
  prepared: PreparedTraining,
  {
    screenPath,
    options,
    from,
    workers,
  }: {
    screenPath: string;
    options: Omit<TrainOptions, 'out'>;
    from: RunRecord['options']['from'];
    workers: number;
  },
): Promise<RunRecord> {
  const { label, pooling, sharpness, holdout, fraction, validation, batch, learningRate, schedule, seed } = options;
  const { balance, jitter, averaging, head } = options;
  const { screen, classes, crop, normalization, plates } = prepared;
  const versions = await readVersions();
  const decisive = {
    milscope: versions.milscope,
    label,
    classes: [...classes],
    channels: [...screen.channels],
    options: {
      from,
      pooling,
      sharpness,
      head,
      holdout: [...holdout],
      fraction,
      validation,
      epochs: options.epochs ?? defaultEpochs(prepared.record, options),
      balance,
      batch,
      microBatch: options.microBatch ?? fittingMicroBatch({ crop, batch, workers }),
      crop,
      learningRate,
      thresholdLearningRate: options.thresholdLearningRate ?? learningRate,
      schedule,
      jitter,
      averaging,
      seed,
      workers,
    },
    normalization,
    ...(plates && { plates }),
    table: await hashTables(screenPath),
    fields: prepared.record,
  };
  return {
    ...decisive,
    hash: hashRun(decisive),
    screen: screenPath,
    versions,
    started: new Date().toISOString(),
    command: process.argv.slice(2),
  };
}

/** Writes what a run begins with into its folder, and says in one line what it is. */
export async function writeRun(
  record: RunRecord,
  { skipped, folder, console }: { skipped: Begun['skipped']; folder: string; console: Console },
): Promise<Begun> {
  await writeWhole(runFiles(folder).skipped, formatSkipped(skipped));
  await writeRunRecord(folder, record);
  const count = (split: string) => record.fields.filter((field) => field.split === split).length;
  const { classes, channels, options } = record;
  console.err(
    `${classes.length} classes (${classes.join(', ')}); ${count('train')} fields to train on, ` +
      `${count('validation')} to validate, ${count('test')} held out; channels ${channels.join(', ')}; ` +
      `crops of ${options.crop} pixels; ${options.epochs} epochs\n`,
  );
  return { record, skipped };
}

/** Steps that a small screen wants, as measured on 220 to 440 fields of six classes. */
const STEPS = 900;
const [FEWEST_EPOCHS, MOST_EPOCHS] = [10, 200];

/** As many epochs as make {@link STEPS} steps, from 10 to 200. */
function defaultEpochs(
  fields: RunRecord['fields'],
  { batch, balance }: Pick<TrainOptions, 'batch' | 'balance'>,
): number {
  const labels = fields.filter(({ split }) => split === 'train').map(({ label }) => label);
  const perEpoch = Math.ceil(fieldsPerEpoch(labels, parseBalance(balance)!) / batch);
  return Math.min(MOST_EPOCHS, Math.max(FEWEST_EPOCHS, Math.ceil(STEPS / perEpoch)));
}

/** Bytes that a training step needs for each pixel of a crop, as measured with the paper's network. */
const BYTES_PER_PIXEL = 900;
/** Bytes that the micro-batches of all workers may need together. */
const TRAINING_BYTES = 2.5e9;

/** As many fields as fit into memory, shared evenly among the workers. */
function fittingMicroBatch({ crop, batch, workers }: { crop: number; batch: number; workers: number }): number {
  const bytes = Math.min(TRAINING_BYTES, totalmem() / 4) / workers;
  const fits = Math.max(1, Math.floor(bytes / (BYTES_PER_PIXEL * crop * crop)));
  const share = Math.ceil(batch / workers);
  // Rounds of equal size: 8 fields of which 6 fit are done as 4 and 4.
  return Math.ceil(share / Math.ceil(share / fits));
}

/** The options that decide what is learned: a run is gone on with only under the same. */
const DECISIVE = [
  ...['label', 'from', 'pooling', 'sharpness', 'normalization', 'holdout', 'fraction', 'validation', 'epochs', 'batch'],
  ...[
    'microBatch',
    'head',
    'crop',
    'balance',
    'learningRate',
    'thresholdLearningRate',
    'jitter',
    'averaging',
    'schedule',
    'seed',
  ],
];

/** Finds a run that was begun with the same table and options, and its last checkpoint. */
export async function resumeRun(screenPath: string, options: TrainOptions): Promise<Begun> {
  const record = await readRunRecord(options.out);
  const asked: Record<string, unknown> = { ...options, label: options.label };
  const known: Record<string, unknown> = {
    ...record.options,
    label: record.label,
    from: record.options.from?.file,
    normalization: record.normalization.scope,
  };
  for (const name of DECISIVE) {
    if (asked[name] === undefined || JSON.stringify(asked[name]) === JSON.stringify(known[name])) continue;
    throw new MilscopeError('ResumeMismatch', {
      option: `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      problem: 'the run in the folder was begun otherwise',
      found: JSON.stringify(asked[name]),
      expected: JSON.stringify(known[name]),
      remedy: 'give the same options as at first, or start anew with --overwrite',
    });
  }
  if ((await hashTables(screenPath)) !== record.table) {
    throw new MilscopeError('ResumeMismatch', {
      file: screenPath,
      problem: 'the table is not the one that the run was begun with',
      remedy: 'give that table, or start anew with --overwrite',
    });
  }
  return continueRun(record, options.out);
}

/** How far a run of this record has come. */
export async function continueRun(record: RunRecord, folder: string): Promise<Begun> {
  const { checkpoint, skipped: list } = runFiles(folder);
  const skipped = (await exists(list)) ? parseSkipped(await readFile(list, 'utf8')) : [];
  if (!(await exists(checkpoint))) return { record, skipped };
  return { record, skipped, state: decodeCheckpoint(await readFile(checkpoint), checkpoint) };
}
