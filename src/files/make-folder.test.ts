import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { makeFolder } from './make-folder.ts';

const folder = temporaryFolder();

it('makes the levels that are missing, and nothing of those that are there', async () => {
  const path = join(folder, 'a', 'b', 'c');
  await Promise.all([makeFolder(path), makeFolder(path), makeFolder(join(folder, 'a', 'd'))]);
  await makeFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
  expect(existsSync(join(folder, 'a', 'd'))).toBe(true);
});

it('follows links to folders', async () => {
  mkdirSync(join(folder, 'there'));
  symlinkSync(join(folder, 'there'), join(folder, 'link'), 'dir');
  await makeFolder(join(folder, 'link', 'new'));
  expect(existsSync(join(folder, 'there', 'new'))).toBe(true);
});

it('names the level that is a file, that is a link to nothing, and that has too long a name', async () => {
  writeFileSync(join(folder, 'file'), '');
  symlinkSync(join(folder, 'nothing'), join(folder, 'lost'));
  const refusals: readonly (readonly [level: string, problem: RegExp])[] = [
    ['file', /this is a file/],
    ['lost', /link that leads nowhere/],
    ['x'.repeat(300), /the name is too long/],
  ];
  for (const [level, message] of refusals) {
    const failed = makeFolder(join(folder, level, 'deep', 'er'));
    await expect(failed).rejects.toMatchObject({ tag: 'CannotWrite', details: { file: join(folder, level) } });
    await expect(failed).rejects.toThrow(message);
  }
});

it.skipIf(platform() !== 'linux')('comes back from a place where no folder can be made', async () => {
  await expect(makeFolder('/proc/milscope/run')).rejects.toMatchObject({
    tag: 'CannotWrite',
    details: { file: '/proc/milscope', problem: 'no folder can be made in /proc' },
  });
});
