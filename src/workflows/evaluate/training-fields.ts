import * as z from 'zod';
import { MilscopeError, named } from '../../errors.ts';
import type { ReferenceField } from '../../evaluation/evaluate.ts';
import type { Files } from '../../files/files.ts';
import { dirname, join } from '../../files/paths.ts';

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
});

const REMEDY = `name the folder of a trained run with ${named('run')}`;

/**
 * The fields that a run was trained and validated on, from the `run.json` of the folder `run`, or of the folder of the table
 * `predictions`; undefined when that has none.
 *
 * @throws MissingFile when `run` is given and has none, BadTable when it is not one of milscope's
 */
export async function readTrainingFields(
  { run, predictions }: { run: string | undefined; predictions: string },
  files: Files,
): Promise<readonly ReferenceField[] | undefined> {
  const file = join(run ?? dirname(predictions), 'run.json');
  if (run === undefined && (await files.status(file)) === undefined) return undefined;
  const parsed = runFile.safeParse(await readJson(file, files));
  if (!parsed.success) {
    throw new MilscopeError('BadTable', {
      file,
      problem: 'this is no record of a training run',
      found: z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' '),
      remedy: REMEDY,
    });
  }
  return parsed.data.fields
    .filter(({ split }) => split !== 'test')
    .map(({ imageNumber, label, batch, well, channelMeans }) => ({
      imageNumber,
      label,
      batch: batch ?? undefined,
      well: well ?? undefined,
      channelMeans: channelMeans ?? undefined,
    }));
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
