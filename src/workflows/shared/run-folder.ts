import * as z from 'zod';
import { MilscopeError, named } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import { isThere, readText } from '../../files/read-text.ts';
import { cellWindow } from '../../network/model-file.ts';
import { normalizationFields } from '../../network/normalization-fields.ts';
import { POOLING_NAMES } from '../../network/pooling/poolings.ts';
import { recipeFields } from '../../network/recipe.ts';
import { seenIntensitiesFields } from '../../network/seen-intensities-fields.ts';
import { PLATE_MEASURES } from '../../pixels/normalization.ts';
import { screenFields } from '../request-fields.ts';

/** The files of a run folder. */
export function runFiles(folder: string) {
  return {
    model: join(folder, 'model.onnx'),
    run: join(folder, 'run.json'),
    epochs: join(folder, 'metrics.jsonl'),
    predictions: join(folder, 'predictions.csv'),
    metrics: join(folder, 'metrics.json'),
    skipped: join(folder, 'skipped.csv'),
    checkpoint: join(folder, 'checkpoint', 'state.safetensors'),
  };
}

/** How training steps are computed: as one graph, or as a chain of convolutions in blocks of channels. */
export const STEP_PLANS = ['reference', 'blocked'] as const;
export type StepPlan = (typeof STEP_PLANS)[number];

/** What an instance is, and what is shown to the network: see `train`. */
export const INSTANCES = ['positions', 'foreground', 'cells', 'cropped-cells'] as const;
export type InstanceKind = (typeof INSTANCES)[number];

/** What a bag of cells is: those of a field, or those of a well. */
export const BAGS = ['field', 'well'] as const;
export type BagKind = (typeof BAGS)[number];

const numbers = z.array(z.number());

/** What `run.json` holds: everything that decides what is learned, and where it came from. */
export const runRecord = z.object({
  milscope: z.string(),
  versions: z.record(z.string(), z.string()),
  started: z.string(),
  command: z.array(z.string()),
  /** Where the command ran: paths of the record are meant from there. Runs of earlier versions and of programs may lack it. */
  folder: z.string().optional(),
  screen: z.string(),
  label: z.string(),
  classes: z.array(z.string()),
  channels: z.array(z.string()),
  ...recipeFields,
  options: z.object({
    /** The model that the weights were taken over from. */
    from: z.object({ file: z.string(), sha256: z.string() }).nullable(),
    pooling: z.enum(POOLING_NAMES),
    sharpness: z.number(),
    head: z.enum(['softmax', 'sigmoid']),
    holdout: z.array(z.string()),
    fraction: z.number(),
    validation: z.number(),
    epochs: z.number(),
    balance: z.string(),
    batch: z.number(),
    microBatch: z.number(),
    crop: z.number(),
    /** Side of the crops of the first epochs; runs on cells, and of earlier versions, have none. */
    firstCrop: z.number().optional(),
    enlarge: z.number().default(1),
    learningRate: z.number(),
    thresholdLearningRate: z.number(),
    /** Dropout as a share of that of the paper. */
    dropout: z.number().default(1),
    schedule: z.enum(['constant', 'one-cycle']),
    jitter: z.number(),
    averaging: z.number(),
    /** The cells that were trained on in place of fields, see `planCells`. */
    cells: z
      .object({
        file: z.string(),
        sha256: z.string(),
        /** How they were found, where no table says where they are. */
        nuclei: z.object({ channel: z.string(), diameter: z.number().optional() }).optional(),
        /** Side of the square around a cell, and how far off the middle it may be seen (pixels). */
        size: z.number(),
        shift: z.number(),
        /** How their neighbours are hidden, where cells are instances. */
        window: cellWindow.optional(),
        /** How many cells of a field, or of a bag, an epoch shows and how many of a field a training uses, at most. */
        perField: z.number(),
        kept: z.number(),
      })
      .nullable(),
    /** The cells that say which positions are pooled, where only those that hold cells are. */
    foreground: z
      .object({
        file: z.string(),
        sha256: z.string(),
        /** How they were found, where no table says where they are. */
        nuclei: z.object({ channel: z.string(), diameter: z.number().optional() }).optional(),
      })
      .optional(),
    /** What an instance is; runs of earlier versions on cells showed each as a field of its own. */
    instances: z.enum(INSTANCES).optional(),
    /** What a bag is, where instances are cells. */
    bag: z.enum(BAGS).optional(),
    /** How the screen was read, where that was said. */
    screen: z.object(screenFields).optional(),
    /** What was said of the control wells, and of how plates are described, where it was. */
    controlColumn: z.string().optional(),
    negative: z.array(z.string()).optional(),
    positive: z.array(z.string()).optional(),
    plateMeasure: z.enum(PLATE_MEASURES).optional(),
    seed: z.number(),
    workers: z.number(),
    /** How steps are computed; runs of earlier versions know one way. */
    plan: z.enum(STEP_PLANS).default('reference'),
  }),
  /**
   * Where the run was resumed on machines that could not go on as it was planned: from this epoch on, steps are computed in
   * another way. Such a run cannot be repeated to the same bytes.
   */
  planChanges: z
    .array(
      z.object({
        epoch: z.number(),
        from: z.enum(STEP_PLANS),
        to: z.enum(STEP_PLANS),
        /** The micro-batch from then on. */
        microBatch: z.number(),
        reason: z.string(),
      }),
    )
    .optional(),
  /** How the epoch that is kept is chosen, and why; runs of earlier versions chose by any validation field. */
  validation: z.object({ by: z.enum(['validation', 'last']), words: z.string() }).optional(),
  normalization: normalizationFields,
  /** Which intensities the training fields had. */
  intensities: seenIntensitiesFields.optional(),
  /** Mean and deviation of every plate, or what stands for them, where plates are made alike. */
  plates: z.record(z.string(), z.object({ mean: numbers, deviation: numbers })).optional(),
  /** SHA-256 of what says which fields the screen has: its tables one after the other, or the names of its files. */
  table: z.string(),
  /** SHA-256 of options and inputs together: the name of the run. */
  runHash: z.string(),
  fields: z.array(
    z.object({
      imageNumber: z.number(),
      split: z.enum(['train', 'validation', 'test']),
      /** Whether it is tested although it is not held out. */
      tested: z.literal(true).optional(),
      label: z.string(),
      well: z.string(),
      batch: z.string().optional(),
      /** How many cells it has, where cells are trained on. */
      cells: z.number().optional(),
      channelMeans: numbers,
      files: z.array(z.object({ file: z.string(), sha256: z.string().nullable() })),
    }),
  ),
});

