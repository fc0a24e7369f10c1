import { isMilscopeError, MilscopeError } from '../errors.ts';

/** An error of the file system as CannotWrite for `path`; any other error unchanged. */
export function cannotWrite(error: unknown, path: string): unknown {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (isMilscopeError(error) || typeof code !== 'string' || typeof syscall !== 'string') return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new MilscopeError('CannotWrite', {
    file: path,
    problem: full ? 'the disk is full' : 'the file cannot be written',
    found: code,
    remedy: full ? 'make room, then run the same command again' : undefined,
    cause: error,
  });
}
