import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MilscopeError } from '../errors.ts';
import { cannotWrite } from './cannot-write.ts';

/**
 * Makes a folder and those above it that are missing, one level after the other. (Node's recursive `mkdir` tries for ever
 * below a place that has no folders of its own making, such as `/proc` or an automount.)
 *
 * @throws CannotWrite, with the level that cannot be made
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  let level = resolve(path);
  while (!(await isFolder(level))) {
    missing.unshift(level);
    if (dirname(level) === level) break;
    level = dirname(level);
  }
  for (const folder of missing) {
    try {
      await mkdir(folder);
    } catch (error) {
      // Another process may have made it meanwhile.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST' && (await isFolder(folder))) continue;
      throw cannotMake(error, folder);
    }
  }
}

/** @throws CannotWrite for something else of the name */
async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Too long a name is found out at the level that has it.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return false;
    throw cannotWrite(error, path);
  }
  throw new MilscopeError('CannotWrite', {
    file: path,
    problem: 'this is a file, and a folder of this name is needed',
    remedy: 'write to another place',
  });
}

function cannotMake(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'EEXIST') return cannotWrite(error, folder);
  return new MilscopeError('CannotWrite', {
    file: folder,
    problem: code === 'ENOENT' ? `no folder can be made in ${dirname(folder)}` : 'this is a link that leads nowhere',
    found: code,
    remedy: 'write to another place',
    cause: error,
  });
}
