import { InvalidArgumentError, Option } from 'commander';
import { formatMetrics } from '../evaluation/format.ts';
import { writeWhole } from '../image/write-whole.ts';
import { encodeModelFile } from '../network/model-file.ts';
import { POOLING_NAMES } from '../network/pooling/poolings.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { readScreen } from '../screen/read-screen.ts';
import { formatSkipped } from '../screen/skipped.ts';
import { parseBalance } from '../training/balance.ts';
import type { TrainingInputs } from '../training/trainer.ts';
import { refuseExisting, resumeRun, startRun, type TrainOptions } from './begin-run.ts';
import type { Console } from './console.ts';
import { Ended } from './ended.ts';
import { createFieldSource } from './field-source.ts';
import { firstParameters } from './first-parameters.ts';
import { followTraining } from './follow-training.ts';
import { evaluateHeldOut } from './held-out.ts';
import type { CreateCommand } from './main.ts';
import { createCommand, numberBetween, oneOf, repeated, wholeNumber } from './options.ts';
import { runFiles } from './run-folder.ts';

/** `train <screen> --label COLUMN --out <run>`: from a table of fields to a model and what it is worth. */
export const createTrainCommand: CreateCommand = (console) =>
  createCommand('train', 'Train a classifier on whole fields and their labels, and say what it is worth.')
    .argument('<screen>', 'table of fields (CSV or TSV in LoadData columns), or a folder with the tables of BBBC021')
    .requiredOption('--label <column>', 'column of the class of each field')
    .requiredOption('--out <folder>', 'run folder to write')
    .option('--pooling <name>', `pooling function: ${POOLING_NAMES.join(', ')}`, oneOf(POOLING_NAMES), 'noisy-and')
    .option('--from <model>', 'fine-tune this model.onnx; its classes, channels and pooling may differ')
    .option(
      '--sharpness <a>',
      'a of Noisy-AND, r of generalized-mean and log-sum-exp',
      numberBetween({ least: 0.1, most: 100 }),
      10,
    )
    .addOption(
      new Option('--holdout <column=value>', 'test on these fields, never train on them (repeatable)')
        .argParser(repeated)
        .default([], 'none'),
    )
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
    .option(
      '--epochs <n>',
      'times every field is seen (default: 900 steps, from 10 to 200 epochs)',
      wholeNumber({ least: 1 }),
    )
    .option('--batch <n>', 'fields of a step', wholeNumber({ least: 1 }), 16)
    .option('--micro-batch <n>', 'fields computed at once by a worker (default: what fits)', wholeNumber({ least: 1 }))
    .option(
      '--crop <pixels>',
      'side of the training crops (default: 7/8 of the smallest field, at most 900)',
      wholeNumber({ least: 1 }),
    )
    .option('--learning-rate <rate>', 'highest learning rate of Adam', numberBetween({ least: 1e-7, most: 1 }), 0.001)
    .option(
      '--threshold-learning-rate <rate>',
      "that of Noisy-AND's thresholds (default: --learning-rate)",
      numberBetween({ least: 0, most: 1 }),
    )
    .option(
      '--balance <how>',
      'unequal classes: none, weights (in the loss), or cap=N fields of a class an epoch',
      balance,
      'none',
    )
    .option(
      '--jitter <spread>',
      "spread of the random gain and shift of each channel's intensity, as plates differ",
      numberBetween({ least: 0, most: 2 }),
      0.15,
    )
    .option(
      '--averaging <share>',
      'share of the running average of the weights that a step keeps',
      numberBetween({ least: 0, most: 0.9999 }),
      0.98,
    )
    .option('--schedule <name>', 'learning rate: constant or one-cycle', oneOf(['constant', 'one-cycle']), 'one-cycle')
    .option('--workers <n>', 'workers that share a step (default: --threads)', wholeNumber({ least: 1 }))
    .option('--resume', 'go on with the run in the folder', false)
    .option('--overwrite', 'replace the run in the folder', false)
    .action((screen: string, options: TrainOptions) => runTraining(screen, options, console));

/** Accepts what {@link parseBalance} reads. */
function balance(text: string): string {
  if (!parseBalance(text))
    throw new InvalidArgumentError('Expected none, weights, or cap=N with a whole N of at least 1.');
  return text;
}

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
  const { pooling } = record.options;
  const network = { channels: record.channels.length, classes: record.classes.length, pooling };
  const initial = state ? undefined : await firstParameters(record, { network, console });
  const pool = createNodeSessionPool({ workers, threads: Math.max(1, Math.floor(options.threads / workers)) });
  const inputs: TrainingInputs = {
    options: {
      ...record.options,
      balance: parseBalance(record.options.balance)!,
      thresholdRate: record.options.thresholdLearningRate / record.options.learningRate,
      network,
      normalization: record.normalization,
    },
    fields: pick('train'),
    validation: pick('validation'),
    read: (key) => source.read(fields[key]!),
    pool,
    createSession: createNodeSession,
    state,
    initial,
  };
  try {
    const last = await followTraining(inputs, { record, folder: options.out, console });
    const known = new Set(skipped.map(({ imageNumber }) => imageNumber));
    const skippedNow = [...skipped, ...source.skipped().filter(({ imageNumber }) => !known.has(imageNumber))];
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
      head: record.options.head,
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
