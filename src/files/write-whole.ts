import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { besideOf } from './beside.ts';
import { makeFolder } from './make-folder.ts';

/**
 * Writes `content`, maybe in pieces, beside `path` and renames it into place, so that a killed process leaves the whole
 * old file or the whole new one. Makes the folder where it is missing.
 */
export async function writeWhole(path: string, content: string | Uint8Array | Iterable<Uint8Array>): Promise<void> {
  await makeFolder(dirname(path));
  const beside = besideOf(path, `.${randomUUID().slice(0, 8)}.part`);
  try {
    await writeFile(beside, content, { flush: true });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
