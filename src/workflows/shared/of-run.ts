import { MilscopeError } from '../../errors.ts';
import { kindOf } from '../../files/kind-of.ts';
import { join } from '../../files/paths.ts';
import { isThere } from '../../files/read-text.ts';
import { listed, tablesOf } from '../../tables/folder-as-table.ts';
import type { Host } from '../host.ts';
import { runFiles } from './run-folder.ts';

type Wanted = 'model' | 'predictions';

const words: Readonly<Record<Wanted, readonly [problem: string, remedy: string]>> = {
  model: ['this folder has no model', 'give the folder of a finished run, or a model.onnx'],
  predictions: ['this folder has no predictions', 'give the folder of a finished run, or a table of predictions'],
};

/**
 * The file that a path stands for: of the folder of a run its model or its predictions, and any other path itself.
 *
 * @throws MissingFile for a folder that has no such file
 */
export async function fileOfRun(
  path: string,
  wanted: Wanted,
  { files, opened }: Pick<Host, 'files' | 'opened'>,
): Promise<string> {
  if (opened?.models.has(path) || (await kindOf(path, files)) !== 'folder') return path;
  const file = runFiles(path)[wanted];
  if (await isThere(file, files)) return file;
  const [problem, remedy] = words[wanted];
  const entries = await files.list(path);
  const folders = entries.filter(({ kind }) => kind === 'folder');
  const runs: string[] = [];
  for (const { name } of folders.slice(0, 50)) {
    if (await isThere(runFiles(join(path, name))[wanted], files)) runs.push(name);
  }
  const models = entries.filter(({ name, kind }) => kind === 'file' && /\.onnx$/i.test(name)).map(({ name }) => name);
  const inIt = wanted === 'model' ? models : tablesOf(entries);
  const found =
    runs.length > 0 ? `runs in its folders ${runs.slice(0, 5).join(', ')}` : listed(inIt, wanted) || undefined;
  throw new MilscopeError('MissingFile', { file, problem, found, remedy });
}
