import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { MilscopeError } from '../errors.ts';
import type { ReadBytes } from './bytes.ts';
import type { ImageHeader } from './image.ts';
import { isPng, pngHeader } from './png-header.ts';
import { tiffFlavour } from './tiff-directory.ts';
import { tiffHeader } from './tiff-header.ts';
import { isZarr } from './zarr/ome-group.ts';
import { readZarrImage } from './zarr/zarr-image.ts';

/** Which part of a file is read. */
export interface ImageOptions {
  /** Level of the pyramid of an image of OME-Zarr, 0 being the largest; other files have one. */
  readonly level?: number | undefined;
}

/**
 * The size of an image, from the first bytes of a PNG or the directories of a TIFF; no pixel is decoded. A TIFF that was
 * cut short is found out here, a PNG only when it is decoded. Of the folder of an image of OME-Zarr, from its metadata.
 *
 * @throws MissingFile when there is none, BadImage when it is no image that `readImage` can read.
 */
export function readImageHeader(path: string, options: ImageOptions = {}): ImageHeader {
  if (isZarrFolder(path)) return readZarrImage(path, options).header;
  requireLevel(path, options);
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw cannotOpen(path, error);
  }
  try {
    const read: ReadBytes = (offset, length) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
      return bytes.subarray(0, bytes.length === 0 ? 0 : readSync(descriptor, bytes, 0, bytes.length, offset));
    };
    const stat = fstatSync(descriptor);
    const size = stat.size;
    if (!stat.isFile()) throw new MilscopeError('BadImage', { file: path, problem: 'this is no file' });
    return parseHeader(read, { file: path, size });
  } finally {
    closeSync(descriptor);
  }
}

/** Whether there is a folder of Zarr at a path. */
export function isZarrFolder(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false) && isZarr(path);
}

/** @throws BadOption when a level of a file without a pyramid is asked for */
export function requireLevel(file: string, { level = 0 }: ImageOptions): void {
  if (level === 0) return;
  throw new MilscopeError('BadOption', {
    file,
    option: `--level ${level}`,
    problem: 'only images of OME-Zarr have levels',
    remedy: 'leave the option out',
  });
}

/** The header of an image of `size` bytes that `read` gives. */
export function parseHeader(read: ReadBytes, { file, size }: { file: string; size: number }): ImageHeader {
  if (size === 0) {
    throw new MilscopeError('BadImage', { file, problem: 'the file is empty', remedy: 'copy it again' });
  }
  const head = read(0, 8);
  const header = isPng(head) ? pngHeader(read, file) : tiffFlavour(head) ? tiffHeader(read, { file, size }) : undefined;
  if (header === undefined) {
    throw new MilscopeError('BadImage', {
      file,
      problem: 'this is neither a PNG nor a TIFF',
      found: `a file that begins ${Buffer.from(head).toString('hex')}`,
      remedy: 'convert it to a TIFF without loss',
    });
  }
  // No compression makes more than a few thousand bytes of one, nor more than eight samples: a header that says so is
  // corrupt, and would only ask for memory that there is not.
  const bytes = (header.width * header.height * header.channels * header.bitDepth) / 8;
  if (!(header.width > 0 && header.height > 0) || bytes > 8 * 4096 * size) {
    throw new MilscopeError('BadImage', {
      file,
      problem: 'the header is corrupt: the size it names cannot be in the file',
      found: `${header.width} × ${header.height} pixels in ${size} bytes`,
    });
  }
  return header;
}

/** The error for a file that cannot be opened, with the name that was perhaps meant. */
export function cannotOpen(path: string, cause: unknown): MilscopeError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  if (code !== 'ENOENT' && code !== 'ENOTDIR') {
    const problem = code === 'EISDIR' ? 'this is a folder, not a file' : `the file cannot be opened (${code})`;
    return new MilscopeError('BadImage', { file: path, problem, cause });
  }
  const folder = dirname(path);
  if ([folder, dirname(folder), dirname(dirname(folder))].some(isZarr)) {
    const problem = 'the metadata of the plate name this, but it is not there';
    return new MilscopeError('MissingFile', { file: path, problem, remedy: 'copy the plate again', cause });
  }
  if (!existsSync(folder)) {
    const remedy = 'check the PathName column; a relative path starts at the folder of the table';
    return new MilscopeError('MissingFile', { file: path, problem: 'its folder does not exist', remedy, cause });
  }
  // Tables made on Windows, where upper and lower case are one; looking through the folder would take too long when
  // thousands of files are missing.
  const { name, ext, base } = parse(path);
  const spellings = [name + ext.toUpperCase(), name + ext.toLowerCase(), base.toLowerCase(), base.toUpperCase()];
  const meant = spellings.find((spelling) => existsSync(join(folder, spelling)));
  return new MilscopeError('MissingFile', {
    file: path,
    problem: 'the file does not exist',
    found: meant === undefined ? undefined : `${meant} in the same folder, which differs in upper and lower case`,
    cause,
  });
}
