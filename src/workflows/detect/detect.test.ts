import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { createNodeHost } from '../node/node-host.ts';
import { simulate } from '../simulate/simulate.ts';
import { detect } from './detect.ts';

const folder = temporaryFolder();

it('finds the same nuclei on other threads as in one', async () => {
  const screen = join(folder, 'screen');
  const { fields } = await simulate(
    { classes: 2, plates: 1, wells: 4, sites: 1, size: 128, out: screen },
    createNodeHost(),
  );
  const found = async (name: string, threads: number) => {
    const [out, masks] = [join(folder, `${name}.csv`), join(folder, name)];
    const result = await detect({ screen: fields, out, masks }, createNodeHost({ threads }));
    const paths = [out, ...(await readdir(masks)).sort().map((file) => join(masks, file))];
    const bytes = await Promise.all(paths.map((path) => readFile(path)));
    return { nuclei: result.nuclei, hashes: bytes.map((of) => createHash('sha256').update(of).digest('hex')) };
  };
  // Four fields are many for two threads, and few for eight.
  const [apart, together] = [await found('apart', 2), await found('together', 8)];
  expect(apart.nuclei).toBeGreaterThan(20);
  expect(apart.hashes).toHaveLength(1 + 4);
  expect(apart).toEqual(together);
});
