import { MilscopeError } from '../errors.ts';
import type { ByteRange, ReadFiles } from '../files/files.ts';

/** Reads up to `length` bytes at `offset` of a file; fewer at its end. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

/** The bytes of a file: all in memory, or read where they are wanted. */
export interface FileBytes {
  readonly file: string;
  readonly size: number;
  /** Reads the small pieces that a header is made of. */
  readonly read: ReadBytes;
  /** Reads pieces of the file, in their order; a piece is shorter than asked for where the file ends. */
  readonly pieces: (places: readonly ByteRange[]) => Promise<Uint8Array[]>;
  /** All bytes, where they are in memory: pieces are views of them. */
  readonly whole?: Uint8Array;
}

/** Files of up to so many bytes are read at once: one image of a camera. Of a larger one, only what is wanted is. */
const READ_AT_ONCE = 32 * 2 ** 20;
/** Bytes of a block: a directory of a TIFF and its values, which stand close together, are one read. */
const BLOCK = 2 ** 15;
/** Blocks of a file that are kept. */
const KEPT = 64;

/** Opens a file. @throws what `files` throws, and BadImage when it is no regular file. */
export async function openBytes(file: string, files: ReadFiles): Promise<FileBytes> {
  const size = await sizeOf(file, files);
  if (size > READ_AT_ONCE) return bytesInBlocks(file, { size, files });
  const bytes = await files.read(file);
  const read: ReadBytes = async (offset, length) => bytes.subarray(offset, offset + length);
  const pieces = async (places: readonly ByteRange[]) =>
    places.map(({ offset, length }) => bytes.subarray(offset, offset + length));
  return { file, size: bytes.length, read, pieces, whole: bytes };
}

/** Opens a file of which only the header is wanted. @throws as {@link openBytes} */
export async function openHeaderBytes(file: string, files: ReadFiles): Promise<FileBytes> {
  return bytesInBlocks(file, { size: await sizeOf(file, files), files });
}

async function sizeOf(file: string, files: ReadFiles): Promise<number> {
  const about = await files.status(file);
  if (about === undefined) throw Object.assign(new Error('there is no such file'), { code: 'ENOENT' });
  if (about.kind === 'file') return about.size;
  throw new MilscopeError('BadImage', { file, problem: 'this is no file', remedy: 'name an image in it' });
}

function bytesInBlocks(file: string, { size, files }: { size: number; files: ReadFiles }): FileBytes {
  const blocks = new Map<number, Promise<Uint8Array>>();
  const block = (place: number): Promise<Uint8Array> => {
    const known = blocks.get(place);
    if (known !== undefined) return known;
    const [oldest] = blocks.keys();
    if (blocks.size >= KEPT) blocks.delete(oldest!);
    const wanted = files.read(file, { offset: place * BLOCK, length: Math.min(BLOCK, size - place * BLOCK) });
    blocks.set(place, wanted);
    return wanted;
  };
  const within = (offset: number, length: number) => Math.max(0, Math.min(length, size - offset));
  const pieces = async (places: readonly ByteRange[]) => {
    const read: Uint8Array[] = [];
    for (const { offset, length } of places) {
      const there = within(offset, length);
      read.push(there === 0 ? new Uint8Array() : await files.read(file, { offset, length: there }));
    }
    return read;
  };
  const read: ReadBytes = async (offset, wanted) => {
    const length = within(offset, wanted);
    const [first, last] = [Math.floor(offset / BLOCK), Math.floor((offset + length - 1) / BLOCK)];
    if (length === 0) return new Uint8Array();
    if (last > first + 1) return (await pieces([{ offset, length }]))[0]!;
    const [start, end] = [await block(first), last > first ? await block(last) : new Uint8Array()];
    const from = offset - first * BLOCK;
    if (last === first) return start.subarray(from, from + length);
    const both = new Uint8Array(start.length + end.length);
    both.set(start);
    both.set(end, start.length);
    return both.subarray(from, from + length);
  };
  return { file, size, read, pieces };
}
