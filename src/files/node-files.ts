import { createReadStream } from 'node:fs';
import { open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { explainFailures } from './explain-failures.ts';
import type { ByteRange, FileStatus, Files, FolderEntry } from './files.ts';
import { openScratch } from './open-scratch.ts';
import { openWhole } from './open-whole.ts';
import { join } from './paths.ts';
import { writeWhole } from './write-whole.ts';

/** The files of this computer. */
export const nodeFiles: Files = explainFailures({
  list,
  status,
  real: (path) => realpath(path),
  read: (path, range) => (range === undefined ? readFile(path) : readRange(path, range)),
  stream: (path) => createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Uint8Array>,
  write: writeWhole,
  open: (path) => openWhole(path),
  scratch: openScratch,
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
});

async function list(folder: string): Promise<readonly FolderEntry[]> {
  const found = await readdir(folder, { withFileTypes: true });
  const entries = await Promise.all(
    found.map(async (entry): Promise<FolderEntry | undefined> => {
      if (entry.isFile()) return { name: entry.name, kind: 'file' };
      if (entry.isDirectory()) return { name: entry.name, kind: 'folder' };
      const target = entry.isSymbolicLink() ? await status(join(folder, entry.name)) : undefined;
      return target && target.kind !== 'other' ? { name: entry.name, kind: target.kind } : undefined;
    }),
  );
  return entries.flatMap((entry) => entry ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function status(path: string): Promise<FileStatus | undefined> {
  try {
    const found = await stat(path);
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    return { kind, size: found.size, changed: found.mtimeMs };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function readRange(path: string, { offset, length }: ByteRange): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
