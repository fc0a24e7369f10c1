import { MilscopeError } from '../../../errors.ts';
import { kindOf } from '../../../files/kind-of.ts';
import { join } from '../../../files/paths.ts';
import { isThere } from '../../../files/read-text.ts';
import type { Host } from '../../host.ts';
import { fileOfRun } from '../of-run.ts';
import { runFiles } from '../run-folder.ts';

/** The runs in the folders of a folder, as `train --seeds` makes them, by name; those that are not finished have no model. */
export async function runsIn(
  folder: string,
  { files }: Pick<Host, 'files'>,
): Promise<readonly { readonly run: string; readonly finished: boolean }[]> {
  if ((await kindOf(folder, files)) !== 'folder') return [];
  const names = (await files.list(folder)).filter(({ kind }) => kind === 'folder').map(({ name }) => name);
  const runs: { run: string; finished: boolean }[] = [];
  for (const name of names.toSorted(new Intl.Collator('en', { numeric: true }).compare)) {
    const run = join(folder, name);
    const finished = await isThere(runFiles(run).model, files);
    if (finished || (await isThere(runFiles(run).run, files))) runs.push({ run, finished });
  }
  return runs;
}

/**
 * The model files that paths stand for: of a run its model, of a folder of runs the models of all, and any other path itself.
 *
 * @throws MissingFile for a folder that has neither, and BadOption for one of whose runs some are not finished
 */
export async function modelFiles(
  paths: readonly string[],
  host: Pick<Host, 'files' | 'opened'>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const isOpened = host.opened?.models.has(path) ?? false;
    const isOne = isOpened || (await isThere(runFiles(path).model, host.files));
    const runs = isOne ? [] : await runsIn(path, host);
    const open = runs.find(({ finished }) => !finished);
    if (open && runs.some(({ finished }) => finished)) {
      throw new MilscopeError('BadOption', {
        file: open.run,
        option: `model ${path}`,
        problem: 'a run of this folder is not finished, and has no model',
        remedy: 'go on with its training, or name the runs that are to be averaged one by one',
      });
    }
    if (runs.some(({ finished }) => finished)) found.push(...runs.map(({ run }) => runFiles(run).model));
    else found.push(await fileOfRun(path, 'model', host));
  }
  return found;
}

/** A request whose model is the file of one, where its paths stand for one model only. @throws what {@link modelFiles} throws */
export async function nameModel<
  Request extends { readonly model: string; readonly also?: readonly string[] | undefined },
>(request: Request, host: Pick<Host, 'files' | 'opened'>): Promise<Request> {
  const { model, also = [] } = request;
  const [first, ...others] = await modelFiles([model, ...also], host);
  return others.length === 0 ? { ...request, model: first! } : request;
}
