import { readFile, rm } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { MilscopeError } from '../errors.ts';
import { formatMetrics } from '../evaluation/format.ts';
import { writeWhole } from '../image/write-whole.ts';
import { encodeModelFile } from '../network/model-file.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { readScreen } from '../screen/read-screen.ts';
import { formatSkipped } from '../screen/skipped.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../training/checkpoint.ts';
import { type TrainingInputs, type TrainingState, train } from '../training/trainer.ts';
import type { CommonOptions, Console } from './console.ts';
import { Ended } from './ended.ts';
import { createFieldSource } from './field-source.ts';
import { sha256 } from './hash-files.ts';
import { evaluateHeldOut } from './held-out.ts';
import { interruptible } from './interrupt.ts';
import type { CreateCommand } from './main.ts';
import { createCommand, numberBetween, oneOf, repeated, wholeNumber } from './options.ts';
import { hashRun, prepareTraining } from './prepare-training.ts';
import { createProgress } from './progress.ts';
import { exists, openEpochLog, type RunRecord, readRunRecord, runFiles, writeRunRecord } from './run-folder.ts';
import { readVersions } from './versions.ts';

interface TrainOptions extends CommonOptions {
  readonly label: string;
  readonly out: string;
  readonly pooling: 'noisy-and' | 'mean' | 'max';
  readonly sharpness: number;
  readonly holdout: readonly string[];
  readonly fraction: number;
  readonly validation: number;
  readonly epochs: number;
  readonly batch: number;
  readonly microBatch?: number;
  readonly crop?: number;
  readonly learningRate: number;
  readonly schedule: 'constant' | 'one-cycle';
  readonly workers?: number;
  readonly resume: boolean;
  readonly overwrite: boolean;
}

/** `train <screen> --label COLUMN --out <run>`: from a table of fields to a model and what it is worth. */
export const createTrainCommand: CreateCommand = (console) =>
  createCommand('train', 'Train a classifier on whole fields and their labels, and say what it is worth.')
    .argument('<screen>', 'table of fields (CSV or TSV in LoadData columns)')
    .requiredOption('--label <column>', 'column of the class of each field')
    .requiredOption('--out <folder>', 'run folder to write')
    .option(
      '--pooling <name>',
      'pooling function: noisy-and, mean or max',
      oneOf(['noisy-and', 'mean', 'max']),
      'noisy-and',
    )
    .option('--sharpness <a>', 'slope of Noisy-AND', numberBetween({ least: 0.1, most: 100 }), 10)
    .option('--holdout <column=value>', 'test on these fields, never train on them (repeatable)', repeated, [])
    .option(
      '--fraction <share>',
      'share of the wells of each class to train on',
      numberBetween({ least: 0.001, most: 1 }),
      1,
    )
    .option(
      '--validation <share>',
      'share of the training wells that choose the epoch',
      numberBetween({ least: 0, most: 0.5 }),
      0.1,
    )
    .option('--epochs <n>', 'times every field is seen', wholeNumber({ least: 1 }), 30)
    .option('--batch <n>', 'fields of a step', wholeNumber({ least: 1 }), 16)
    .option('--micro-batch <n>', 'fields computed at once by a worker (default: what fits)', wholeNumber({ least: 1 }))
    .option(
      '--crop <pixels>',
      'side of the training crops (default: 7/8 of the smallest field, at most 900)',
      wholeNumber({ least: 1 }),
    )
    .option('--learning-rate <rate>', 'highest learning rate of Adam', numberBetween({ least: 0, most: 1 }), 0.001)
    .option('--schedule <name>', 'learning rate: constant or one-cycle', oneOf(['constant', 'one-cycle']), 'one-cycle')
    .option('--workers <n>', 'workers that share a step (default: --threads)', wholeNumber({ least: 1 }))
    .option('--resume', 'go on with the run in the folder', false)
    .option('--overwrite', 'replace the run in the folder', false)
    .action((screen: string, options: TrainOptions) => runTraining(screen, options, console));

