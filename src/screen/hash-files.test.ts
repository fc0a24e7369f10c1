import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { sha256 } from '../files/hash.ts';
import { writeGroup, zarrImageByHand, zarrPlateByHand } from '../image/testing/zarr-by-hand.ts';
import { hashFiles, hashScreen } from './hash-files.ts';
import { nodeAccess } from './node/access.ts';
import { readScreen } from './read-screen.ts';

const folder = temporaryFolder();

/** Changes the last byte of a file. */
function change(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(file, bytes);
}

it('hashes the content of files, and nothing for those that are not there', async () => {
  const file = join(folder, 'a.txt');
  writeFileSync(file, 'abc');
  expect(await hashFiles([file, join(folder, 'b.txt'), folder], { threads: 1 }, nodeAccess)).toEqual([
    sha256('abc'),
    null,
    null,
  ]);
});

it('hashes one level of an image of OME-Zarr, wherever it is', async () => {
  const level = { shape: [2, 2], chunks: [1, 2], values: [1, 2, 3, 4] };
  const image = await zarrImageByHand(join(folder, 'a.zarr'), { axes: 'yx', levels: [level, level] });
  const hash = async (path: string, at?: number) => (await hashFiles([path], { threads: 1, level: at }, nodeAccess))[0];
  const first = await hash(image);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  const copy = join(folder, 'copy.zarr');
  cpSync(image, copy, { recursive: true });
  expect(await hash(copy)).toBe(first);

  writeGroup(join(copy, 'labels'), 2, { labels: ['nuclei'] });
  change(join(copy, '1/0/0'));
  expect(await hash(copy)).toBe(first);
  expect(await hash(copy, 1)).not.toBe(await hash(image, 1));
  change(join(copy, '0/1/0'));
  expect(await hash(copy)).not.toBe(first);
});

it('hashes what says which fields a plate has', async () => {
  const plate = zarrPlateByHand(join(folder, 'plate.zarr'), { wells: { 'A/1': ['0'] } });
  const hash = async () => hashScreen(await readScreen(plate, {}, nodeAccess), nodeAccess);
  const first = await hash();
  expect(await hash()).toBe(first);
  zarrPlateByHand(plate, { wells: { 'A/1': ['0', '1'] } });
  expect(await hash()).not.toBe(first);
});
