import { MilscopeError, named } from '../../errors.ts';
import { cannotWrite } from '../../files/cannot-write.ts';
import { dirname, join } from '../../files/paths.ts';
import type { Lock, LockHolder, RunningHost } from '../host.ts';
import { requireWritable } from './require-writable.ts';

/** What is written, so that nobody else may write there meanwhile. */
export interface WrittenPlaces {
  /** Files, or folders that are put in their places whole; one that is not given is not written. */
  readonly files?: readonly (string | undefined)[];
  /** Folders that are filled. */
  readonly folders?: readonly (string | undefined)[];
}

/** The lock of a folder is in it, that of a file beside it. */
export const FOLDER_LOCK = '.lock';
const lockOfFile = (path: string) => `${path}.lock`;

/**
 * Does some work while nobody else, in this process or another, writes at the same places. Of a lock that was left behind by a
 * process that has died it says that it was taken over.
 *
 * @throws InUse when somebody does, CannotWrite where no file can be made
 */
export async function withLocks<T>(
  { files = [], folders = [] }: WrittenPlaces,
  host: Pick<RunningHost, 'files' | 'lock' | 'emit'>,
  work: () => Promise<T>,
): Promise<T> {
  const given = (path: string | undefined) => path ?? [];
  const locks = new Map([
    ...files.flatMap(given).map((place) => [lockOfFile(place), place] as const),
    ...folders.flatMap(given).map((place) => [join(place, FOLDER_LOCK), place] as const),
  ]);
  const held: Lock[] = [];
  for (const [path] of locks) await requireWritable(dirname(path), host, { folder: true });
  try {
    for (const [path, place] of locks) held.push(await takeLock(path, place, host));
    return await work();
  } finally {
    for (const lock of held.reverse()) await lock.release();
  }
}

async function takeLock(path: string, place: string, host: Pick<RunningHost, 'lock' | 'emit'>): Promise<Lock> {
  const lock = await host.lock(path).catch((error: unknown) => {
    throw cannotWrite(error, path);
  });
  if ('heldBy' in lock) {
    throw new MilscopeError('InUse', {
      file: place,
      problem: 'another command is writing here',
      found: holderText(lock.heldBy),
      remedy:
        `wait until it has ended, or name another place with ${named('out')}; ` +
        `if that process does not run any more, remove the file ${path}`,
    });
  }
  if (lock.left) {
    const message = `${place}: the lock of a command that ended early (${holderText(lock.left)}) was taken over`;
    host.emit({ event: 'noted', message });
  }
  return lock;
}

function holderText({ pid, host, started }: LockHolder): string {
  return `process ${pid} on ${host}, since ${started}`;
}
