import { isMilscopeError, MilscopeError } from '../../errors.ts';
import { cannotWrite, systemCode } from '../../files/cannot-write.ts';
import type { FileStatus, Files } from '../../files/files.ts';
import { basename, dirname, join, resolve } from '../../files/paths.ts';

const remedy = 'write to another place';

/** Bytes that are written on trial: what a full disk has no room for. */
const TRIAL = 1 << 16;

/**
 * Lets the path of an output pass where a file can be written, or with `folder` files into a folder of this name. It is tried
 * out at the start of each workflow that writes, so that nobody finds out after hours of work. Folders that are missing are
 * not made yet.
 *
 * @throws CannotWrite, with the level of the path that is at fault
 */
export async function requireWritable(
  path: string,
  { files }: { readonly files: Files },
  { folder = false }: { folder?: boolean } = {},
): Promise<void> {
  const missing = folder ? [] : [basename(path)];
  let place = folder ? resolve(path) : dirname(resolve(path));
  for (;;) {
    const found = await statusOf(place, files, { isLong: 'missing' });
    if (found?.kind === 'folder') break;
    if (found !== undefined) {
      throw new MilscopeError('CannotWrite', {
        file: place,
        problem: 'this is a file, and a folder of this name is needed',
        remedy,
      });
    }
    missing.unshift(basename(place));
    if (dirname(place) === place) break;
    place = dirname(place);
  }
  // A disk says that a name is too long only where the folder above it is there.
  for (const name of missing) await statusOf(join(place, name), files);
  const isThere = !folder && missing.length === 1;
  const trial = isThere ? path : join(place, `.milscope-${crypto.randomUUID().slice(0, 8)}`);
  try {
    await tryToWrite(trial, files);
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    const file = missing.length > 1 || (folder && missing.length > 0) ? join(place, missing[0]!) : path;
    // The folder is there, and it takes no file: /proc, an automount.
    const takesNone = error.details.found === 'ENOENT' && { problem: `no file can be made in ${place}`, remedy };
    throw new MilscopeError(error.tag, { ...error.marked, file, ...takesNone } as never);
  }
}

async function tryToWrite(path: string, files: Files): Promise<void> {
  const file = await files.open(path).catch((error) => Promise.reject(cannotWrite(error, path)));
  try {
    await file.write(new Uint8Array(TRIAL)).catch((error) => Promise.reject(cannotWrite(error, path)));
  } finally {
    await file.discard();
  }
}

async function statusOf(
  path: string,
  files: Files,
  { isLong }: { isLong?: 'missing' } = {},
): Promise<FileStatus | undefined> {
  try {
    return await files.status(path);
  } catch (error) {
    if (isLong === 'missing' && systemCode(error) === 'ENAMETOOLONG') return undefined;
    throw cannotWrite(error, path);
  }
}
