import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { createNodeHost } from '../node/node-host.ts';
import { simulate } from './simulate.ts';

const folder = temporaryFolder();
const small = { classes: 2, plates: 1, wells: 2, sites: 1, size: 64 };

it('tells how far it has come, field by field, and last what it made', async () => {
  const events = [];
  for await (const event of simulate({ ...small, out: join(folder, 'told') }, createNodeHost())) {
    events.push(event);
  }
  expect(events.map(({ event }) => event)).toEqual(['began', 'progress', 'progress', 'ended', 'finished']);
  expect(events[0]).toMatchObject({ task: 'simulating', total: 2, unit: 'fields' });
  expect(events.at(-1)).toMatchObject({
    result: { out: join(folder, 'told'), total: { fields: 2 }, channels: ['DNA', 'Actin', 'Tubulin'] },
  });
});

it('takes a range as two numbers or as a text, and gives the same screen for both', async () => {
  const host = createNodeHost();
  const typed = await simulate({ ...small, out: join(folder, 'typed'), responders: '0.6-0.7' }, host);
  const plain = await simulate({ ...small, out: join(folder, 'plain'), responders: [0.6, 0.7] }, host);
  expect(typed.options.responders).toEqual([0.6, 0.7]);
  expect(plain.options).toEqual(typed.options);
  expect(plain.classes).toEqual(typed.classes);
});

it('makes the same screen on other threads as in one', async () => {
  const screen = { ...small, wells: 6, sites: 2 };
  const made = async (name: string, threads: number) => {
    const out = join(folder, name);
    await simulate({ ...screen, out }, createNodeHost({ threads }));
    const names = (await readdir(out, { recursive: true })).filter((path) => /\.(tif|csv)$/.test(path)).sort();
    const bytes = await Promise.all(names.map((path) => readFile(join(out, path))));
    return { names, hashes: bytes.map((of) => createHash('sha256').update(of).digest('hex')) };
  };
  // Twelve fields are many for two threads, and few for eight.
  const [apart, together] = [await made('apart', 2), await made('together', 8)];
  expect(apart.names).toHaveLength(2 + 12 * 5);
  expect(apart).toEqual(together);
});

it('names the field of a request that makes no sense', async () => {
  const host = createNodeHost();
  const out = join(folder, 'none');
  const wrong = [
    [{ out, classes: 0 }, 'classes'],
    [{ out, responders: [0.9, 0.5] }, 'responders'],
    [{ out, mixture: '1.5' }, 'mixture'],
    [{ out, mixture: [1, 2.5] }, 'mixture'],
    [{ out, cells: 3 }, 'cells'],
  ] as const;
  for (const [request, option] of wrong) {
    await expect(async () => simulate(request as never, host), option).rejects.toMatchObject({
      tag: 'BadOption',
      details: { option },
    });
  }
  await expect(async () => simulate({ out: folder }, host)).rejects.toMatchObject({ tag: 'OutputExists' });
});
