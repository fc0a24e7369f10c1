import { MilscopeError } from '../errors.ts';
import type { ReadFiles } from '../files/files.ts';
import { dirname, extname } from '../files/paths.ts';
import { screenConversion } from '../image/foreign/conversion.ts';
import { kindOfImage } from '../image/foreign/foreign.ts';

/** What a screen may be, in a few words. */
const SCREENS = 'a table of fields, an OME-Zarr plate, or a folder of images';

/**
 * Lets a file pass that may be a table of fields.
 *
 * @throws BadTable for an image of any kind and for a model, whose bytes would be read as text
 */
export async function requireNoImage(file: string, files: Pick<ReadFiles, 'read'>): Promise<void> {
  if (extname(file).toLowerCase() === '.onnx') {
    throw new MilscopeError('BadTable', {
      file,
      problem: 'this is a model and not a screen',
      expected: SCREENS,
      remedy: 'where a command takes both, the model comes first and the screen second: are they swapped?',
    });
  }
  const image = await kindOfImage(file, files).catch(() => undefined);
  if (image === undefined) return;
  const { what, foreign } = image;
  throw new MilscopeError('BadTable', {
    file,
    problem: `this is ${what}, an image and not a screen`,
    expected: SCREENS,
    remedy:
      foreign === undefined
        ? `give the folder that it is in, ${dirname(file)}, or a table that names it`
        : screenConversion(file, foreign),
  });
}

/** The error for the folder of a run, which was given as a screen; undefined for any other. */
export function runFolderError(folder: string, paths: readonly string[]): MilscopeError | undefined {
  if (!paths.includes('model.onnx') || !paths.includes('run.json')) return undefined;
  return new MilscopeError('BadTable', {
    file: folder,
    problem: 'this is the folder of a run, with its model, and not a screen',
    expected: SCREENS,
    remedy: 'where a command takes both, the model comes first and the screen second: are they swapped?',
  });
}
