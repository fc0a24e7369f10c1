import { isMilscopeError, MilscopeError } from '../errors.ts';
import type { ReadFiles } from '../files/files.ts';
import { kindOf } from '../files/kind-of.ts';
import { dirname, join, parse } from '../files/paths.ts';
import type { ImageAccess } from './access.ts';
import { openHeaderBytes, type ReadBytes } from './bytes.ts';
import { cannotRead, foreignFormat, isForeignTiff, otherFile } from './foreign/foreign.ts';
import { HEAD_BYTES } from './foreign/formats.ts';
import type { ImageHeader, ImageOptions } from './image.ts';
import { noSeries } from './ome/place-channels.ts';
import { isPng, pngHeader } from './png-header.ts';
import { tiffFlavour } from './tiff/directory.ts';
import { parseTiff, type Tiff } from './tiff/tiff.ts';
import { isZarr } from './zarr/ome-group.ts';
import { readZarrImage } from './zarr/zarr-image.ts';

/**
 * What an image says of itself, from the first bytes of a PNG or the directories of a TIFF; no pixel is decoded. A TIFF
 * that was cut short is found out here, a PNG only when it is decoded. Of the folder of an image of OME-Zarr, from its
 * metadata.
 *
 * @throws MissingFile when there is none, BadImage when it is no image that `readImage` can read.
 */
export async function readImageHeader(
  path: string,
  options: ImageOptions,
  { files }: Pick<ImageAccess, 'files'>,
): Promise<ImageHeader> {
  if (await isZarrFolder(path, files)) return (await readZarrImage(path, options, files)).header;
  requireLevel(path, options);
  try {
    const { size, read } = await openHeaderBytes(path, files);
    return (await parseHeader(read, { ...options, file: path, size })).header;
  } catch (error) {
    throw await cannotOpen(path, error, files);
  }
}

/** Whether there is a folder of Zarr at a path. What is not there, or may not be looked at, is reported when it is opened. */
export async function isZarrFolder(path: string, files: ReadFiles): Promise<boolean> {
  return (await kindOf(path, files)) === 'folder' && isZarr(path, files);
}

/** @throws BadOption when a level of a file without a pyramid is asked for */
export function requireLevel(file: string, { level = 0 }: ImageOptions): void {
  if (level === 0) return;
  throw new MilscopeError('BadOption', {
    file,
    option: `level ${level}`,
    problem: 'only images of OME-Zarr have levels',
    remedy: 'leave the option out',
  });
}

/** The header of an image of `size` bytes that `read` gives; of a TIFF all that was understood. */
export async function parseHeader(
  read: ReadBytes,
  { file, size, ...options }: { file: string; size: number } & ImageOptions,
): Promise<Tiff | { readonly header: ImageHeader }> {
  if (size === 0) {
    throw new MilscopeError('BadImage', { file, problem: 'the file is empty', remedy: 'copy it again' });
  }
  const head = await read(0, HEAD_BYTES);
  if (isPng(head) && (options.series ?? 0) > 0) throw noSeries(file, { series: options.series!, count: 1 });
  if (isPng(head)) return { header: await pngHeader(read, { file, size }) };
  if (tiffFlavour(head) !== undefined && !isForeignTiff(file)) return parseTiff(read, { ...options, file, size });
  const foreign = foreignFormat(head, file);
  if (foreign !== undefined) throw cannotRead(file, foreign);
  const other = otherFile(head);
  if (other !== undefined) throw new MilscopeError('BadImage', { file, ...other });
  const beginning = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  throw new MilscopeError('BadImage', {
    file,
    problem: 'this is neither a PNG nor a TIFF',
    found: `a file that begins ${beginning}`,
    remedy: 'convert it to a TIFF without loss',
  });
}

/** What the file system says when a file cannot be opened though it may be there. */
const problems: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  EISDIR: ['this is a folder, not a file', 'name an image in it'],
  EACCES: ['you may not read this file (EACCES)', 'have its owner or the administrator give you the right to read it'],
  EPERM: ['you may not read this file (EPERM)', 'have its owner or the administrator give you the right to read it'],
  EMFILE: ['too many files are open at once (EMFILE)', 'raise the limit of open files (`ulimit -n`)'],
  ENAMETOOLONG: [
    'the name is longer than the file system allows (ENAMETOOLONG)',
    'check the name: most disks allow 255 bytes, so that no such file can be here',
  ],
  ELOOP: ['the links of this path lead in a circle (ELOOP)', 'put the file itself in the place of the link'],
  EIO: ['the disk reports an error (EIO)', 'check the disk or its connection, or copy the file again'],
};

/** The error for a file that cannot be opened, with the name that was perhaps meant; or the error that it is already. */
export async function cannotOpen(path: string, cause: unknown, files: ReadFiles): Promise<unknown> {
  if (isMilscopeError(cause) || !(cause instanceof Error && 'code' in cause)) return cause;
  const code = String(cause.code);
  if (code !== 'ENOENT' && code !== 'ENOTDIR') {
    const [problem, remedy] = problems[code] ?? [
      `the file cannot be read (${code})`,
      'try again, or copy it elsewhere',
    ];
    return new MilscopeError('BadImage', { file: path, problem, remedy, cause });
  }
  const folder = dirname(path);
  for (const above of [folder, dirname(folder), dirname(dirname(folder))]) {
    if (!(await isZarr(above, files))) continue;
    const problem = 'the metadata of the plate name this, but it is not there';
    return new MilscopeError('MissingFile', { file: path, problem, remedy: 'copy the plate again', cause });
  }
  if ((await kindOf(folder, files)) === undefined) {
    const remedy = 'check the PathName column; a relative path starts at the folder of the table';
    return new MilscopeError('MissingFile', { file: path, problem: 'its folder does not exist', remedy, cause });
  }
  const meant = await otherSpelling(path, files);
  return new MilscopeError('MissingFile', {
    file: path,
    problem: 'the file does not exist',
    found: meant === undefined ? undefined : `${meant} in the same folder, which differs in upper and lower case`,
    cause,
  });
}

/**
 * The name of a file that differs in case only, as in tables made on Windows, where upper and lower case are one. Looking
 * through the folder would take too long when thousands of files are missing.
 */
async function otherSpelling(path: string, files: ReadFiles): Promise<string | undefined> {
  const { name, ext, base } = parse(path);
  for (const spelling of [name + ext.toUpperCase(), name + ext.toLowerCase(), base.toLowerCase(), base.toUpperCase()]) {
    if ((await kindOf(join(dirname(path), spelling), files)) !== undefined) return spelling;
  }
  return undefined;
}
