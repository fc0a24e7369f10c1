import type { Metrics } from '../evaluation/evaluate.ts';
import { writeWhole } from '../image/write-whole.ts';
import { encodeModelFile, type ModelDescription } from '../network/model-file.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { labelParts } from '../screen/label-sets.ts';
import { readScreen } from '../screen/read-screen.ts';
import type { Field } from '../screen/screen.ts';
import { formatSkipped } from '../screen/skipped.ts';
import { parseBalance } from '../training/balance.ts';
import type { TrainingInputs } from '../training/trainer.ts';
import { refuseExisting, resumeRun, startRun, type TrainOptions } from './begin-run.ts';
import { validatedThresholds } from './choose-thresholds.ts';
import type { Console } from './console.ts';
import { Ended } from './ended.ts';
import { createFieldSource } from './field-source.ts';
import { firstParameters } from './first-parameters.ts';
import { followTraining } from './follow-training.ts';
import { evaluateHeldOut } from './held-out.ts';
import { matchPlates } from './plates.ts';
import { runFiles } from './run-folder.ts';

/** A training that came to its end. */
export interface TrainResult {
  /** The run folder. */
  readonly run: string;
  readonly model: string;
  /** SHA-256 of the options and inputs. */
  readonly hash: string;
  readonly epochs: number;
  readonly bestEpoch: number;
  /** The probability from which on each class is a label; only with sigmoids. */
  readonly thresholds?: Readonly<Record<string, number>>;
  /** In words, which fields the metrics are of. */
  readonly tested: string;
  /** Nothing where no field was held out or validated. */
  readonly metrics: Metrics | undefined;
}

/**
 * Trains into `options.out`, or goes on with the run there, and tests the model on what was held out. Throws `Ended` when
 * the user interrupts it.
 */
export async function runTraining(screenPath: string, options: TrainOptions, console: Console): Promise<TrainResult> {
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
  const { normalization, plates } = record;
  const adjust = plates && matchPlates(screen, { plates, normalization });
  const read = async (field: Field) => {
    const image = await source.read(field);
    return image && adjust ? adjust(field, image) : image;
  };
  const pick = (split: string) =>
    record.fields.flatMap(({ label, split: of }, key) =>
      of === split ? [{ key, targets: labelParts(label).map((part) => record.classes.indexOf(part)) }] : [],
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
      normalization,
    },
    fields: pick('train'),
    validation: pick('validation'),
    read: (key) => read(fields[key]!),
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
    const about: ModelDescription = {
      version: record.milscope,
      classes: record.classes,
      channels: record.channels,
      pooling: record.options.pooling,
      sharpness: record.options.sharpness,
      head: record.options.head,
      label: record.label,
      normalization,
      run: record.hash,
    };
    const { parameters } = last.best!;
    const thresholds = await validatedThresholds(parameters, about, inputs);
    const model = encodeModelFile(parameters, { ...about, ...(thresholds && { thresholds }) });
    await writeWhole(files.model, model);
    const heldOut = await evaluateHeldOut({
      model,
      record,
      thresholds,
      screen,
      fields,
      source,
      adjust,
      pool,
      folder: options.out,
    });
    return {
      run: options.out,
      model: files.model,
      hash: record.hash,
      epochs: record.options.epochs,
      bestEpoch: last.best!.epoch,
      ...(thresholds && { thresholds: Object.fromEntries(about.classes.map((name, k) => [name, thresholds[k]!])) }),
      ...heldOut,
    };
  } finally {
    await pool.release();
  }
}
