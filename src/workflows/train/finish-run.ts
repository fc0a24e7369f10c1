import type { Console } from '../../cli/console.ts';
import { Ended } from '../../cli/ended.ts';
import type { Metrics } from '../../evaluation/evaluate.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { encodeModelFile, type ModelDescription } from '../../network/model-file.ts';
import { createNodeSessionPool } from '../../onnx/node/session-pool.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import { labelParts } from '../../screen/label-sets.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { matchPlates } from '../../screen/plates.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { formatSkipped } from '../../screen/skipped.ts';
import { parseBalance } from '../../training/balance.ts';
import type { TrainingInputs } from '../../training/inputs.ts';
import { runFiles } from '../shared/run-folder.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
import type { Begun } from './begin-run.ts';
import { createCellSource } from './cell-source.ts';
import { validatedThresholds } from './choose-thresholds.ts';
import { firstParameters } from './first-parameters.ts';
import { followTraining } from './follow-training.ts';
import { evaluateHeldOut } from './held-out.ts';

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
  /** Fields that could not be read, which `skipped.csv` of the run names. */
  readonly skipped: number;
  /** In words, which fields the metrics are of. */
  readonly tested: string;
  /** Nothing where no field was held out or validated. */
  readonly metrics: Metrics | undefined;
}

/** Validation cells that are computed together. */
const CELLS_TOGETHER = 32;

/**
 * Trains a run that is begun to its end and writes what comes of it into `folder`: the model, and what it says of the
 * tested fields. Throws `Ended` when the user interrupts it.
 */
export async function finishRun(
  { record, skipped, state }: Begun,
  {
    screen,
    cells,
    folder,
    threads,
    workers,
    fleeting = false,
    console,
  }: {
    screen: Screen;
    /** The cells of a run on cells. */
    cells?: TrainingCells['byImage'] | undefined;
    folder: string;
    threads: number;
    workers: number;
    /** Whether nothing that is said of its progress stays, see `createProgress`. */
    fleeting?: boolean;
    console: Console;
  },
): Promise<TrainResult> {
  const files = runFiles(folder);
  const byNumber = new Map(screen.fields.map((field) => [field.imageNumber, field]));
  const fields = record.fields.map(({ imageNumber }) => byNumber.get(imageNumber)!);
  const source = createFieldSource(
    screen,
    {
      // Cells are kept, and their fields read but once.
      ...(cells && { cacheBytes: 0 }),
      onSkip: ({ message }) => console.err(`left out from now on: ${message}\n`),
    },
    nodeAccess,
  );
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
  const shown =
    cells && (await createCellSource(record, { fields, byImage: cells, source, adjust, threads, fleeting, console }));
  const { pooling } = record.options;
  const network = { channels: record.channels.length, classes: record.classes.length, pooling };
  const initial = state ? undefined : await firstParameters(record, { network, console });
  const pool = createNodeSessionPool({ workers, threads: Math.max(1, Math.floor(threads / workers)) });
  const inputs: TrainingInputs = {
    options: {
      ...record.options,
      balance: parseBalance(record.options.balance)!,
      thresholdRate: record.options.thresholdLearningRate / record.options.learningRate,
      network,
      normalization,
      ...(shown && { validationBatch: CELLS_TOGETHER }),
    },
    fields: shown ? shown.cellsOf(pick('train')) : pick('train'),
    validation: shown ? shown.cellsOf(pick('validation')) : pick('validation'),
    read: shown ? shown.read : (key) => read(fields[key]!),
    pool,
    state,
    initial,
  };
  try {
    const last = await followTraining(inputs, { record, folder, fleeting, console });
    const nameOf = ({ imageNumber, tag }: Begun['skipped'][number]) => `${imageNumber} ${tag}`;
    const known = new Set(skipped.map(nameOf));
    const skippedNow = [...skipped, ...source.skipped().filter((entry) => !known.has(nameOf(entry)))];
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
      ...(record.options.enlarge > 1 && { enlarge: record.options.enlarge }),
      ...(record.options.cells && { cellSize: record.options.cells.size }),
      run: record.hash,
    };
    const { parameters } = last.best!;
    const thresholds = await validatedThresholds(parameters, about, { ...inputs, placeOf: shown?.placeOf });
    const model = encodeModelFile(parameters, { ...about, ...(thresholds && { thresholds }) });
    await writeWhole(files.model, model);
    const heldOut = await evaluateHeldOut({
      ...{ model, record, thresholds, screen, fields, cells, source, adjust, pool, folder },
    });
    return {
      run: folder,
      model: files.model,
      hash: record.hash,
      epochs: record.options.epochs,
      bestEpoch: last.best!.epoch,
      skipped: skippedNow.length,
      ...(thresholds && { thresholds: Object.fromEntries(about.classes.map((name, k) => [name, thresholds[k]!])) }),
      ...heldOut,
    };
  } finally {
    await pool.release();
  }
}
