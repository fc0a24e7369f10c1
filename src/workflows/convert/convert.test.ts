import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { createNodeHost } from '../node/node-host.ts';
import { convert } from './convert.ts';

const folder = temporaryFolder();
const host = createNodeHost({ threads: 1 });
let screen: string;

beforeAll(async () => {
  screen = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, wells: 2, sites: 1 });
});

it('counts fields, names the label images that it loses, and ends with the plate', async () => {
  const cells = join(folder, 'screen', 'masks', 'Plate1_A01_s1_cells.tif');
  await rename(cells, `${cells}.away`);
  const out = join(folder, 'told.zarr');
  const events = [];
  for await (const event of convert({ screen, out }, host)) events.push(event);
  await rename(`${cells}.away`, cells);
  expect(events.filter(({ event }) => event === 'began')).toMatchObject([{ task: 'converting', total: 2 }]);
  expect(events.filter(({ event }) => event === 'progress')).toHaveLength(2);
  expect(events.filter(({ event }) => event === 'lost')).toMatchObject([
    { field: { tag: 'MissingFile', file: cells } },
  ]);
  expect(events.at(-1)).toMatchObject({ event: 'finished', result: { out, fields: 2, skipped: 1 } });
});

it('warns where no label image of some objects can be read, and does not count them as written', async () => {
  const cells = ['A01', 'A02'].map((well) => join(folder, 'screen', 'masks', `Plate1_${well}_s1_cells.tif`));
  for (const file of cells) await rename(file, `${file}.away`);
  const events = [];
  for await (const event of convert({ screen, out: join(folder, 'none.zarr') }, host)) events.push(event);
  for (const file of cells) await rename(`${file}.away`, file);
  const message = 'no label image of Cells could be read, so the plates have none';
  expect(events.filter(({ event }) => event === 'warned')).toEqual([{ event: 'warned', message }]);
  expect(events.at(-1)).toMatchObject({ result: { labels: ['Nuclei'], skipped: 2 } });
});

it('leaves nothing of a plate when whoever listens breaks off', async () => {
  const out = join(folder, 'left.zarr');
  for await (const event of convert({ screen, out }, host)) if (event.event === 'progress') break;
  expect(await host.files.status(out)).toBeUndefined();
  expect(await host.files.status(`${out}.part`)).toBeUndefined();
});

it('names the field of a request that makes no sense', async () => {
  const out = join(folder, 'wrong.zarr');
  const wrong = [
    [{ screen }, 'out'],
    [{ screen, out, omeZarr: '0.6' }, 'omeZarr'],
    [{ screen, out, levels: 0 }, 'levels'],
    [{ screen, out, pixelSize: '0.5' }, 'pixelSize'],
    [{ screen, out, zarr: true }, 'zarr'],
  ] as const;
  for (const [request, option] of wrong) {
    await expect(async () => convert(request as never, host), option).rejects.toMatchObject({
      tag: 'BadOption',
      details: { option },
    });
  }
});
