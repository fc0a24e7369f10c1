import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { imagineFiles } from './imagined-files.ts';

const folder = temporaryFolder();
const kept = join(folder, 'kept.txt');
const text = async (bytes: Promise<Uint8Array>) => new TextDecoder().decode(await bytes);

beforeAll(() => writeFile(kept, 'as it was'));

it('remembers what is written, opened, moved and removed, and changes nothing', async () => {
  const files = imagineFiles(nodeFiles);
  const [a, b] = [join(folder, 'new', 'a.txt'), join(folder, 'new', 'b.txt')];
  await files.write(a, 'one');
  const open = await files.open(kept);
  await open.write('other');
  await open.keep();
  expect(await text(files.read(kept))).toBe('other');
  await files.rename(a, b);
  expect(await files.status(a)).toBeUndefined();
  expect(await text(files.read(b, { offset: 1, length: 2 }))).toBe('ne');
  expect(await files.list(folder)).toEqual([
    { name: 'kept.txt', kind: 'file' },
    { name: 'new', kind: 'folder' },
  ]);
  await files.remove(join(folder, 'new'));
  await files.remove(kept);
  expect(await files.list(folder)).toEqual([]);
  await expect(files.read(kept)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(folder)).toEqual(['kept.txt']);
  expect(await readFile(kept, 'utf8')).toBe('as it was');
});

it('patches what is imagined, and has scratch files without making a folder', async () => {
  const files = imagineFiles(nodeFiles);
  const open = await files.open(join(folder, 'patched.txt'));
  await open.write('one ');
  await open.write('two');
  await open.patch(3, new TextEncoder().encode('-'));
  await open.keep();
  expect(await text(files.read(join(folder, 'patched.txt')))).toBe('one-two');
  const scratch = await files.scratch!(join(folder, 'new', 'deep', 'a.plane'), 4);
  scratch.write(Uint8Array.of(5), 2);
  const read = new Uint8Array(4);
  scratch.read(read, 0);
  expect([...read]).toEqual([0, 0, 5, 0]);
  await scratch.remove();
  expect(await readdir(folder)).toEqual(['kept.txt']);
});

it('fails where a file cannot be made', async () => {
  const inFile = join(kept, 'x.txt');
  const files = imagineFiles({
    ...nodeFiles,
    open: () => Promise.reject(Object.assign(new Error(), { code: 'EACCES' })),
  });
  await expect(files.open(join(folder, 'x.txt'))).rejects.toMatchObject({ code: 'EACCES' });
  await mkdir(folder, { recursive: true });
  expect(await nodeFiles.status(inFile).catch(() => undefined)).toBeUndefined();
});
