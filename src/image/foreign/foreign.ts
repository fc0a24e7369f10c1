import { MilscopeError } from '../../errors.ts';
import type { ReadFiles } from '../../files/files.ts';
import { basename } from '../../files/paths.ts';
import { isPng } from '../png-header.ts';
import { tiffFlavour } from '../tiff/directory.ts';
import { imageConversion } from './conversion.ts';
import { type ForeignFormat, foreignFormats, HEAD_BYTES } from './formats.ts';

/** The format that the name of a file says it has, where milscope does not read it. */
export function foreignName(path: string): ForeignFormat | undefined {
  const name = basename(path).toLowerCase();
  return foreignFormats.find(({ endings }) => endings.some((ending) => name.endsWith(`.${ending}`)));
}

/**
 * The format of a file by its first bytes, where milscope does not read it, and by its name where many formats begin so or
 * where the bytes say nothing.
 */
export function foreignFormat(head: Uint8Array, path: string): ForeignFormat | undefined {
  const byName = foreignName(path);
  const name = basename(path).toLowerCase();
  const begun = foreignFormats.filter(({ begins }) => begins?.(head) ?? false);
  const both = begun.find(({ endings }) => endings.some((ending) => name.endsWith(`.${ending}`)));
  // What a format without known first bytes is named after, nothing else tells; a TIFF of another name is a TIFF.
  return both ?? begun[0] ?? (byName?.begins === undefined ? byName : undefined);
}

/** Whether the image inside of a file that begins as a TIFF is laid out in a way of its own: a `.flex` of Opera. */
export function isForeignTiff(path: string): boolean {
  return /\.flex$/i.test(path);
}

/** The error for a file whose format is known and not read, with the command that converts it. */
export function cannotRead(file: string, format: ForeignFormat): MilscopeError<'BadImage'> {
  const { what, note } = format;
  return new MilscopeError('BadImage', {
    file,
    problem: `this is ${what}, which milscope does not read`,
    found: note,
    remedy: imageConversion(file, format),
  });
}

/** What a file is that is no image at all, by its first bytes; undefined where they say nothing. */
export function otherFile(head: Uint8Array): { readonly problem: string; readonly remedy: string } | undefined {
  const text = new TextDecoder().decode(head.subarray(0, 256)).trimStart().toLowerCase();
  if (text.startsWith('version https://git-lfs')) {
    const problem = 'the image itself is not here, only the note that Git LFS keeps in its place';
    return { problem, remedy: 'fetch it: git lfs pull' };
  }
  if (/^(<!doctype html|<html)/.test(text)) {
    const remedy = 'download the image again, and look at what the server says';
    return { problem: 'this is a page of the web, not an image', remedy };
  }
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4) {
    return { problem: 'this is a ZIP archive, not an image', remedy: 'unpack it, and name the images in it' };
  }
  if (head[0] === 0x1f && head[1] === 0x8b) {
    return { problem: 'this is compressed with gzip', remedy: 'unpack it with gunzip, and name what comes out' };
  }
  return undefined;
}

/** What image a file is by its first bytes; undefined where it is none that is known. */
export async function kindOfImage(
  path: string,
  files: Pick<ReadFiles, 'read'>,
): Promise<{ readonly what: string; readonly foreign?: ForeignFormat } | undefined> {
  const head = await files.read(path, { offset: 0, length: HEAD_BYTES });
  if (isPng(head)) return { what: 'a PNG' };
  const foreign = foreignFormat(head, path);
  if (tiffFlavour(head) !== undefined && !isForeignTiff(path)) return { what: 'a TIFF' };
  return foreign && { what: foreign.what, foreign };
}
