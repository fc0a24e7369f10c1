import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { OpenFile } from './files.ts';

/** Characters or bytes that are gathered before they are written, since rows come one at a time. */
const GATHERED = 65536;

/**
 * Begins a file that is too long to be held whole, as `writeWhole` wants it. Makes the folder where it is missing.
 *
 * @example
 * const table = await openWhole('rows.csv');
 * for await (const row of rows) await table.write(`${row.join()}\n`);
 * await table.keep();
 */
export async function openWhole(path: string): Promise<OpenFile> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.part`;
  const file = await open(beside, 'w');
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
    async keep() {
      await flush();
      await file.sync();
      await file.close();
      await rename(beside, path);
    },
    async discard() {
      await file.close();
      await rm(beside, { force: true });
    },
  };
}
