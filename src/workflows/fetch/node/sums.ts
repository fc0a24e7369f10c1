import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { MilscopeError } from '../../../errors.ts';

/**
 * Reads sums as `sha256sum` writes them, a line `<64 hexadecimal digits>  <file>` for each. Gives them, in small letters,
 * by the names of the files without folders. Blank lines and lines that begin with `#` are ignored.
 *
 * @throws MissingFile, BadTable with the row of a line that is not a sum, or that contradicts another.
 */
export async function readSums(file: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new MilscopeError('MissingFile', { file, problem: 'the sums cannot be read', found: cause.code, cause });
  });
  const sums = new Map<string, string>();
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, sum, path] = /^([0-9a-f]{64}) [ *](.+)$/i.exec(line.trim()) ?? [];
    if (sum === undefined || path === undefined) {
      const expected = '64 hexadecimal digits, two spaces, and the name of a file';
      throw new MilscopeError('BadTable', {
        file,
        row: i + 1,
        problem: 'this line is not a SHA-256 sum',
        found: line,
        expected,
      });
    }
    const name = basename(path.replaceAll('\\', '/'));
    const before = sums.get(name);
    if (before !== undefined && before !== sum.toLowerCase()) {
      throw new MilscopeError('BadTable', {
        file,
        row: i + 1,
        problem: 'there are two sums for one file',
        found: name,
      });
    }
    sums.set(name, sum.toLowerCase());
  }
  return sums;
}

/** Lets a file pass whose sum is the one expected, or unknown. Says whether it was known. @throws DamagedArchive */
export function requireSum(
  sums: ReadonlyMap<string, string>,
  { url, name, sha256 }: { url: string; name: string; sha256: string },
): boolean {
  const expected = sums.get(name);
  if (expected === undefined || expected === sha256) return expected !== undefined;
  throw new MilscopeError('DamagedArchive', {
    file: url,
    problem: 'the SHA-256 of the file differs from the one in the list of sums',
    found: sha256,
    expected,
  });
}
