import * as z from 'zod';
import { MilscopeError, named } from '../../errors.ts';
import { type ReferenceField, referenceFields, referenceOfAll } from '../../evaluation/training-use.ts';
import type { Files } from '../../files/files.ts';
import { kindOf } from '../../files/kind-of.ts';
import { dirname, join } from '../../files/paths.ts';
import { describeModel } from '../../network/model-file.ts';
import { listed } from '../../tables/folder-as-table.ts';
import type { RunningHost } from '../host.ts';
import { runsIn } from '../shared/ensemble/model-files.ts';
import { ensembleHash } from '../shared/ensemble/open-ensemble.ts';
import { runFiles } from '../shared/run-folder.ts';
import { placesOfRun } from './places-of-run.ts';

/** What is read of a `run.json`, which holds more. */
const runFile = z.object({
  fields: z.array(
    z.object({
      imageNumber: z.number(),
      split: z.enum(['train', 'validation', 'test']),
      label: z.string(),
      batch: z.string().nullish(),
      well: z.string().nullish(),
      channelMeans: z.array(z.number()).nullish(),
    }),
  ),
  validation: z.object({ by: z.enum(['validation', 'last']) }).nullish(),
});

const REMEDY = `name the folder of a trained run with ${named('run')}`;

/** What tells of which run a table of predictions is. */
interface AskedRun {
  /** The folder of a run, or of several whose models are averaged; or the model in the folder of one. */
  readonly run: string | undefined;
  readonly predictions: string;
  /** Hashes of the models of the table. */
  readonly models: ReadonlySet<string>;
}

/**
 * The fields that a run was trained and validated on, from the `run.json` of the folder `run`; without `run`, of the folder of the
 * table `predictions`, or of the run that its record names. Undefined when there is none, or when the run there is of another model,
 * which is said. Of predictions that average the models of several runs, the folder is that which holds them, and the fields are
 * those of all of them.
 *
 * @throws MissingFile when `run` is given and has none, BadTable when it is not one of milscope's, and BadOption when the
 *   predictions are of another model than that of `run`
 */
export async function readTrainingFields(
  { run, predictions, models }: AskedRun,
  host: Pick<RunningHost, 'files' | 'hash' | 'emit'>,
): Promise<readonly ReferenceField[] | undefined> {
  const { files } = host;
  if (run === undefined) return findTrainingFields({ predictions, models }, host);
  // Whoever names the model of a run means the run.
  const isFile = (await files.status(run))?.kind === 'file';
  const folder = isFile ? dirname(run) : run;
  const averaged = await averagedFields(folder, models, host);
  if (averaged) return averaged;
  await requireRun(folder, host);
  const other = await otherModel({ folder, models }, host);
  if (other !== undefined) throw ofAnotherModel(run, other);
  return readFields(join(folder, 'run.json'), files);
}

async function findTrainingFields(
  { predictions, models }: Omit<AskedRun, 'run'>,
  host: Pick<RunningHost, 'files' | 'hash' | 'emit'>,
): Promise<readonly ReferenceField[] | undefined> {
  let strange: string | undefined;
  for (const folder of await placesOfRun(predictions, host)) {
    const averaged = await averagedFields(folder, models, host);
    if (averaged) return averaged;
    const file = join(folder, 'run.json');
    if ((await host.files.status(file)) === undefined) continue;
    if ((await otherModel({ folder, models }, host)) === undefined) return readFields(file, host.files);
    strange ??= file;
  }
  if (strange === undefined) return undefined;
  const message =
    `${strange} is of another model than the predictions: its training fields are not used; ` +
    `name the run of the model with ${named('run')}`;
  host.emit({ event: 'noted', message });
  return undefined;
}

/** The fields of the runs in a folder, where the predictions are of the average of their models; undefined else. */
async function averagedFields(
  folder: string,
  models: ReadonlySet<string>,
  host: Pick<RunningHost, 'files' | 'hash'>,
): Promise<readonly ReferenceField[] | undefined> {
  if ((await host.files.status(folder))?.kind !== 'folder') return undefined;
  if ((await host.files.status(join(folder, 'run.json'))) !== undefined) return undefined;
  const runs = await averagedRuns(folder, models, host);
  return runs && referenceOfAll(await Promise.all(runs.map((one) => readFields(join(one, 'run.json'), host.files))));
}

