import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { isMilscopeError, MilscopeError } from '../../errors.ts';
import { exists } from '../../files/exists.ts';
import type { Validation } from '../../report/bioimage/documentation.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import type { OpenModel } from '../opened.ts';
import { openModel } from '../shared/open-model.ts';
import { type RunRecord, readRunRecord, runFiles } from '../shared/run-folder.ts';

/** A model, and what is known of its training. */
export interface TrainedModel extends OpenModel {
  readonly path: string;
  /** Nothing where no run of this model is around it. */
  readonly run: RunRecord | undefined;
  /** Nothing where no field was tested. */
  readonly validation: Validation | undefined;
  /** When the training began, or else when the file was written; seconds since 1970. */
  readonly time: number;
}

/**
 * Opens the model of a run folder, or a model file; what the folder around it says counts as long as it is of the run that
 * the model names.
 *
 * @throws MissingFile, BadModel
 */
export async function openTrainedModel(path: string): Promise<TrainedModel> {
  const folder = await stat(path).then(
    (found) => (found.isDirectory() ? path : undefined),
    () => undefined,
  );
  if (folder !== undefined && !(await exists(runFiles(folder).model))) {
    throw new MilscopeError('MissingFile', {
      file: join(folder, 'model.onnx'),
      problem: 'the folder has no model',
      remedy: 'give the folder of a run that came to its end, or a model.onnx',
    });
  }
  const file = folder === undefined ? path : runFiles(folder).model;
  const model = await openModel(file, nodeAccess);
  const run = await runOf(model, dirname(file));
  const started = Date.parse(run?.started ?? '');
  const time = Number.isNaN(started) ? (await stat(file)).mtimeMs : started;
  return {
    ...model,
    path: file,
    run,
    validation: run && (await validationOf(run, dirname(file))),
    time: Math.floor(time / 1000),
  };
}

async function runOf({ about }: OpenModel, folder: string): Promise<RunRecord | undefined> {
  try {
    const record = await readRunRecord(folder, nodeAccess.files);
    return record.hash === about.run ? record : undefined;
  } catch (error) {
    if (isMilscopeError(error, 'ResumeMismatch')) return undefined;
    throw error;
  }
}

const interval = z.object({ low: z.number(), high: z.number(), method: z.string() });
const share = z.number().nullable();
const baseline = z.object({ n: z.number(), correct: share, accuracy: share, how: z.string() });

/** The figures of `metrics.json` that stand in a package. */
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

async function validationOf({ fields, options }: RunRecord, folder: string): Promise<Validation | undefined> {
  const file = runFiles(folder).metrics;
  if (!(await exists(file))) return undefined;
  const parsed = figures.safeParse(parseJson(await readFile(file, 'utf8')));
  if (!parsed.success) return undefined;
  const count = (split: string) => fields.filter((field) => field.split === split).length;
  const split = { train: count('train'), validation: count('validation'), test: count('test') };
  return { metrics: parsed.data, split: { ...split, holdout: options.holdout, fraction: options.fraction } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
