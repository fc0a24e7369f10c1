import * as z from 'zod';
import { isMilscopeError } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { dirname } from '../../files/paths.ts';
import type { Validation } from '../../report/bioimage/documentation.ts';
import type { Host } from '../host.ts';
import type { OpenModel } from '../opened.ts';
import { fileOfRun } from '../shared/of-run.ts';
import { openModel } from '../shared/open-model.ts';
import { type RunRecord, readRunRecord, runFiles } from '../shared/run-folder.ts';

/** A model, and what is known of its training. */
export interface TrainedModel extends OpenModel {
  readonly path: string;
  /** Undefined where it does not lie in the folder of its run. */
  readonly run: RunRecord | undefined;
  /** Undefined where no field was tested. */
  readonly validation: Validation | undefined;
  /** When the training began, or else when the file was written; seconds since 1970. */
  readonly time: number;
}

/**
 * Opens the model of a run folder, or a model file, with what the folder around it says, as long as that is of the run
 * that the model names.
 *
 * @throws MissingFile, BadModel
 */
export async function openTrainedModel(path: string, host: Host): Promise<TrainedModel> {
  const { files } = host;
  const file = await fileOfRun(path, 'model', host);
  const status = await files.status(file);
  const model = await openModel(file, host);
  const run = await runOf(model, dirname(file), files);
  const started = Date.parse(run?.started ?? '');
  const time = Number.isNaN(started) ? (status?.changed ?? 0) : started;
  return {
    ...model,
    path: file,
    run,
    validation: run && (await validationOf(run, dirname(file), files)),
    time: Math.floor(time / 1000),
  };
}

async function runOf({ about }: OpenModel, folder: string, files: Files): Promise<RunRecord | undefined> {
  try {
    const record = await readRunRecord(folder, files);
    return record.runHash === about.run ? record : undefined;
  } catch (error) {
    if (isMilscopeError(error, 'ResumeMismatch')) return undefined;
    throw error;
  }
}

const interval = z.object({ low: z.number(), high: z.number(), method: z.string() });
const share = z.number().nullable();
const baseline = z.object({ n: z.number(), correct: share, accuracy: share, how: z.string() });

/** The figures of `metrics.json` that are part of a package. */
const figures = z.object({
  labels: z.enum(['one', 'several']),
  images: z.object({
    n: z.number(),
    correct: z.number(),
    accuracy: z.number(),
    meanClassAccuracy: z.number(),
    meanAveragePrecision: z.number(),
    interval95: z.object({ accuracy: interval, meanClassAccuracy: interval }),
    usedInTraining: share,
  }),
  treatments: z.object({ total: z.number(), correct: z.number(), accuracy: share, interval95: interval.nullable() }),
  perClass: z.array(
    z.object({
      class: z.string(),
      n: z.number(),
      correct: z.number(),
      recall: share,
      precision: share,
      f1: share,
      averagePrecision: share,
    }),
  ),
  baselines: z.object({ majorityClass: baseline, meanIntensity: baseline, batchAlone: baseline }),
});

async function validationOf(
  { fields, options, validation }: RunRecord,
  folder: string,
  files: Files,
): Promise<Validation | undefined> {
  const file = runFiles(folder).metrics;
  if ((await files.status(file)) === undefined) return undefined;
  const parsed = figures.safeParse(parseJson(new TextDecoder().decode(await files.read(file))));
  if (!parsed.success) return undefined;
  const count = (split: string) => fields.filter((field) => field.split === split).length;
  const split = {
    train: count('train'),
    validation: count('validation'),
    test: count('test'),
    chose: validation?.by !== 'last',
  };
  return { metrics: parsed.data, split: { ...split, holdout: options.holdout, fraction: options.fraction } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