/** The runs in the folders of a folder, where the predictions are of the average of their models; undefined else. */
async function averagedRuns(
  folder: string,
  models: ReadonlySet<string>,
  host: Pick<RunningHost, 'files' | 'hash'>,
): Promise<readonly string[] | undefined> {
  const finished = (await runsIn(folder, host)).filter((one) => one.finished).map(({ run }) => run);
  if (finished.length < 2 || models.size !== 1) return undefined;
  const hashes: string[] = [];
  for (const run of finished) hashes.push(await host.hash(host.files.stream(runFiles(run).model)));
  return models.has(await ensembleHash(hashes, host)) ? finished : undefined;
}

/** The fields of a run. @throws MissingFile, BadTable */
async function readFields(file: string, files: Files): Promise<readonly ReferenceField[]> {
  const parsed = runFile.safeParse(await readJson(file, files));
  if (!parsed.success) {
    throw new MilscopeError('BadTable', {
      file,
      problem: 'this is no record of a training run',
      found: z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' '),
      remedy: REMEDY,
    });
  }
  const fields = parsed.data.fields.map(({ batch, well, channelMeans, ...field }) => ({
    ...field,
    batch: batch ?? undefined,
    well: well ?? undefined,
    channelMeans: channelMeans ?? undefined,
  }));
  return referenceFields({ fields, validation: parsed.data.validation });
}

/** Lets a place pass that is no folder, or that of a run. @throws MissingFile with the runs that are in it */
async function requireRun(folder: string, { files }: Pick<RunningHost, 'files'>): Promise<void> {
  const isRun = async (path: string) => (await files.status(join(path, 'run.json'))) !== undefined;
  if ((await isRun(folder)) || (await kindOf(folder, files)) !== 'folder') return;
  const runs: string[] = [];
  for (const { name, kind } of await files.list(folder)) {
    if (kind === 'folder' && (await isRun(join(folder, name)))) runs.push(name);
  }
  throw new MilscopeError('MissingFile', {
    file: join(folder, 'run.json'),
    option: 'run',
    problem: 'this folder is not that of a trained run',
    found: runs.length > 0 ? `runs in its folders ${listed(runs, 'run')}` : undefined,
    expected: 'the folder of a run, with its run.json',
    remedy: runs.length > 0 ? `give ${named('run')} ${join(folder, runs[0]!)}` : REMEDY,
  });
}

/** The hash of the model in a folder, when none of the predictions is of it; undefined where that cannot be told. */
async function otherModel(
  { folder, models }: { folder: string; models: ReadonlySet<string> },
  { files, hash }: Pick<RunningHost, 'files' | 'hash'>,
): Promise<{ readonly model: string; readonly found: string; readonly expected: string } | undefined> {
  const { model } = runFiles(folder);
  if (models.size === 0 || (await files.status(model))?.kind !== 'file') return undefined;
  const expected = await hash(files.stream(model));
  if (models.has(expected) || (await isInWholeNumbers({ folder, models, model }, { files, hash }))) return undefined;
  return { model, found: [...models][0]!, expected };
}

/** Whether the predictions are of the model of the folder in whole numbers, in a file beside it. */
async function isInWholeNumbers(
  { folder, models, model }: { folder: string; models: ReadonlySet<string>; model: string },
  { files, hash }: Pick<RunningHost, 'files' | 'hash'>,
): Promise<boolean> {
  const about = async (path: string) => describeModel(await files.read(path), path);
  const known = await about(model).catch(() => undefined);
  if (!known) return false;
  for (const { name, kind } of await files.list(folder)) {
    const path = join(folder, name);
    if (kind !== 'file' || !name.endsWith('.onnx') || path === model) continue;
    if (!models.has(await hash(files.stream(path)))) continue;
    const { int8, run } = await about(path);
    return int8 !== undefined && run === known.run;
  }
  return false;
}

function ofAnotherModel(
  run: string,
  { model, found, expected }: { model: string; found: string; expected: string },
): MilscopeError {
  const short = (hash: string) => (hash.length > 12 ? `${hash.slice(0, 12)}…` : hash);
  return new MilscopeError('BadOption', {
    option: `run ${run}`,
    problem: 'the predictions are of another model than that of this run',
    found: `MIL_Model ${short(found)}`,
    expected: `${short(expected)}, the SHA-256 of ${model}`,
    remedy: `with ${named('run')}, name the run of the model that made the predictions, or leave it out; a model in whole numbers belongs in the folder of its run`,
  });
}

async function readJson(file: string, files: Files): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await files.read(file)));
  } catch (cause) {
    const missing = (cause as { code?: string }).code === 'ENOENT';
    throw new MilscopeError(missing ? 'MissingFile' : 'BadTable', {
      file,
      problem: missing ? 'there is no such file' : 'the file cannot be read as JSON',
      found: missing ? undefined : (cause as Error).message,
      remedy: REMEDY,
      cause,
    });
  }
}
