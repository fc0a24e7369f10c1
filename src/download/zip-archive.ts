import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, validateFileName, type ZipFile } from 'yauzl';
import { isMilscopeError, MilscopeError } from '../errors.ts';
import { cannotWrite } from '../files/cannot-write.ts';
import { makeFolder } from '../files/make-folder.ts';
import { openArchiveReader } from './archive-reader.ts';
import { checksumOf } from './checksum.ts';

/** A file in an archive. */
export interface ArchiveEntry {
  /** Its path in the archive: relative, with `/`, and never out of the folder that it is unpacked into. */
  readonly name: string;
  /** Bytes when unpacked. */
  readonly bytes: number;
}

/** An open ZIP archive. */
export interface Archive<E extends ArchiveEntry = ArchiveEntry> {
  /** Its files, without its folders. */
  readonly entries: readonly E[];
  /**
   * Writes one of its files beside `to` and renames it into place when its length and its CRC-32 are right; a file that is
   * there with the same bytes is kept.
   */
  readonly unpack: (entry: E, to: string, signal: AbortSignal) => Promise<void>;
  readonly close: () => void;
}

/**
 * Opens a ZIP archive and reads its directory, which is all that is held in memory. Nothing is written of an archive with
 * an unsafe name.
 *
 * @throws DamagedArchive for an incomplete archive, so that downloading it again may help; BadArchive for one that is never
 *   unpacked: names that lead out of the folder, encryption, an unknown compression, two files of one name.
 *   `unpack` throws the same, CannotWrite, and the signal's reason.
 */
export async function openArchive(file: string): Promise<Archive<ArchiveEntry>> {
  const zip = await openZip(file);
  try {
    const found = new Map<ArchiveEntry, Entry>();
    const names = new Set<string>();
    for await (const entry of zip.eachEntry()) {
      const name = safeName(file, entry);
      if (name.endsWith('/')) continue;
      requireReadable(file, { name, entry });
      if (names.has(name)) throw refused(file, { problem: 'two files in the archive have the same name', found: name });
      names.add(name);
      found.set({ name, bytes: entry.uncompressedSize }, entry);
    }
    return {
      entries: [...found.keys()],
      unpack: (entry, to, signal) => unpackEntry(zip, { file, entry: found.get(entry)!, to, signal }),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw isMilscopeError(error) ? error : damaged(file, { cause: error });
  }
}

async function openZip(file: string): Promise<ZipFile> {
  const { reader, size, close } = await openArchiveReader(file);
  try {
    const zip = await fromRandomAccessReaderPromise(reader, size, { autoClose: false, decodeStrings: false });
    // The iteration hears of errors; one that comes later has no other listener.
    zip.on('error', () => undefined);
    return zip;
  } catch (cause) {
    close();
    throw damaged(file, { cause });
  }
}

function safeName(file: string, { generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const isSafe = name !== '' && validateFileName(name) === null && !/[\u0000-\u001f]/.test(name);
  if (isSafe) return name;
  const found = JSON.stringify(name);
  throw refused(file, { problem: 'the name of a file in the archive leads out of its folder', found });
}

function requireReadable(file: string, { name, entry }: { name: string; entry: Entry }): void {
  if (entry.isEncrypted()) throw refused(file, { problem: 'a file in the archive is encrypted', found: name });
  if (entry.canDecodeFileData()) return;
  const found = `method ${entry.compressionMethod} of ${name}`;
  throw refused(file, { problem: 'the compression of the archive is not known', found, expected: 'deflate' });
}

async function unpackEntry(
  zip: ZipFile,
  { file, entry, to, signal }: { file: string; entry: Entry; to: string; signal: AbortSignal },
): Promise<void> {
  signal.throwIfAborted();
  if (await isThere(to, entry)) return;
  const beside = `${to}.part`;
  try {
    await makeFolder(dirname(to));
    let sum = 0;
    const summed = async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        sum = crc32(piece, sum);
        yield piece;
      }
    };
    await pipeline(await zip.openReadStreamPromise(entry), summed, createWriteStream(beside), { signal });
    if (sum !== entry.crc32) {
      const hex = (value: number) => value.toString(16).padStart(8, '0');
      throw damaged(file, {
        name: entry.fileNameRaw.toString(),
        found: hex(sum),
        expected: `CRC-32 ${hex(entry.crc32)}`,
      });
    }
    await rename(beside, to);
  } catch (error) {
    await rm(beside, { force: true });
    signal.throwIfAborted();
    const known = cannotWrite(error, to);
    throw isMilscopeError(known) ? known : damaged(file, { name: entry.fileNameRaw.toString(), cause: error });
  }
}

/** Whether `to` has exactly the bytes of the entry. */
async function isThere(to: string, entry: Entry): Promise<boolean> {
  const found = await stat(to).catch(() => undefined);
  return found?.isFile() === true && found.size === entry.uncompressedSize && (await checksumOf(to)) === entry.crc32;
}

function damaged(
  file: string,
  { name, found, expected, cause }: { name?: string; found?: string; expected?: string; cause?: unknown },
): MilscopeError {
  return new MilscopeError('DamagedArchive', {
    file,
    problem: name === undefined ? 'this is not a complete ZIP archive' : `${name} in the archive is damaged`,
    found: found ?? (cause instanceof Error ? cause.message : undefined),
    expected,
    cause,
  });
}

function refused(file: string, details: { problem: string; found: string; expected?: string }): MilscopeError {
  return new MilscopeError('BadArchive', { file, ...details });
}
