import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { tiffByHand } from '../../image/testing/tiff-by-hand.ts';
import { zarrImageByHand, zarrPlateByHand } from '../../image/testing/zarr-by-hand.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { readField } from '../../screen/read-field.ts';
import { readScreen } from '../../screen/read-screen.ts';
import { createNodeHost } from '../node/node-host.ts';
import { watchedHost } from '../testing/watched-host.ts';
import { fieldTable } from './table.ts';

const root = temporaryFolder();

function folderOf(name: string, files: readonly string[]): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [i, file] of files.entries()) {
    writeFileSync(join(folder, file), tiffByHand({ pages: [{ width: 2, height: 1, values: [i, 2 * i] }] }));
  }
  return folder;
}

it('says what it found, what it passed over and what is missing, and gives fields what other tables say', async () => {
  const screen = folderOf('plate', [
    'P_A01_s1_w1.tif',
    'P_A01_s1_w2.tif',
    'P_B02_s1_w1.tif',
    'P_B02_s2_w1.tif',
    'odd.tif',
  ]);
  const plateMap = join(root, 'map.csv');
  writeFileSync(plateMap, 'Well,Compound\nA01,DMSO\n');
  const out = join(root, 'fields.csv');
  const { host, events } = await watchedHost();
  const seen = [];
  for await (const event of fieldTable({ screen, plateMap, out }, host)) seen.push(event);
  expect(seen.at(-1)).toEqual({
    event: 'finished',
    result: {
      out,
      layout: 'images named by ImageXpress',
      fields: 3,
      plates: ['P'],
      wells: 2,
      sites: { least: 1, most: 2 },
      channels: ['w1', 'w2'],
      columns: ['Metadata_Plate', 'Metadata_Well', 'Metadata_Site', 'Metadata_Compound'],
      incomplete: 2,
    },
  });
  expect(JSON.stringify([...seen, ...events])).toContain('odd.tif');
  expect(readFileSync(out, 'utf8').split('\n').slice(1, 3)).toEqual([
    'P_A01_s1_w1.tif,plate,P_A01_s1_w2.tif,plate,P,A01,1,DMSO',
    'P_B02_s1_w1.tif,plate,,,P,B02,1,',
  ]);
});

it('writes the images of a plate of OME-Zarr, with their labels, which read back to the same pixels', async () => {
  const screen = join(root, 'plate.zarr');
  zarrPlateByHand(screen, { wells: { 'B/3': ['0', '1'] }, format: 2 });
  for (const site of [0, 1]) {
    const levels = [{ shape: [2, 2, 3], values: Array.from({ length: 12 }, (_, i) => 20 * site + i) }];
    await zarrImageByHand(join(screen, 'B/3', String(site)), { axes: 'cyx', levels, channels: ['DNA', 'Actin'] });
  }
  const out = join(root, 'zarr.csv');
  await expect(fieldTable({ screen, out }, createNodeHost())).resolves.toMatchObject({ layout: 'OME-Zarr', fields: 2 });
  expect(readFileSync(out, 'utf8')).toContain('\n1,plate.zarr/B/3,plate,B03,1\n');
  const [before, after] = [await readScreen(screen, {}, nodeAccess), await readScreen(out, {}, nodeAccess)];
  expect(after.channels).toEqual(['DNA', 'Actin']);
  for (const [i, field] of before.fields.entries()) {
    const { data } = await readField(before, field, nodeAccess);
    expect((await readField(after, after.fields[i]!, nodeAccess)).data).toEqual(data);
  }
});

it('neither replaces a table unasked, nor the one that it reads', async () => {
  const screen = folderOf('again', ['P_A01_s1_w1.tif']);
  const out = join(root, 'again.csv');
  const write = (request: Parameters<typeof fieldTable>[0]) => fieldTable(request, createNodeHost());
  await write({ screen, out });
  await expect(write({ screen, out })).rejects.toMatchObject({ tag: 'OutputExists' });
  await write({ screen, out, overwrite: true });
  await expect(write({ screen: out, out, overwrite: true })).rejects.toThrow(/replace the one that it is read from/);
  await expect(write({ screen, out: join(root, 'again.txt') })).rejects.toThrow(/ends in \.csv/);
});
