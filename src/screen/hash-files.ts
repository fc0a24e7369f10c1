import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isZarrFolder } from '../image/header.ts';
import { zarrFiles } from '../image/zarr/zarr-files.ts';
import { mapInOrder } from '../threads/map-in-order.ts';
import type { ScreenAccess } from './access.ts';
import type { Screen } from './screen.ts';
import { fetchedFolders } from './table/fetch-record.ts';

/** SHA-256 of bytes or text, in hexadecimal. */
export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * SHA-256, in hexadecimal, of what says which fields a screen has: of its tables, one after the other, and of the names of
 * the plates that have been fetched, where not all may be there; or, where it has no tables, of all that was read off its
 * files, with their paths relative to the screen's.
 */
export async function hashScreen(
  { source, channels, columns, tables, fields }: Screen,
  _access?: ScreenAccess,
): Promise<string> {
  const digest = createHash('sha256');
  if (tables !== undefined) {
    for (const table of tables) digest.update(await readFile(table));
    const folder = dirname(source);
    const fetched = [...((await fetchedFolders(folder)) ?? [])].map((plate) => relative(folder, plate));
    for (const plate of fetched.sort()) digest.update(`\n${plate}`);
    return digest.digest('hex');
  }
  const folder = dirname(resolve(source));
  digest.update(JSON.stringify({ channels, columns }));
  for (const { imageNumber, sources, metadata } of fields) {
    const placed = sources.map((of) => ({ ...of, file: of.file && relative(folder, of.file) }));
    digest.update(JSON.stringify({ imageNumber, sources: placed, metadata }));
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
  _access?: ScreenAccess,
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
