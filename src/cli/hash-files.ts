import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { mapInOrder } from '../concurrency.ts';
import { isZarrFolder } from '../image/header.ts';
import { zarrFiles } from '../image/zarr/zarr-files.ts';
import { fetchedFolders } from '../screen/fetch-record.ts';
import { screenTables } from '../screen/screen-tables.ts';
import { isZarrScreen, readZarrScreen } from '../screen/zarr/read-zarr-screen.ts';

/** SHA-256 of bytes or text, in hexadecimal. */
export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * SHA-256 of the tables that a screen is read from, one after the other, in hexadecimal, and of the names of the plates
 * that have been fetched, where it is a screen of which not all may be there; of OME-Zarr, of what the metadata say of
 * its fields.
 */
export async function hashTables(screen: string): Promise<string> {
  if (isZarrScreen(screen)) {
    const { columns, fields } = readZarrScreen(screen);
    const places = fields.map(({ sources }) => relative(screen, sources[0]!.file));
    return sha256(JSON.stringify([columns, places, fields.map(({ metadata }) => metadata)]));
  }
  const { fields, mechanisms } = await screenTables(screen);
  const digest = createHash('sha256').update(await readFile(fields));
  if (mechanisms !== undefined) {
    digest.update(await readFile(mechanisms));
    const fetched = [...((await fetchedFolders(screen)) ?? [])].map((folder) => relative(screen, folder));
    for (const plate of fetched.sort()) digest.update(`\n${plate}`);
  }
  return digest.digest('hex');
}

/**
 * SHA-256 of every file, in hexadecimal, in order; `null` for one that cannot be read. Each is read once, as a stream. Of
 * the folder of an image of OME-Zarr, of the paths and contents of its metadata and of the chunks of one level.
 */
export async function hashFiles(
  files: readonly string[],
  { threads, level }: { threads: number; level?: number | undefined },
): Promise<(string | null)[]> {
  const hashes: (string | null)[] = [];
  const hash = async (file: string) => {
    const digest = createHash('sha256');
    try {
      if (!isZarrFolder(file)) await pipeline(createReadStream(file), digest);
      else {
        for (const part of await zarrFiles(file, { level })) {
          digest.update(`${part}\n`);
          digest.update(await readFile(join(file, part)));
        }
      }
      return digest.digest('hex');
    } catch {
      return null;
    }
  };
  for await (const digest of mapInOrder(files, 2 * threads, hash)) hashes.push(digest);
  return hashes;
}
