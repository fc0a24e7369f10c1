import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { mapInOrder } from '../concurrency.ts';
import { fetchedFolders } from '../screen/fetch-record.ts';
import { screenTables } from '../screen/screen-tables.ts';

/** SHA-256 of bytes or text, in hexadecimal. */
export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * SHA-256 of the tables that a screen is read from, one after the other, in hexadecimal; and of the names of the plates
 * that have been fetched, where it is a screen of which not all may be there.
 */
export async function hashTables(screen: string): Promise<string> {
  const { fields, mechanisms } = await screenTables(screen);
  const digest = createHash('sha256').update(await readFile(fields));
  if (mechanisms !== undefined) {
    digest.update(await readFile(mechanisms));
    const fetched = [...((await fetchedFolders(screen)) ?? [])].map((folder) => relative(screen, folder));
    for (const plate of fetched.sort()) digest.update(`\n${plate}`);
  }
  return digest.digest('hex');
}

/** SHA-256 of every file, in hexadecimal, in order; `null` for one that cannot be read. Each is read once, as a stream. */
export async function hashFiles(
  files: readonly string[],
  { threads }: { threads: number },
): Promise<(string | null)[]> {
  const hashes: (string | null)[] = [];
  const hash = async (file: string) => {
    const digest = createHash('sha256');
    try {
      await pipeline(createReadStream(file), digest);
      return digest.digest('hex');
    } catch {
      return null;
    }
  };
  for await (const digest of mapInOrder(files, 2 * threads, hash)) hashes.push(digest);
  return hashes;
}