async function runTraining(screenPath: string, options: TrainOptions, console: Console): Promise<void> {
  const files = runFiles(options.out);
  await refuseExisting(options);
  const workers = Math.min(options.workers ?? options.threads, options.batch);
  const { record, skipped, state } = options.resume
    ? await resumeRun(screenPath, options)
    : await startRun({ screenPath, options, workers, console });

  const screen = await readScreen(screenPath);
  const byNumber = new Map(screen.fields.map((field) => [field.imageNumber, field]));
  const fields = record.fields.map(({ imageNumber }) => byNumber.get(imageNumber)!);
  const source = createFieldSource(screen, {
    onSkip: ({ message }) => console.err(`left out from now on: ${message}\n`),
  });
  const pick = (split: string) =>
    record.fields.flatMap(({ label, split: of }, key) =>
      of === split ? [{ key, target: record.classes.indexOf(label) }] : [],
    );
  const pool = createNodeSessionPool({ workers, threads: Math.max(1, Math.floor(options.threads / workers)) });
  const inputs: TrainingInputs = {
    options: {
      ...record.options,
      network: { channels: record.channels.length, classes: record.classes.length, pooling: record.options.pooling },
      normalization: record.normalization,
    },
    fields: pick('train'),
    validation: pick('validation'),
    read: (key) => source.read(fields[key]!),
    pool,
    createSession: createNodeSession,
    state,
  };
  try {
    const last = await follow(inputs, { record, folder: options.out, console });
    const skippedNow = [...skipped, ...source.skipped()];
    await writeWhole(files.skipped, formatSkipped(skippedNow));
    if (last === 'interrupted') {
      console.err(`stopped. Go on with the same command and --resume in place of --overwrite.\n`);
      throw new Ended(130);
    }
    const model = encodeModelFile(last.best!.parameters, {
      version: record.milscope,
      classes: record.classes,
      channels: record.channels,
      pooling: record.options.pooling,
      sharpness: record.options.sharpness,
      label: record.label,
      normalization: record.normalization,
      run: record.hash,
    });
    await writeWhole(files.model, model);
    const heldOut = await evaluateHeldOut({ model, record, screen, fields, source, pool, folder: options.out });
    const { metrics, tested } = heldOut;
    const best = last.best!;
    if (options.json) {
      const result = {
        run: options.out,
        model: files.model,
        hash: record.hash,
        bestEpoch: best.epoch,
        tested,
        metrics,
      };
      console.out(`${JSON.stringify(result, undefined, 2)}\n`);
    } else {
      console.out(`Trained ${record.options.epochs} epochs; kept the weights of epoch ${best.epoch}.\n`);
      if (metrics) console.out(`Tested on ${tested}:\n\n${formatMetrics(metrics)}`);
      console.out(`\nModel: ${files.model}\nUse it: milscope predict ${files.model} <screen> --out predictions.csv\n`);
    }
  } finally {
    await pool.release();
  }
}

