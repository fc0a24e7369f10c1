import { isMilscopeError, MilscopeError, named } from '../errors.ts';

const ROOM = `make room, then run the same command again, with ${named('resume')} where it has that option`;

/** What the codes of a file system mean for whoever writes, and what helps. */
const meanings: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  ENOSPC: ['the disk is full', ROOM],
  EDQUOT: ['your share of the disk is full', ROOM],
  EFBIG: ['the file has become larger than this disk allows', 'write to another disk'],
  EROFS: ['this place can only be read', 'write to another place'],
  EACCES: ['you may not write here', 'write to another place, or have its owner give you the right to write'],
  EPERM: ['you may not write here', 'write to another place, or have its owner give you the right to write'],
  ENAMETOOLONG: ['the name is too long', 'give a shorter one: most disks allow 255 bytes for a name'],
  EMFILE: ['too many files are open at once', 'raise the limit of open files (`ulimit -n`)'],
  ENFILE: ['too many files are open at once', 'end other programs, or raise the limit of open files'],
  ENOTDIR: ['part of the path is a file, not a folder', 'write to another place'],
  EISDIR: ['this is a folder', 'name a file'],
  ENOENT: ['its folder is not there, or it was removed meanwhile', 'run the same command again'],
  EBUSY: ['another program uses this file', 'close it there, then run the same command again'],
  EIO: ['the disk reports an error', 'check the disk or its connection, or write to another one'],
};

/** An error with a code of the file system as CannotWrite for `path`; any other error unchanged. */
export function cannotWrite(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  const [problem, remedy] = meanings[code] ?? ['this cannot be written', 'write to another place'];
  return new MilscopeError('CannotWrite', { file: path, problem, found: code, remedy, cause: error });
}

/** The code of the system that an error has, such as `ENOSPC`; undefined for others, and for those that were explained. */
export function systemCode(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return !isMilscopeError(error) && typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
