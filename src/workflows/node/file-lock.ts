import { randomUUID } from 'node:crypto';
import { open, readFile, readlink, rm, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { makeFolder } from '../../files/make-folder.ts';
import { dirname, resolve } from '../../files/paths.ts';
import type { Lock, LockHolder } from '../host.ts';

/** What a lock file holds: who made it. */
interface LockRecord extends LockHolder {
  /** Tells apart two locks of one process. */
  readonly id: string;
  /** When the process itself began, and among which processes it has its number; only where the system says so. */
  readonly born?: string | undefined;
  readonly namespace?: string | undefined;
}

/** How long a lock file may be without its contents, or a takeover last, until whoever made it must have died (milliseconds). */
const PATIENCE = 5000;

/**
 * Takes the lock file at `path`, which stands there as long as the lock is held, and makes missing folders. A lock whose
 * process does not run any more on this computer is taken over. Of a process on another computer, or in another container,
 * nothing can be known, so its lock stays.
 *
 * @returns who holds the lock, where somebody else does
 */
export async function takeFileLock(path: string): Promise<Lock | { readonly heldBy: LockHolder }> {
  const made = await firstMissing(dirname(path));
  await makeFolder(dirname(path));
  const own: LockRecord = {
    ...{ id: randomUUID(), pid: process.pid, host: hostname(), started: new Date().toISOString() },
    ...{ born: await birthOf(process.pid), namespace: await namespaceOf() },
  };
  const release = async (): Promise<void> => {
    // A lock that was removed by hand and taken by another is not ours any more.
    if ((await readRecord(path))?.id === own.id) await rm(path, { force: true });
    if (made !== undefined) await removeEmpty(dirname(path), made);
  };
  if (await create(path, own)) return { release };
  const holder = await holderOf(path);
  if (holder === 'gone') return takeFileLock(path);
  if (holder !== 'nobody' && (await mayRun(holder, own))) return { heldBy: holder };
  const left = holder === 'nobody' ? undefined : holder;
  return (await takeOver(path, { own, left })) ? { release, left } : takeFileLock(path);
}

/** Creates a file that is not there yet. @returns whether it was created */
async function create(path: string, record: LockRecord): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(`${JSON.stringify(record)}\n`);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Puts a lock in the place of one that was left behind. Whoever does so holds another lock meanwhile, and looks again, so that
 * of several only one takes over and nobody removes the new lock of another.
 */
async function takeOver(
  path: string,
  { own, left }: { own: LockRecord; left: LockRecord | undefined },
): Promise<boolean> {
  const turn = `${path}.takeover`;
  if (!(await create(turn, own))) {
    if ((await ageOf(turn)) > PATIENCE) await rm(turn, { force: true });
    await setTimeout(50);
    return false;
  }
  try {
    if ((await readRecord(path))?.id !== left?.id) return false;
    await rm(path, { force: true });
    return await create(path, own);
  } finally {
    await rm(turn, { force: true });
  }
}

/** Who holds a lock; `nobody` where its file has been without contents for long, `gone` where there is no file any more. */
async function holderOf(path: string): Promise<LockRecord | 'nobody' | 'gone'> {
  for (;;) {
    const age = await ageOf(path);
    const record = await readRecord(path);
    if (record) return record;
    if (age === Number.NEGATIVE_INFINITY) return 'gone';
    // It is being written.
    if (age > PATIENCE) return 'nobody';
    await setTimeout(50);
  }
}

/** Whether the process that made a lock may still run. */
async function mayRun({ pid, host, born, namespace }: LockRecord, own: LockRecord): Promise<boolean> {
  if (host !== own.host || namespace !== own.namespace) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user may not be asked, but runs.
    if ((error as { code?: string }).code === 'ESRCH') return false;
  }
  const now = await birthOf(pid);
  // Numbers are given again: to another process, after a restart, or in a container that is begun anew.
  return born === undefined || now === undefined || born === now;
}

async function readRecord(path: string): Promise<LockRecord | undefined> {
  try {
    const { id, pid, host, started, ...more } = JSON.parse(await readFile(path, 'utf8')) as LockRecord;
    return typeof pid === 'number' && typeof host === 'string' ? { id, pid, host, started, ...more } : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds since a file was written; endless negative where there is none. */
async function ageOf(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
}

/** When a process began, in words of the system that no other process with its number has; only Linux tells. */
async function birthOf(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    // The name of the program, in brackets, may hold anything.
    const [, fields = ''] = /\) (.*)$/s.exec(await readFile(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const ticks = fields.split(' ')[19];
    return ticks === undefined ? undefined : `${boot.trim()} ${ticks}`;
  } catch {
    return undefined;
  }
}

/** Among which processes a number means something: containers on one computer have numbers of their own. */
async function namespaceOf(): Promise<string | undefined> {
  try {
    return await readlink('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

/** The highest folder that has to be made for one to be there; undefined where it is. */
async function firstMissing(folder: string): Promise<string | undefined> {
  let missing: string | undefined;
  for (
    let at = resolve(folder);
    (await ageOf(at)) === Number.NEGATIVE_INFINITY && dirname(at) !== at;
    at = dirname(at)
  ) {
    missing = at;
  }
  return missing;
}

/** Removes a folder, and those above it up to `top`, as long as they are empty. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  for (let at = resolve(folder); at === top || at.startsWith(`${top}/`); at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return;
    }
  }
}
