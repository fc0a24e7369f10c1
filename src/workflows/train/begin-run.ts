import { readFile, rm } from 'node:fs/promises';
import type { CommonOptions, Console } from '../../cli/console.ts';
import { openScreen } from '../../cli/open-screen.ts';
import { SCREEN_OPTION_NAMES, screenOptionsOf } from '../../cli/screen-options.ts';
import type { StrictOptions } from '../../cli/strict.ts';
import { MilscopeError } from '../../errors.ts';
import { exists } from '../../files/exists.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { writeWhole } from '../../files/write-whole.ts';
import type { Head } from '../../network/forward.ts';
import type { PoolingName } from '../../network/pooling/poolings.ts';
import type { NormalizationScope } from '../../pixels/normalization.ts';
import { hashScreen } from '../../screen/hash-files.ts';
import type { Screen } from '../../screen/screen.ts';
import type { ScreenOptions } from '../../screen/screen-options.ts';
import { formatSkipped, readSkipped } from '../../screen/skipped.ts';
import { decodeCheckpoint } from '../../training/checkpoint.ts';
import type { TrainingState } from '../../training/state.ts';
import { type RunRecord, readRunRecord, runFiles, writeRunRecord } from '../shared/run-folder.ts';
import { hashCells, type TrainingCells } from '../shared/training-cells.ts';
import { readVersions } from '../shared/versions.ts';
import { describeSource } from './first-parameters.ts';
import { hashRun, type PreparedTraining, prepareTraining } from './prepare-training.ts';
import { defaultBatch, defaultEpochs, fittingMicroBatch } from './training-defaults.ts';

/** Options of the command `train`, as commander gives them. */
export interface TrainOptions extends CommonOptions, ScreenOptions, StrictOptions {
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
  readonly batch?: number;
  readonly microBatch?: number;
  readonly crop?: number;
  readonly enlarge: number;
  readonly cells?: string;
  readonly cellSize?: number;
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
  screen,
  screenPath,
  options,
  cells,
  workers,
  console,
}: {
  screen: Screen;
  screenPath: string;
  options: TrainOptions;
  cells: TrainingCells | undefined;
  workers: number;
  console: Console;
}): Promise<Begun> {
  const from = await describeSource(options.from);
  const prepared = await prepareTraining(screen, { ...options, screen: screenPath, cells }, console);
  const record = await planRun(prepared, { screenPath, options, from, workers });
  const begun = await writeRun(record, { skipped: prepared.skipped, folder: options.out });
  describeRun(begun, console);
  return begun;
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
  const { label, pooling, sharpness, holdout, fraction, validation, learningRate, schedule, seed } = options;
  const { balance, jitter, averaging, head, enlarge } = options;
  const { screen, table, classes, crop, cells, normalization, plates } = prepared;
  const batch = options.batch ?? defaultBatch(cells);
  const asRead = screenOptionsOf(options);
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
      epochs: options.epochs ?? defaultEpochs(prepared.record, { batch, balance, cells }),
      balance,
      batch,
      microBatch: options.microBatch ?? fittingMicroBatch({ crop: crop * enlarge, batch, workers }),
      crop,
      enlarge,
      learningRate,
      thresholdLearningRate: options.thresholdLearningRate ?? learningRate,
      schedule,
      jitter,
      averaging,
      cells,
      ...(Object.keys(asRead).length > 0 && { screen: asRead }),
      seed,
      workers,
    },
    normalization,
    ...(plates && { plates }),
    table,
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

/** Writes what a run begins with into its folder. */
export async function writeRun(
  record: RunRecord,
  { skipped, folder }: { skipped: Begun['skipped']; folder: string },
): Promise<Begun> {
  await writeWhole(runFiles(folder).skipped, formatSkipped(skipped));
  await writeRunRecord(folder, record);
  return { record, skipped };
}

/** Says in one line what a run is, and in a few more which cells it has. */
function describeRun({ record, skipped }: Begun, console: Console): void {
  const count = (split: string) => record.fields.filter((field) => field.split === split).length;
  const { classes, channels, options } = record;
  console.err(
    `${classes.length} classes (${classes.join(', ')}); ${count('train')} fields to train on, ` +
      `${count('validation')} to validate, ${count('test')} held out; channels ${channels.join(', ')}; ` +
      `${options.cells ? 'squares around cells' : 'crops'} of ${options.crop} pixels${options.enlarge > 1 ? `, enlarged ${options.enlarge} times` : ''}; ${options.epochs} epochs\n`,
  );
  if (options.cells) reportCells(record, { skipped, console });
}

/** Says in a few words how many cells there are, and which are left out. */
function reportCells(
  { fields, options }: RunRecord,
  { skipped, console }: { skipped: Begun['skipped']; console: Console },
) {
  const cells = fields.filter(({ split }) => split === 'train').reduce((sum, field) => sum + field.cells!, 0);
  console.err(`${cells} cells to train on, at most ${options.cells!.perField} of a field in an epoch\n`);
  const left = skipped.filter(({ tag }) => ['NoCell', 'BadCell', 'UnknownField'].includes(tag));
  for (const { message } of left.slice(0, 5)) console.err(`  ${message}\n`);
  if (left.length > 5) console.err(`  … and ${left.length - 5} more such fields: see skipped.csv\n`);
}

/** The options that decide what is learned: a run is gone on with only under the same. */
const DECISIVE = [
  ...['label', 'from', 'pooling', 'sharpness', 'normalization', 'holdout', 'fraction', 'validation', 'epochs', 'batch'],
  ...[
    'microBatch',
    'head',
    'crop',
    'enlarge',
    'cells',
    'cellSize',
    'balance',
    'learningRate',
    'thresholdLearningRate',
    'jitter',
    'averaging',
    'schedule',
    'seed',
  ],
  ...SCREEN_OPTION_NAMES,
];

/** Finds a run that was begun with the same screen and options, and its last checkpoint; reads the screen as it did. */
export async function resumeRun(
  screenPath: string,
  options: TrainOptions,
  console: Console,
): Promise<Begun & { readonly screen: Screen }> {
  const record = await readRunRecord(options.out);
  const asked: Record<string, unknown> = { ...options, label: options.label };
  const known: Record<string, unknown> = {
    ...record.options,
    label: record.label,
    from: record.options.from?.file,
    cells: record.options.cells?.file,
    cellSize: record.options.cells?.size,
    ...record.options.screen,
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
  const screen = await openScreen(screenPath, record.options.screen ?? {}, console);
  if ((await hashScreen(screen)) !== record.table) {
    throw new MilscopeError('ResumeMismatch', {
      file: screenPath,
      problem: 'the table is not the one that the run was begun with',
      remedy: 'give that table, or start anew with --overwrite',
    });
  }
  const { cells } = record.options;
  if (cells && (await hashCells(cells.file)) !== cells.sha256) {
    throw new MilscopeError('ResumeMismatch', {
      file: cells.file,
      problem: 'the table of cells is not the one that the run was begun with',
      remedy: 'give that table, or start anew with --overwrite',
    });
  }
  return { ...(await continueRun(record, options.out)), screen };
}

/** How far a run of this record has come. */
export async function continueRun(record: RunRecord, folder: string): Promise<Begun> {
  const { checkpoint, skipped: list } = runFiles(folder);
  const skipped = (await exists(list)) ? await readSkipped(list, nodeFiles) : [];
  if (!(await exists(checkpoint))) return { record, skipped };
  return { record, skipped, state: decodeCheckpoint(await readFile(checkpoint), checkpoint) };
}
