import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { nodeFiles } from './node-files.ts';
import { openScratch } from './open-scratch.ts';

const folder = temporaryFolder();

it('keeps bytes anywhere, zero until they are written, and leaves nothing', async () => {
  const file = await openScratch(join(folder, 'a', 'b.plane'), 10);
  file.write(Uint8Array.of(1, 2, 3), 4);
  file.write(Uint8Array.of(9), 5);
  const read = new Uint8Array(6);
  file.read(read, 2);
  expect([...read]).toEqual([0, 0, 1, 9, 3, 0]);
  expect(() => file.read(new Uint8Array(4), 8)).toThrow(/10 bytes has none at 10/);
  await file.remove();
  expect(readdirSync(join(folder, 'a'))).toEqual([]);
});

it('says what a disk lacks, and where', async () => {
  await openScratch(join(folder, 'file'), 1).then((file) => file.remove());
  await nodeFiles.write(join(folder, 'file'), 'x');
  const inFile = nodeFiles.scratch!(join(folder, 'file', 'a.plane'), 4);
  await expect(inFile).rejects.toMatchObject({ tag: 'CannotWrite' });
});
