import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { MilscopeError } from '../errors.ts';

/** Reads up to `length` bytes at `offset` of a file; fewer at its end. */
export type ReadBytes = (offset: number, length: number) => Uint8Array;

/** The bytes of a file: all in memory, or read where they are wanted. */
export interface FileBytes {
  readonly file: string;
  readonly size: number;
  /** Gives what `use` makes of the bytes; the reader is good for as long as that runs. */
  readonly now: <Result>(use: (read: ReadBytes) => Result) => Result;
  /** Reads pieces of the file, in their order; a piece is shorter than asked for where the file ends. */
  readonly pieces: (places: readonly Place[]) => Promise<Uint8Array[]>;
}

/** A stretch of a file, in bytes. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** Files of up to so many bytes are read at once: one image of a camera. Of a larger one, only what is wanted is. */
const READ_AT_ONCE = 32 * 2 ** 20;

/** Opens a file. @throws what the file system throws, and BadImage when it is no regular file. */
export async function openBytes(file: string): Promise<FileBytes> {
  const about = await stat(file);
  if (!about.isFile()) throw notAFile(file);
  if (about.size > READ_AT_ONCE) return { ...bytesOnDisk(file), size: about.size };
  const bytes = await readFile(file);
  const read: ReadBytes = (offset, length) => bytes.subarray(offset, offset + length);
  const pieces = async (places: readonly Place[]) => places.map(({ offset, length }) => read(offset, length));
  return { file, size: bytes.length, now: (use) => use(read), pieces };
}

/** A file of which nothing is kept in memory. @throws what the file system throws, and BadImage for a folder. */
export function bytesOnDisk(file: string): FileBytes {
  const withDescriptor = <Result>(use: (descriptor: number, size: number) => Result): Result => {
    const descriptor = openSync(file, 'r');
    try {
      const about = fstatSync(descriptor);
      if (!about.isFile()) throw notAFile(file);
      return use(descriptor, about.size);
    } finally {
      closeSync(descriptor);
    }
  };
  return {
    file,
    size: withDescriptor((_, size) => size),
    now: (use) =>
      withDescriptor((descriptor, size) =>
        use((offset, length) => {
          const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
          return bytes.length === 0 ? bytes : bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, offset));
        }),
      ),
    pieces: (places) => piecesOnDisk(file, places),
  };
}

async function piecesOnDisk(file: string, places: readonly Place[]): Promise<Uint8Array[]> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const pieces: Uint8Array[] = [];
    for (const { offset, length } of places) {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
      pieces.push(bytes.subarray(0, bytesRead));
    }
    return pieces;
  } finally {
    await handle.close();
  }
}

function notAFile(file: string): MilscopeError {
  return new MilscopeError('BadImage', { file, problem: 'this is no file', remedy: 'name an image in it' });
}
