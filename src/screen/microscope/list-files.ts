import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MilscopeError } from '../../errors.ts';

/** Folders within folders that are looked into, at most. */
const DEEPEST = 16;

/**
 * The paths of all files in a folder and in those within it, from the folder on, with `/`, sorted. Links are followed, but
 * no folder is entered twice. Names that begin with a dot are passed over.
 *
 * @throws BadTable for a folder that cannot be opened.
 */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  const entered = new Set<string>();
  const enter = async (path: string, depth: number): Promise<void> => {
    const place = join(folder, path);
    const real = await realpath(place);
    if (entered.has(real) || depth > DEEPEST) return;
    entered.add(real);
    for (const entry of await list(place)) {
      if (entry.name.startsWith('.')) continue;
      const own = path === '' ? entry.name : `${path}/${entry.name}`;
      const kind = entry.isSymbolicLink() ? await stat(join(folder, own)).catch(() => undefined) : entry;
      if (kind?.isDirectory()) await enter(own, depth + 1);
      else if (kind?.isFile()) files.push(own);
    }
  };
  await enter('', 0);
  return files.sort();
}

async function list(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new MilscopeError('BadTable', {
      file: folder,
      problem: 'the folder cannot be opened',
      found: (cause as NodeJS.ErrnoException).code,
      remedy: 'see to its permissions, or give a folder without it',
      cause,
    });
  }
}
