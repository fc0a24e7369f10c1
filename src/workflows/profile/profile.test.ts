import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { createNodeHost } from '../node/node-host.ts';
import { filesOf } from '../testing/files-of.ts';
import { runUntil } from '../testing/run-until.ts';
import { profile } from './profile.ts';

const folder = temporaryFolder();
const host = createNodeHost({ threads: 1 });
let asked: { screen: string; nucleiChannel: string; out: string };

beforeAll(async () => {
  const screen = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, wells: 3, sites: 1 });
  asked = { screen, nucleiChannel: 'DNA', out: join(folder, 'features.csv') };
});

it('counts fields, names those that it loses, and ends with what it measured', async () => {
  const image = join(folder, 'screen', 'images', 'Plate1_A02_s1_w1.tif');
  await rename(image, `${image}.away`);
  const events = [];
  for await (const event of profile(asked, host)) events.push(event);
  await rename(`${image}.away`, image);
  expect(events.filter(({ event }) => event === 'began')).toMatchObject([{ task: 'measuring', total: 3 }]);
  expect(events.filter(({ event }) => event === 'lost')).toMatchObject([
    { field: { imageNumber: 2, tag: 'MissingFile', file: image } },
  ]);
  expect(events.at(-1)).toMatchObject({
    event: 'finished',
    result: { out: asked.out, fields: 2, skipped: 1, skippedFile: join(folder, 'features.skipped.csv') },
  });
});

it('leaves no table when whoever listens breaks off', async () => {
  const out = join(folder, 'left', 'features.csv');
  for await (const event of profile({ ...asked, out }, host)) if (event.event === 'progress') break;
  const left = await host.files.list(join(folder, 'left')).catch(() => []);
  expect(left.map(({ name }) => name)).toEqual(['features.csv.unfinished']);
});

it('that is stopped goes on to the same bytes, with features of cells, and is left as it is once finished', async () => {
  const of = (name: string) => ({
    ...{ ...asked, out: join(folder, name, 'f.csv'), cells: join(folder, name, 'c.csv') },
  });
  const run = (name: string, more: { resume?: boolean; distance?: number } = {}, progress?: number) =>
    runUntil((own) => profile({ ...of(name), ...more }, own), { progress });
  const outputs = (name: string) => filesOf(join(folder, name), /record\.json$/);
  expect((await run('whole')).result).toMatchObject({ fields: 3 });
  const { error } = await run('stopped', {}, 2);
  expect(error).toMatchObject({
    tag: 'Interrupted',
    details: { problem: expect.stringContaining('2 of 3 fields are kept') },
  });
  expect((await run('stopped', { resume: true, distance: 3 })).error).toMatchObject({ tag: 'ResumeMismatch' });
  const { events, result } = await run('stopped', { resume: true });
  expect(events).toContainEqual(expect.objectContaining({ event: 'began', start: 2 }));
  expect(outputs('stopped')).toEqual(outputs('whole'));
  expect(Object.keys(outputs('stopped')).sort()).toEqual(['c.csv', 'f.csv']);
  expect((await run('stopped', { resume: true })).result).toEqual(result);
});

it('names the field of a request that makes no sense', async () => {
  const out = join(folder, 'wrong.csv');
  const wrong = [
    [{ screen: asked.screen, out }, 'nucleiChannel'],
    [{ ...asked, out, distance: -1 }, 'distance'],
    [{ ...asked, out, diameter: 0 }, 'diameter'],
    [{ ...asked, out, cells: join(folder, 'wrong.xlsx') }, `cells ${join(folder, 'wrong.xlsx')}`],
    [{ ...asked, out, cells: join(folder, 'WRONG.csv') }, `cells ${join(folder, 'WRONG.csv')}`],
    [{ ...asked, out, nucleiChannel: 'ER' }, 'nucleiChannel ER'],
    [{ ...asked, out, nuclei: 'DNA' }, 'nuclei'],
  ] as const;
  for (const [request, option] of wrong) {
    await expect(async () => profile(request as never, host), option).rejects.toMatchObject({
      tag: 'BadOption',
      details: { option },
    });
  }
});
