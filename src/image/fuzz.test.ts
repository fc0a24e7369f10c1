import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { createRandom } from '../random.ts';
import { mutate } from './testing/mutate.ts';
import { outcomeOf } from './testing/outcome.ts';
import { seedImages } from './testing/seeds.ts';
import { type FolderOfFiles, mutateFolder, seedZarrs } from './testing/zarr-seeds.ts';

const folder = temporaryFolder();

/** `bench/fuzz-images.ts` does the same ten thousand times, with limits of time and memory. */
it('gives pixels or a MilscopeError for whatever has become of a file', async () => {
  const seeds = [...(await seedImages())];
  const outcomes = new Map<string, number>();
  for (const [name, bytes] of seeds) {
    const path = join(folder, `whole${extname(name)}`);
    writeFileSync(path, bytes);
    expect(await outcomeOf(path), name).toBe('pixels');
  }
  for (let i = 0; i < 400; i++) {
    const [name, bytes] = seeds[i % seeds.length]!;
    const path = join(folder, `mutant${extname(name)}`);
    writeFileSync(path, mutate(bytes, createRandom(1, 'image', i)));
    const outcome = await outcomeOf(path);
    expect(outcome, `${name}, mutant ${i}`).not.toMatch(/^bug/);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  // Both come about, or the mutations would prove nothing.
  expect(outcomes.get('pixels')).toBeGreaterThan(20);
  expect(outcomes.get('BadImage')).toBeGreaterThan(100);
});

it('gives pixels or a MilscopeError for whatever has become of a folder of OME-Zarr', async () => {
  const seeds = [...(await seedZarrs())];
  const outcomes = new Map<string, number>();
  const write = (files: FolderOfFiles) => {
    const path = join(folder, 'image.zarr');
    rmSync(path, { recursive: true, force: true });
    for (const [name, bytes] of files) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), bytes);
    }
    return outcomeOf(path);
  };
  for (const [name, files] of seeds) expect(await write(files), name).toBe('pixels');
  for (let i = 0; i < 240; i++) {
    const [name, files] = seeds[i % seeds.length]!;
    const outcome = await write(mutateFolder(files, createRandom(2, 'image', i)));
    expect(outcome, `${name}, mutant ${i}`).not.toMatch(/^bug/);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect(outcomes.get('pixels')).toBeGreaterThan(10);
  expect(outcomes.get('BadImage')).toBeGreaterThan(100);
});
