import { MilscopeError } from '../../errors.ts';
import type { ReadFiles } from '../../files/files.ts';
import { kindOfImage } from '../../image/foreign/foreign.ts';

const MODEL = 'the model.onnx of a run folder';
const SWAPPED = 'where a command takes both, the model comes first and the screen second: are they swapped?';

/** The error for a file that was given as a model and is another thing that users have; undefined where that is not known. */
export async function notAModel(file: string, files: Pick<ReadFiles, 'read'>): Promise<MilscopeError | undefined> {
  const image = await kindOfImage(file, files).catch(() => undefined);
  const what = image === undefined ? tableKind(file) : `${image.what}, an image`;
  if (what === undefined) return undefined;
  return new MilscopeError('BadModel', {
    file,
    problem: `this is ${what} and not a model`,
    expected: MODEL,
    remedy: SWAPPED,
  });
}

function tableKind(file: string): string | undefined {
  if (/\.(csv|tsv|txt|xlsx?|parquet)$/i.test(file)) return 'a table';
  return undefined;
}
