import { writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { createRandom } from '../random.ts';
import { mutate } from './testing/mutate.ts';
import { outcomeOf } from './testing/outcome.ts';
import { seedImages } from './testing/seeds.ts';

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
