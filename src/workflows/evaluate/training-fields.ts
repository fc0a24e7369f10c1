import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { MilscopeError } from '../../errors.ts';
import type { ReferenceField } from '../../evaluation/evaluate.ts';

/** What is read of a `run.json`; whatever else it holds is let pass. */
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

/**
 * The fields that a run was trained and validated on, from the `run.json` of the folder `run`, or of the folder in which
 * `predictions` stand; undefined when that has none. Throws `MissingFile` when `run` is given and has none, `BadTable`
 * when it is not one of milscope's.
 */
export async function readTrainingFields({
  run,
  predictions,
}: {
  run: string | undefined;
  predictions: string;
}): Promise<readonly ReferenceField[] | undefined> {
  const file = join(run ?? dirname(predictions), 'run.json');
  if (run === undefined && !(await exists(file))) return undefined;
  const parsed = runFile.safeParse(await readJson(file));
  if (!parsed.success) {
    throw new MilscopeError('BadTable', {
      file,
      problem: 'this is no record of a training run',
      found: z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' '),
      remedy: 'name the folder that "milscope train" wrote with --run',
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

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const missing = (cause as { code?: string }).code === 'ENOENT';
    throw new MilscopeError(missing ? 'MissingFile' : 'BadTable', {
      file,
      problem: missing ? 'there is no such file' : 'the file cannot be read as JSON',
      found: missing ? undefined : (cause as Error).message,
      remedy: 'name the folder that "milscope train" wrote with --run',
      cause,
    });
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
