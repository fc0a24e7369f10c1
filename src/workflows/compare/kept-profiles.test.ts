import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { keepProfiles, readProfiles } from './kept-profiles.ts';

const file = join(temporaryFolder(), 'cells', 'profiles.safetensors');

/** A field with so many cells, of two features, one of them unknown. */
const profileOf = (count: number, seed: number) => ({
  names: ['Count_Cells', 'Image_A', 'Nuclei_B'],
  values: Float64Array.of(count, seed / 3, count === 0 ? Number.NaN : seed / 7),
  cells: {
    names: ['Nuclei_B', 'Cells_C'],
    values: Float64Array.from({ length: 2 * count }, (_, i) => (i % 3 === 0 ? Number.NaN : (seed + i) / 9)),
    objectNumbers: Int32Array.from({ length: count }, (_, i) => i + 1),
    x: Float64Array.from({ length: count }, (_, i) => seed + i / 3),
    y: Float64Array.from({ length: count }, (_, i) => seed - i / 3),
  },
});
const profiles = [profileOf(2, 1), profileOf(0, 2), profileOf(3, 3)];

it('gives back every number of every field, under the same key only', async () => {
  expect(await readProfiles(file, 'one', nodeFiles)).toBeUndefined();
  await keepProfiles(file, { key: 'one', profiles }, nodeFiles);
  expect(await readProfiles(file, 'one', nodeFiles)).toEqual(profiles);
  expect(await readProfiles(file, 'other', nodeFiles)).toBeUndefined();
  await keepProfiles(file, { key: 'other', profiles: profiles.slice(1) }, nodeFiles);
  expect(await readProfiles(file, 'one', nodeFiles)).toBeUndefined();
  expect(await readProfiles(file, 'other', nodeFiles)).toEqual(profiles.slice(1));
});

it('knows nothing of a file that is cut short, or is something else', async () => {
  await keepProfiles(file, { key: 'one', profiles }, nodeFiles);
  const bytes = await readFile(file);
  for (const broken of [bytes.subarray(0, -8), bytes.subarray(0, 20), Buffer.from('something else'), Buffer.of()]) {
    await writeFile(file, broken);
    expect(await readProfiles(file, 'one', nodeFiles)).toBeUndefined();
  }
});
