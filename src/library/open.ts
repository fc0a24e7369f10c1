import { writeOptions } from '../errors.ts';
import { nodeAccess } from '../screen/node/access.ts';
import { readScreen } from '../screen/read-screen.ts';
import type { Screen } from '../screen/screen.ts';
import type { ScreenOptions } from '../screen/screen-options.ts';
import type { OpenModel } from '../workflows/opened.ts';
import { openModel as readModel } from '../workflows/shared/open-model.ts';

/** A model that was read from a file. */
export interface Model extends OpenModel {
  readonly path: string;
}

/**
 * Reads what a screen is: its fields, channels and metadata. No pixel is decoded.
 *
 * @param path a table in the columns of LoadData, an OME-Zarr plate, or a folder of images as a microscope names them
 * @throws MissingFile, EmptyTable, MissingColumn, BadTable and others, see `MilscopeError`
 */
export async function openScreen(path: string, options: ScreenOptions = {}): Promise<Screen> {
  const { notes, questions, ...screen } = await readScreen(path, options, nodeAccess);
  return {
    ...screen,
    ...(notes && { notes: notes.map((note) => writeOptions(note)) }),
    ...(questions && {
      questions: questions.map(({ problem, remedy }) => ({
        problem: writeOptions(problem),
        remedy: writeOptions(remedy),
      })),
    }),
  };
}

/** Reads a model file. @throws MissingFile where there is none, BadModel where it is not one of milscope's */
export async function openModel(path: string): Promise<Model> {
  return { path, ...(await readModel(path, nodeAccess)) };
}
