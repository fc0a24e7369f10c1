import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { mapInOrder } from '../concurrency.ts';
import type { Screen } from '../screen/screen.ts';

/** SHA-256 of bytes or text, in hexadecimal. */
export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * SHA-256, in hexadecimal, of what says which fields a screen has: of its tables, one after the other, or, where it has
 * none, of all that was read off its files, with their paths relative to the screen's.
 */
export async function hashScreen({ source, channels, columns, tables, fields }: Screen): Promise<string> {
  const digest = createHash('sha256');
  if (tables !== undefined) {
    for (const table of tables) digest.update(await readFile(table));
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
