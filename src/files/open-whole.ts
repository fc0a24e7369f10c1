import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MilscopeError } from '../errors.ts';
import { besideOf } from './beside.ts';
import type { OpenFile } from './files.ts';
import { makeFolder } from './make-folder.ts';

/** Characters or bytes that are gathered before they are written, since rows come one at a time. */
const GATHERED = 65536;

/** How often an open file is marked as in use (ms), and how long one that is not counts as left by a process that was killed. */
const BEAT = 1000;
const BEATS_MISSED = 3;
const LONG_AGO = 60;

/**
 * Begins a file that is too long to be held whole, as `writeWhole` wants it. Makes the folder where it is missing. What a
 * killed process has left is replaced; a file that another process still writes is not.
 *
 * @param beat milliseconds after which an open file is marked as in use again
 * @throws CannotWrite
 * @example
 * const table = await openWhole('rows.csv');
 * for await (const row of rows) await table.write(`${row.join()}\n`);
 * await table.keep();
 */
export async function openWhole(path: string, { beat = BEAT }: { beat?: number } = {}): Promise<OpenFile> {
  await makeFolder(dirname(path));
  const beside = besideOf(path, '.part');
  if (await isInUse(beside, beat)) throw usedByAnother(path);
  // A new file, so that another process that still writes the old one does not write into this.
  await rm(beside, { force: true });
  const file = await open(beside, 'wx');
  const heart = setInterval(() => void file.utimes(new Date(), new Date()).catch(() => undefined), beat);
  heart.unref();
  let isOwn = true;
  let [gathered, length]: [(string | Uint8Array)[], number] = [[], 0];
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(gathered.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
    [gathered, length] = [[], 0];
    await file.appendFile(bytes);
  };
  return {
    async write(piece) {
      gathered.push(piece);
      length += piece.length;
      if (length >= GATHERED) await flush();
    },
    async patch(offset, bytes) {
      await flush();
      await file.write(bytes, 0, bytes.length, offset);
    },
    async keep() {
      await flush();
      await file.sync();
      isOwn = await isSame(file, beside);
      clearInterval(heart);
      await file.close();
      if (!isOwn) throw usedByAnother(path);
      await rename(beside, path);
    },
    async discard() {
      isOwn &&= await isSame(file, beside);
      clearInterval(heart);
      await file.close().catch(() => undefined);
      if (isOwn) await rm(beside, { force: true });
    },
  };
}

/** Whether a file is one that another process still marks as in use. */
async function isInUse(path: string, beat: number): Promise<boolean> {
  const changed = async () => (await stat(path).catch(() => undefined))?.mtimeMs;
  const before = await changed();
  if (before === undefined || Math.abs(Date.now() - before) > LONG_AGO * beat) return false;
  // Clocks of computers that share a disk differ; a mark that moves does not depend on them.
  await pause(BEATS_MISSED * beat);
  const after = await changed();
  return after !== undefined && after !== before;
}

/** Whether the file at a path is the one that is open; true for one that has been closed. */
async function isSame(file: FileHandle, path: string): Promise<boolean> {
  const own = await file.stat({ bigint: true }).catch(() => undefined);
  if (own === undefined) return true;
  const there = await stat(path, { bigint: true }).catch(() => undefined);
  return there?.ino === own.ino;
}

function usedByAnother(path: string): MilscopeError {
  return new MilscopeError('CannotWrite', {
    file: path,
    problem: 'another process is writing this file',
    remedy: 'wait until it has ended, or give the output another name',
  });
}
