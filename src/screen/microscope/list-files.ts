import { MilscopeError } from '../../errors.ts';
import type { Files, FolderEntry } from '../../files/files.ts';
import { join } from '../../files/paths.ts';

/** Folders within folders that are looked into, at most. */
const DEEPEST = 16;

/**
 * The paths of all files in a folder and in those within it, from the folder on, with `/`, sorted. Links are followed, but
 * no folder is entered twice. Names that begin with a dot are passed over.
 *
 * @throws BadTable for a folder that cannot be opened.
 */
export async function listFiles(folder: string, files: Files): Promise<readonly string[]> {
  const found: string[] = [];
  const entered = new Set<string>();
  const enter = async (path: string, depth: number): Promise<void> => {
    const place = join(folder, path);
    const real = (await files.real?.(place)) ?? place;
    if (entered.has(real) || depth > DEEPEST) return;
    entered.add(real);
    for (const { name, kind } of await list(place, files)) {
      if (name.startsWith('.')) continue;
      const own = path === '' ? name : `${path}/${name}`;
      if (kind === 'folder') await enter(own, depth + 1);
      else found.push(own);
    }
  };
  await enter('', 0);
  return found.sort();
}

async function list(folder: string, files: Files): Promise<readonly FolderEntry[]> {
  try {
    return await files.list(folder);
  } catch (cause) {
    throw new MilscopeError('BadTable', {
      file: folder,
      problem: 'the folder cannot be opened',
      found: (cause as { code?: string }).code,
      remedy: 'see to its permissions, or give a folder without it',
      cause,
    });
  }
}
