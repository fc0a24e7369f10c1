import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { createNodeHost } from '../node/node-host.ts';
import { inspect } from './inspect.ts';

const folder = temporaryFolder();
const host = createNodeHost({ threads: 1 });
let screen: string;

beforeAll(async () => {
  screen = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, wells: 3, sites: 1 });
});

it('counts fields, names those that it loses, and ends with what it found', async () => {
  const image = join(folder, 'screen', 'images', 'Plate1_A02_s1_w1.tif');
  await rename(image, `${image}.away`);
  const out = join(folder, 'report', 'page.html');
  const events = [];
  for await (const event of inspect({ screen, out, label: 'Phenotype' }, host)) events.push(event);
  await rename(`${image}.away`, image);
  expect(events.filter(({ event }) => event === 'began')).toMatchObject([{ task: 'inspecting', total: 3 }]);
  expect(events.filter(({ event }) => event === 'progress')).toHaveLength(3);
  expect(events.filter(({ event }) => event === 'lost')).toMatchObject([
    { field: { imageNumber: 2, tag: 'MissingFile', file: image } },
  ]);
  expect(events.at(-1)).toMatchObject({
    event: 'finished',
    result: { fields: { total: 3, readable: 2 }, skipped: 1, out, table: join(folder, 'report', 'page.csv') },
  });
});

it('gives a result that fits its schema and names options in the marks of a sentence', async () => {
  const found = await inspect({ screen }, host);
  expect(inspect.result.parse(found)).toEqual(found);
  expect(found.advice.map(({ remedy }) => remedy)).toContainEqual(
    expect.stringContaining('name the column with label to see'),
  );
  expect(JSON.stringify(found)).not.toMatch(/--[a-z]/);
});

it('opens no image for a request that makes no sense, and names its field', async () => {
  const wrong = [
    [{}, 'screen'],
    [{ screen, holdout: 'Plate=Plate1' }, 'holdout'],
    [{ screen, out: 'page.pdf' }, 'out page.pdf'],
    [{ screen, workers: 0 }, 'workers'],
    [{ screen, labels: 'MOA' }, 'labels'],
  ] as const;
  for (const [request, option] of wrong) {
    await expect(async () => inspect(request as never, host), option).rejects.toMatchObject({
      tag: 'BadOption',
      details: { option },
    });
  }
  const events: string[] = [];
  const run = async () => {
    for await (const { event } of inspect({ screen, label: 'Colour' }, host)) events.push(event);
  };
  await expect(run).rejects.toMatchObject({ tag: 'MissingColumn', details: { option: 'label' } });
  expect(events).toEqual([]);
});