async function refuseExisting({ out, resume, overwrite }: TrainOptions): Promise<void> {
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

interface Begun {
  readonly record: RunRecord;
  readonly skipped: Parameters<typeof formatSkipped>[0];
  readonly state?: TrainingState;
}

async function startRun({
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
  const { label, pooling, sharpness, holdout, fraction, validation, epochs, batch, learningRate, schedule, seed } =
    options;
  const prepared = await prepareTraining({ ...options, screen: screenPath }, console);
  const { screen, classes, skipped, crop, normalization } = prepared;
  const versions = await readVersions();
  const decisive = {
    milscope: versions.milscope,
    label,
    classes: [...classes],
    channels: [...screen.channels],
    options: {
      pooling,
      sharpness,
      holdout: [...holdout],
      fraction,
      validation,
      epochs,
      batch,
      microBatch: options.microBatch ?? fittingMicroBatch({ crop, batch, workers }),
      crop,
      learningRate,
      schedule,
      averaging: AVERAGING,
      seed,
      workers,
    },
    normalization,
    table: sha256(await readFile(screenPath)),
    fields: prepared.record,
  };
  const record: RunRecord = {
    ...decisive,
    hash: hashRun(decisive),
    screen: screenPath,
    versions,
    started: new Date().toISOString(),
    command: process.argv.slice(2),
  };
  await writeWhole(runFiles(options.out).skipped, formatSkipped(skipped));
  await writeRunRecord(options.out, record);
  const count = (split: string) => record.fields.filter((field) => field.split === split).length;
  console.err(
    `${classes.length} classes (${classes.join(', ')}); ${count('train')} fields to train on, ` +
      `${count('validation')} to validate, ${count('test')} held out; channels ${screen.channels.join(', ')}; ` +
      `crops of ${crop} pixels\n`,
  );
  return { record, skipped };
}

/** Share of the running average of the weights that a step keeps. */
const AVERAGING = 0.98;

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

async function resumeRun(screenPath: string, options: TrainOptions): Promise<Begun> {
  const record = await readRunRecord(options.out);
  const asked: Record<string, unknown> = { ...options, label: options.label };
  const known: Record<string, unknown> = { ...record.options, label: record.label };
  const names = ['label', 'pooling', 'sharpness', 'holdout', 'fraction', 'validation', 'epochs', 'batch', 'microBatch'];
  for (const name of [...names, 'crop', 'learningRate', 'schedule', 'seed']) {
    if (asked[name] === undefined || JSON.stringify(asked[name]) === JSON.stringify(known[name])) continue;
    throw new MilscopeError('ResumeMismatch', {
      option: `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      problem: 'the run in the folder was begun otherwise',
      found: JSON.stringify(asked[name]),
      expected: JSON.stringify(known[name]),
      remedy: 'give the same options as at first, or start anew with --overwrite',
    });
  }
  if (sha256(await readFile(screenPath)) !== record.table) {
    throw new MilscopeError('ResumeMismatch', {
      file: screenPath,
      problem: 'the table is not the one that the run was begun with',
      remedy: 'give that table, or start anew with --overwrite',
    });
  }
  const { checkpoint } = runFiles(options.out);
  if (!(await exists(checkpoint))) return { record, skipped: [] };
  return { record, skipped: [], state: decodeCheckpoint(await readFile(checkpoint), checkpoint) };
}

/** Trains to the end, or until the user interrupts; writes the log and a checkpoint at every epoch. */
async function follow(
  inputs: TrainingInputs,
  { record, folder, console }: { record: RunRecord; folder: string; console: Console },
): Promise<TrainingState | 'interrupted'> {
  const { epochs } = record.options;
  const first = inputs.state?.epoch ?? 1;
  const log = await openEpochLog(folder, { from: first });
  const save = (state: TrainingState) => writeWhole(runFiles(folder).checkpoint, encodeCheckpoint(state));
  const perEpoch = inputs.fields.length;
  const start = (first - 1) * perEpoch + (inputs.state?.tally.fields ?? 0);
  const progress = createProgress(console, { label: 'training', total: epochs * perEpoch, unit: 'fields', start });
  const interruption = interruptible();
  let last = inputs.state;
  let began = performance.now();
  try {
    for await (const event of train(inputs)) {
      last = event.state;
      if (event.kind === 'step') {
        const { loss, correct, fields } = event.state.tally;
        const figures = `loss ${(loss / fields).toFixed(3)}  accuracy ${(correct / fields).toFixed(3)}`;
        const done = (event.state.epoch - 1) * perEpoch + fields;
        progress.update(done, `epoch ${event.state.epoch} of ${epochs}  ${figures}`);
        if (interruption.asked()) {
          await save(event.state);
          progress.finish(`interrupted in epoch ${event.state.epoch}`);
          return 'interrupted';
        }
      } else {
        const { epoch, training, validation, rate, isBest } = event;
        await log({
          epoch,
          trainingLoss: training.loss / training.fields,
          trainingAccuracy: training.correct / training.fields,
          validationLoss: validation ? validation.loss / validation.fields : null,
          validationAccuracy: validation ? validation.correct / validation.fields : null,
          learningRate: rate,
          best: isBest,
          seconds: (performance.now() - began) / 1000,
        });
        began = performance.now();
        await save(event.state);
        if (validation) {
          const { correct, fields } = validation;
          progress.note(
            `epoch ${epoch}: ${correct} of ${fields} validation fields right${isBest ? ', the best so far' : ''}`,
          );
        }
      }
    }
    progress.finish();
    return last!;
  } finally {
    interruption.end();
  }
}