export type RunRecord = z.infer<typeof runRecord>;

/** What an instance of a run is. */
export function instancesOf({ instances, cells }: Pick<RunRecord['options'], 'instances' | 'cells'>): InstanceKind {
  return instances ?? (cells ? 'cropped-cells' : 'positions');
}

/** How many cells of a bag a step sees, where instances are cells. */
export function cellsPerBag(options: Pick<RunRecord['options'], 'instances' | 'cells'>): number | undefined {
  return instancesOf(options) === 'cells' ? options.cells!.perField : undefined;
}

/** Writes `run.json`. */
export async function writeRunRecord(folder: string, record: RunRecord, files: Files): Promise<void> {
  await files.write(runFiles(folder).run, `${JSON.stringify(record, undefined, 1)}\n`);
}

/** Reads `run.json`. @throws ResumeMismatch when the folder has none or it cannot be understood */
export async function readRunRecord(folder: string, files: Files): Promise<RunRecord> {
  const file = runFiles(folder).run;
  try {
    return runRecord.parse(JSON.parse(await readText(file, files)));
  } catch (cause) {
    const missing = (cause as { code?: string }).code === 'ENOENT';
    throw new MilscopeError('ResumeMismatch', {
      file,
      problem: missing ? 'there is no run to go on with' : 'the record of the run cannot be understood',
      remedy: missing ? `leave ${named('resume')} out to start one` : `start anew with ${named('overwrite')}`,
      cause,
    });
  }
}

/** One line of `metrics.jsonl`. */
export interface EpochLine {
  readonly epoch: number;
  readonly trainingLoss: number;
  readonly trainingAccuracy: number;
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  readonly learningRate: number;
  /** Whether each cell was a bag by itself: then loss and accuracy are of cells. */
  readonly alone?: true;
  /** Whether what follows the features of cells was settled after its last step. */
  readonly settled?: true;
  /** Whether its weights are kept until another epoch is better. */
  readonly best: boolean;
  readonly seconds: number;
}

/** Keeps `metrics.jsonl`, whole at any moment; lines of epochs from `from` on are forgotten. */
export async function openEpochLog(folder: string, { from }: { from: number }, files: Files) {
  const file = runFiles(folder).epochs;
  const before = from > 1 && (await isThere(file, files)) ? (await readText(file, files)).trim().split('\n') : [];
  const lines = before.filter((line) => line !== '' && (JSON.parse(line) as EpochLine).epoch < from);
  return async (line: EpochLine): Promise<void> => {
    lines.push(JSON.stringify(line));
    await files.write(file, `${lines.join('\n')}\n`);
  };
}
