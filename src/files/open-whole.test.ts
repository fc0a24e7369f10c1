import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
