import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { openWhole } from './open-whole.ts';

const folder = temporaryFolder();

it('puts pieces in their order into a file that stands whole at the end only', async () => {
  const path = join(folder, 'new', 'long.txt');
  const pieces = Array.from({ length: 3000 }, (_, i) => `${i} ${'µ'.repeat(i % 100)}\n`);
  const file = await openWhole(path);
  for (const piece of pieces) await file.write(piece);
  expect(readdirSync(join(folder, 'new'))).toEqual(['long.txt.part']);
  await file.keep();
  expect(readdirSync(join(folder, 'new'))).toEqual(['long.txt']);
  expect(readFileSync(path, 'utf8')).toBe(pieces.join(''));
});

it('leaves what was there where it is discarded, at once after a long piece too', async () => {
  const path = join(folder, 'old.txt');
  writeFileSync(path, 'old');
  const file = await openWhole(path);
  await file.write('x'.repeat(1e6));
  await file.write('y');
  await file.discard();
  expect(readdirSync(folder)).not.toContain('old.txt.part');
  expect(readFileSync(path, 'utf8')).toBe('old');
});

it('is refused while another process writes the same file, and replaces what a killed one left', async () => {
  const path = join(folder, 'shared.txt');
  const first = await openWhole(path, { beat: 20 });
  await first.write('first');
  await expect(openWhole(path, { beat: 20 })).rejects.toMatchObject({
    tag: 'CannotWrite',
    details: { file: path, problem: 'another process is writing this file' },
  });
  await first.keep();
  expect(readFileSync(path, 'utf8')).toBe('first');
  writeFileSync(`${path}.part`, 'left by a process that was killed');
  const second = await openWhole(path, { beat: 20 });
  await second.write('second');
  await second.keep();
  expect(readFileSync(path, 'utf8')).toBe('second');
});

it('does not put a file in place that another process has begun anew', async () => {
  const path = join(folder, 'overtaken.txt');
  const file = await openWhole(path);
  await file.write('mine');
  rmSync(`${path}.part`);
  writeFileSync(`${path}.part`, 'theirs');
  await expect(file.keep()).rejects.toThrow(/another process is writing this file/);
  await file.discard();
  expect(readFileSync(`${path}.part`, 'utf8')).toBe('theirs');
});
