import type { AsyncReadable } from 'zarrita';
import type { FileStatus, ReadFiles } from '../../files/files.ts';
import { join } from '../../files/paths.ts';

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
export function fileStore(folder: string, { most, files }: { most: number; files: ReadFiles }): FileStore {
  let found = 0;
  return {
    found: () => found,
    async get(key) {
      const file = join(folder, key);
      const known = await statusOf(file, files);
      if (known === undefined) return undefined;
      if (known.size > most) throw new DamagedChunk(`${key} has ${known.size} bytes of ${most} at the most`);
      found++;
      return plain(await files.read(file));
    },
    async getRange(key, range) {
      const file = join(folder, key);
      const known = await statusOf(file, files);
      if (known === undefined) return undefined;
      const { size } = known;
      const length = 'suffixLength' in range ? range.suffixLength : range.length;
      const offset = 'suffixLength' in range ? size - range.suffixLength : range.offset;
      if (!(length >= 0 && length <= most && offset >= 0 && offset + length <= size)) {
        throw new DamagedChunk(`${key} has no ${length} bytes at ${offset}, but ${size} in all`);
      }
      found++;
      return plain(await files.read(file, { offset, length }));
    },
  };
}

/** Undefined for a file that is not there; where a file is in place of one of its folders, the image is damaged. */
async function statusOf(file: string, files: ReadFiles): Promise<FileStatus | undefined> {
  const known = await files.status(file);
  if (known !== undefined) return known;
  await files.read(file, { offset: 0, length: 0 }).catch((error: { code?: string }) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return undefined;
}

/** As a plain array: a slice of a Buffer is no copy, and zarrita counts on one. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
