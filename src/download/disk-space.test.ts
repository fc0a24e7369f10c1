import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { formatBytes, freeSpace, requireSpace } from './disk-space.ts';

const folder = temporaryFolder();

it('knows the room that a folder has, also one that is still to be made', async () => {
  expect(await freeSpace(folder)).toBeGreaterThan(0);
  expect(await freeSpace(join(folder, 'not', 'yet'))).toBeGreaterThan(0);
});

it('says how much is needed where there is less', async () => {
  await requireSpace(folder, 1);
  await expect(requireSpace(folder, 2e9, { free: async () => 840e6 })).rejects.toThrow(
    `${folder}: there is not enough room on the disk (found 840 MB free; expected 2.0 GB)`,
  );
});

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1400, '1.4 kB'],
  [21_460_000, '21.5 MB'],
  [840e6, '840 MB'],
  [1.9e9, '1.9 GB'],
  [4e15, '4000 TB'],
])('writes %d as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
