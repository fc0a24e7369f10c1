import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AsyncReadable } from 'zarrita';
import { DamagedChunk } from './lz4.ts';

/** A folder as zarrita reads it. */
export interface FileStore extends Required<AsyncReadable> {
  /** How many files have been found. */
  readonly found: () => number;
}

/**
 * The files under `folder`, for reading. Of a file nothing is read that it does not have, nor more than `most` bytes.
 * A file that is not there is undefined, any other trouble an error: only what was never written is the fill value.
 */
export function fileStore(folder: string, { most }: { most: number }): FileStore {
  let found = 0;
  return {
    found: () => found,
    async get(key) {
      const file = join(folder, key);
      const known = await orUndefined(stat(file));
      if (known === undefined) return undefined;
      if (known.size > most) throw new DamagedChunk(`${key} has ${known.size} bytes of ${most} at the most`);
      found++;
      const bytes = await readFile(file);
      // As a plain array: a slice of a Buffer is no copy, and zarrita counts on one.
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
    async getRange(key, range) {
      const handle = await orUndefined(open(join(folder, key)));
      if (handle === undefined) return undefined;
      try {
        const { size } = await handle.stat();
        const length = 'suffixLength' in range ? range.suffixLength : range.length;
        const offset = 'suffixLength' in range ? size - range.suffixLength : range.offset;
        if (!(length >= 0 && length <= most && offset >= 0 && offset + length <= size)) {
          throw new DamagedChunk(`${key} has no ${length} bytes at ${offset}, but ${size} in all`);
        }
        found++;
        const bytes = new Uint8Array(length);
        const { bytesRead } = await handle.read(bytes, 0, length, offset);
        return bytes.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
  };
}

async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
