import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { isMilscopeError } from '../errors.ts';
import { changeDirectory, makeZip, rename } from './testing/make-zip.ts';
import { openArchive } from './zip-archive.ts';

const folder = temporaryFolder();
const { signal } = new AbortController();
const pixels = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) >> 7));
let good: Buffer;
let number = 0;
beforeAll(async () => {
  good = await makeZip({ 'plate/a.tif': pixels, 'plate/empty.tif': '', 'plate/notes/b.txt': 'some words' });
});

/** Unpacks everything of an archive into a folder of its own. */
async function unpack(bytes: Uint8Array, into = join(folder, `${number++}`)): Promise<string> {
  const file = join(folder, `${number++}.zip`);
  await writeFile(file, bytes);
  const archive = await openArchive(file);
  try {
    for (const entry of archive.entries) await archive.unpack(entry, join(into, entry.name), signal);
  } finally {
    archive.close();
  }
  return into;
}

describe('an archive', () => {
  it('gives its files, with folders made where they are missing', async () => {
    const out = await unpack(good);
    expect(await readdir(out, { recursive: true })).toEqual(
      expect.arrayContaining(['plate/a.tif', 'plate/empty.tif', 'plate/notes/b.txt']),
    );
    expect((await readFile(join(out, 'plate/a.tif'))).equals(pixels)).toBe(true);
    expect(await readFile(join(out, 'plate/empty.tif'))).toHaveLength(0);
  });

  it('says how long they are, and leaves out its folders', async () => {
    const file = join(folder, 'good.zip');
    await writeFile(file, await makeZip({ 'plate/': '', 'plate/a.tif': 'abc' }));
    const { entries, close } = await openArchive(file);
    close();
    expect(entries).toEqual([{ name: 'plate/a.tif', bytes: 3 }]);
  });

  it('leaves alone what is there with the same bytes, and replaces what is not', async () => {
    const out = await unpack(good);
    const [a, b] = [join(out, 'plate/a.tif'), join(out, 'plate/notes/b.txt')];
    const before = await stat(a);
    await writeFile(b, 'same words'.replace('same', 'othr'));
    await unpack(good, out);
    expect((await stat(a)).ino).toBe(before.ino);
    expect(await readFile(b, 'utf8')).toBe('some words');
    expect((await readdir(out, { recursive: true })).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it.each<[string, () => Buffer]>([
    ['is empty', () => Buffer.alloc(0)],
    ['is a page in place of an archive', () => Buffer.from('<html>please log in</html>'.repeat(50))],
    ['is cut off', () => good.subarray(0, good.length - 100)],
    ['lacks its beginning', () => good.subarray(1000)],
    ['has a wrong CRC-32', () => changeDirectory(good, 16, (byte) => byte ^ 1)],
    ['has a wrong length', () => changeDirectory(good, 24, (byte) => byte ^ 1)],
    ['has damaged data', () => Buffer.from(good.map((byte, i) => (i === 300 ? byte ^ 255 : byte)))],
  ])('is damaged where it %s, and leaves no half file', async (_, make) => {
    const out = join(folder, `damaged-${number++}`);
    await expect(unpack(make(), out)).rejects.toMatchObject({ tag: 'DamagedArchive' });
    const left = existsSync(out) ? await readdir(out, { recursive: true }) : [];
    expect(left.filter((name) => name.endsWith('.part') || name.endsWith('a.tif'))).toEqual([]);
  });

  it.each<[string, () => Buffer | Promise<Buffer>, RegExp]>([
    ['leads upwards', async () => rename(await makeZip({ 'xx/evil.tif': 'x' }), 'xx/', '../'), /\.\.\/evil/],
    ['leads upwards on Windows', async () => rename(await makeZip({ 'xx/evil.tif': 'x' }), 'xx/', '..\\'), /evil/],
    ['is absolute', async () => rename(await makeZip({ 'xtmp/evil.tif': 'x' }), 'xtmp', '/tmp'), /\/tmp\/evil/],
    ['names a drive', async () => rename(await makeZip({ 'CDe/evil.tif': 'x' }), 'CDe', 'C:e'), /C:e/],
    ['has an end of text in it', async () => rename(await makeZip({ 'a-b.tif': 'x' }), 'a-b', 'a\0b'), /a.u0000b/],
  ])('is not unpacked at all where a name %s', async (_, make, found) => {
    const out = join(folder, `evil-${number++}`);
    await expect(unpack(await make(), out)).rejects.toMatchObject({
      tag: 'BadArchive',
      details: { found: expect.stringMatching(found) },
    });
    expect(existsSync(out)).toBe(false);
  });

  it.each<[string, () => Buffer | Promise<Buffer>, RegExp]>([
    ['is encrypted', () => changeDirectory(good, 8, (byte) => byte | 1), /encrypted/],
    ['has an unknown compression', () => changeDirectory(good, 10, () => 9), /compression/],
    [
      'has two files of one name',
      async () => rename(await makeZip({ 'a.tif': 'x', 'b.tif': 'y' }), 'b.', 'a.'),
      /same/,
    ],
  ])('is refused where it %s', async (_, make, problem) => {
    await expect(unpack(await make())).rejects.toMatchObject({
      tag: 'BadArchive',
      details: { problem: expect.stringMatching(problem) },
    });
  });

  it('is damaged where it speaks of places that no file has', async () => {
    // An end record of ZIP64 whose directory lies beyond 2^53.
    const locator = Buffer.from(`PK\x06\x07${'\0'.repeat(4)}${'\xff'.repeat(8)}\x01\0\0\0`, 'latin1');
    const end = Buffer.from(`PK\x05\x06${'\0'.repeat(4)}${'\xff'.repeat(12)}\0\0`, 'latin1');
    await expect(unpack(Buffer.concat([Buffer.alloc(100), locator, end]))).rejects.toMatchObject({
      tag: 'DamagedArchive',
    });
  });

  it('stops when it is told to', async () => {
    const file = join(folder, 'stopped.zip');
    await writeFile(file, good);
    const archive = await openArchive(file);
    const to = join(folder, 'stopped', 'a.tif');
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(archive.unpack(archive.entries[0]!, to, stopped)).rejects.toThrow('enough');
    archive.close();
    expect(existsSync(to)).toBe(false);
  });

  it('says where it cannot write', async () => {
    const out = join(folder, `${number++}`);
    await mkdir(out);
    await symlink(join(folder, 'nowhere', 'else'), join(out, 'plate'));
    await expect(unpack(good, out)).rejects.toMatchObject({ tag: 'CannotWrite' });
  });

  it('ends in files or in an error that says so, whatever of it is changed', async () => {
    const small = await makeZip({ 'p/a.tif': 'abcabcabcabcabcabc'.repeat(40), 'p/b.tif': 'x' });
    const change = fc.tuple(fc.nat(small.length - 1), fc.nat(255));
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(small.length), async (bytes, length) => {
        const changed = Buffer.from(small);
        for (const [at, byte] of bytes) changed[at] = byte;
        const cut = length % 5 === 0 ? changed.subarray(0, length) : changed;
        const ended = await unpack(cut).then(
          () => true,
          (error) => isMilscopeError(error),
        );
        expect(ended).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
