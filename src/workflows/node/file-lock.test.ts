import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { Lock } from '../host.ts';
import { takeFileLock } from './file-lock.ts';

const folder = temporaryFolder();

async function held(path: string): Promise<Lock> {
  const lock = await takeFileLock(path);
  if ('heldBy' in lock) throw new Error(`held by ${lock.heldBy.pid}`);
  return lock;
}

/** The number of a process that does not run any more. */
const ended = spawnSync(process.execPath, ['--version']).pid;

/** A lock as another process would have left it. */
function leave(path: string, record: object): void {
  writeFileSync(path, JSON.stringify({ id: 'left', pid: ended, host: hostname(), started: '2026-11-01', ...record }));
}

/** What this process writes into its locks of the system's own words. */
async function ownWords(): Promise<{ born?: string; namespace?: string }> {
  const path = join(folder, 'own words.lock');
  const lock = await held(path);
  const { born, namespace } = JSON.parse(readFileSync(path, 'utf8'));
  await lock.release();
  return { born, namespace };
}

describe('a lock', () => {
  it('is held once, by one process too, and again when it was given back', async () => {
    const path = join(folder, 'once.lock');
    const lock = await held(path);
    const again = await takeFileLock(path);
    expect(again).toMatchObject({ heldBy: { pid: process.pid, host: hostname() } });
    await lock.release();
    expect(existsSync(path)).toBe(false);
    await (await held(path)).release();
  });

  it('is won by one of many that want it at once, also where one was left behind', async () => {
    const path = join(folder, 'many.lock');
    for (const left of [false, true]) {
      if (left) leave(path, { namespace: (await ownWords()).namespace });
      const locks = await Promise.all(Array.from({ length: 20 }, () => takeFileLock(path)));
      const winners = locks.filter((lock): lock is Lock => 'release' in lock);
      expect(winners).toHaveLength(1);
      expect(winners[0]!.left?.pid).toBe(left ? ended : undefined);
      await winners[0]!.release();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a process that has ended is taken over, and of one whose number another process has now', async () => {
    const path = join(folder, 'left.lock');
    const { namespace, born } = await ownWords();
    leave(path, { namespace });
    const lock = await held(path);
    expect(lock.left).toMatchObject({ pid: ended, started: '2026-11-01' });
    await lock.release();
    if (born === undefined) return;
    leave(path, { namespace, born: 'before', pid: process.pid });
    await (await held(path)).release();
  });

  it('of another computer or container stays', async () => {
    const { namespace } = await ownWords();
    for (const other of [{ host: 'elsewhere', namespace }, { namespace: 'pid:[1]' }]) {
      const path = join(folder, 'foreign.lock');
      leave(path, other);
      expect(await takeFileLock(path)).toMatchObject({ heldBy: { pid: ended } });
    }
  });

  it('without contents is one that was left behind once it is old', async () => {
    const path = join(folder, 'empty.lock');
    writeFileSync(path, '');
    utimesSync(path, 0, 0);
    await (await held(path)).release();
    expect(existsSync(path)).toBe(false);
  });

  it('makes folders, and removes those that are still empty', async () => {
    const path = join(folder, 'a', 'b', 'c.lock');
    const lock = await held(path);
    await lock.release();
    expect(existsSync(join(folder, 'a'))).toBe(false);
    const other = await held(path);
    writeFileSync(join(folder, 'a', 'kept'), '');
    await other.release();
    expect(readdirSync(join(folder, 'a'))).toEqual(['kept']);
  });
});
