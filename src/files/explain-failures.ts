import { MilscopeError } from '../errors.ts';
import { cannotWrite, systemCode } from './cannot-write.ts';
import type { Files, ScratchFile } from './files.ts';

/** Files whose writing fails with CannotWrite, which names the path and says what helps. Reading fails as it did. */
export function explainFailures(files: Files): Files {
  const explained = async <T>(path: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw cannotWrite(error, path);
    }
  };
  return {
    ...files,
    ...(files.scratch && { scratch: (path, length) => explainedScratch(path, length, files) }),
    write: (path, content) => explained(path, files.write(path, content)),
    rename: (from, to) => explained(to, files.rename(from, to)),
    remove: (path) => explained(path, files.remove(path)),
    async open(path) {
      const file = await explained(path, files.open(path));
      return {
        write: (piece) => explained(path, file.write(piece)),
        patch: (offset, bytes) => explained(path, file.patch(offset, bytes)),
        keep: () => explained(path, file.keep()),
        discard: () => explained(path, file.discard()),
      };
    },
  };
}

async function explainedScratch(path: string, length: number, { scratch }: Files): Promise<ScratchFile> {
  try {
    const file = await scratch!(path, length);
    return {
      ...file,
      write(bytes, offset) {
        try {
          file.write(bytes, offset);
        } catch (error) {
          throw cannotWrite(error, path);
        }
      },
    };
  } catch (error) {
    throw cannotWrite(error, path);
  }
}

/**
 * What came out of the file system and nobody has explained, as CannotRead or MissingFile: a file that vanished while it was
 * read, too many open files. Any other error unchanged.
 */
export function explainReading(error: unknown): unknown {
  const code = systemCode(error);
  const { syscall, path } = (error ?? {}) as { syscall?: string; path?: string };
  if (code === undefined || !READING.has(syscall ?? '')) return error;
  if (code === 'ENOENT') {
    return new MilscopeError('MissingFile', {
      file: path ?? '',
      problem: 'the file does not exist, or it was removed meanwhile',
      found: code,
      remedy: 'check that it is there, then run the same command again',
      cause: error,
    });
  }
  const [problem, remedy] = meanings[code] ?? ['this cannot be read', 'try again, or copy it elsewhere'];
  return new MilscopeError('CannotRead', { file: path, problem, found: code, remedy, cause: error });
}

/** What Node names the calls that read. */
const READING = new Set([
  'open',
  'read',
  'stat',
  'lstat',
  'fstat',
  'scandir',
  'access',
  'realpath',
  'readlink',
  'close',
]);

const meanings: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  EISDIR: ['this is a folder, and a file is needed', 'name a file in it'],
  ENOTDIR: ['part of the path is a file, not a folder', 'check the path'],
  EACCES: ['you may not read this', 'have its owner or the administrator give you the right to read it'],
  EPERM: ['you may not read this', 'have its owner or the administrator give you the right to read it'],
  EMFILE: ['too many files are open at once', 'raise the limit of open files (`ulimit -n`)'],
  ENFILE: ['too many files are open at once', 'end other programs, or raise the limit of open files'],
  ENAMETOOLONG: ['the name is too long', 'give a shorter one: most disks allow 255 bytes for a name'],
};
