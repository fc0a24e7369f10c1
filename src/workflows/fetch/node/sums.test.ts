import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';
import { readSums, requireSum } from './sums.ts';

const file = join(temporaryFolder(), 'sums.txt');
const [a, b] = ['a'.repeat(64), 'B'.repeat(64)];

it('reads what sha256sum writes, by the names of the files', async () => {
  writeFileSync(file, `# of ours\n${a}  x.zip\r\n\n${b} *folder/y.zip\n`);
  const sums = await readSums(file);
  expect([...sums]).toEqual([
    ['x.zip', a],
    ['y.zip', b.toLowerCase()],
  ]);
  const url = 'https://example.org/x.zip';
  expect(requireSum(sums, { url, name: 'x.zip', sha256: a })).toBe(true);
  expect(requireSum(sums, { url, name: 'z.zip', sha256: a })).toBe(false);
  expect(() => requireSum(sums, { url, name: 'y.zip', sha256: a })).toThrow(/SHA-256 of the file differs/);
});

it.each([
  ['no sum', `${a}  x.zip\nabc  y.zip\n`, 2],
  ['two sums for one file', `${a}  x.zip\n\n${b}  other/x.zip\n`, 3],
])('refuses %s', async (_, text, row) => {
  writeFileSync(file, text);
  await expect(readSums(file)).rejects.toMatchObject({ tag: 'BadTable', details: { file, row } });
});

it('refuses a list that is not there', async () => {
  await expect(readSums(`${file}.none`)).rejects.toMatchObject({ tag: 'MissingFile' });
});
