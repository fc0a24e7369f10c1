import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { readImage } from '../../image/read.ts';
import { classifyRegions } from '../../localization/regions/class-regions.ts';
import { findRegions } from '../../localization/regions/regions.ts';
import { readCells } from '../../screen/cells/read-cells.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { readLabelImage, readObjects } from '../../screen/objects/read-objects.ts';
import { readScreen } from '../../screen/read-screen.ts';
import { createNodeHost } from '../node/node-host.ts';
import { createRegionWriter, openRegionTables } from './region-files.ts';

const folder = temporaryFolder();
const host = createNodeHost();

it('writes what other programs open, and reads back', async () => {
  const screen = await readScreen(
    await simulateTinyScreen(join(folder, 'screen'), { plates: 1, wells: 2, sites: 1 }),
    {},
    nodeAccess,
  );
  const out = join(folder, 'out');
  const classes = ['neutral', 'other'];
  const write = createRegionWriter(out, { screen, classes }, host);
  const files = await openRegionTables(out, { screen, classes }, host);
  const written = [];
  for (const field of screen.fields) {
    const size = { height: 96, width: 96 };
    const cells = (await readObjects(screen, field, { name: 'Cells', size }, nodeAccess))!;
    const mask = { ...size, data: Uint8Array.from(cells.data, (label) => Number(label > 0)) };
    const maps = { data: new Float32Array(2 * 96 * 96).fill(0.5).fill(0.75, 96 * 96), classes: 2 };
    const found = classifyRegions(findRegions(mask, { leastArea: 10 }), maps);
    expect(found.regions.length).toBeGreaterThan(0);
    await files.add(JSON.parse(JSON.stringify(await write(field, found))));
    written.push({ field, found });
  }
  expect(existsSync(join(out, 'regions.csv'))).toBe(false);
  await files.close();
  expect(readdirSync(out).sort()).toEqual(['coco.json', 'masks', 'regions', 'regions.csv']);

  const rows = parse<Record<string, string>>(readFileSync(join(out, 'regions.csv')), { columns: true });
  expect(rows).toHaveLength(written.reduce((sum, { found }) => sum + found.regions.length, 0));
  expect(rows[0]).toMatchObject({ Metadata_Well: 'A01', ImageNumber: '1', ObjectNumber: '1', MIL_Class: 'other' });
  expect(rows[0]).toMatchObject({ MIL_Probability_neutral: '0.5', MIL_Probability_other: '0.75' });
  expect(rows[0]).not.toHaveProperty('ObjectsFileName_Cells');

  const coco = JSON.parse(readFileSync(join(out, 'coco.json'), 'utf8'));
  expect(coco.annotations).toHaveLength(rows.length);
  expect(coco.images[0].file_name).toMatch(/^images\/.*_w1\.tif$/);

  const cells = await readCells(join(out, 'regions.csv'), screen, nodeAccess);
  for (const { field, found } of written) {
    const stem = coco.images[field.imageNumber - 1].file_name.slice('images/'.length, -'.tif'.length);
    const mask = await readImage(join(out, 'masks', `${stem}.png`), {}, nodeAccess);
    expect(mask.data).toEqual(Uint16Array.from(found.labels));
    const collection = JSON.parse(readFileSync(join(out, 'regions', `${stem}.geojson`), 'utf8'));
    expect(collection.features).toHaveLength(found.regions.length);
    expect(cells.byField.get(field)!.map(({ objectNumber }) => objectNumber)).toEqual(
      found.regions.map(({ label }) => label),
    );
  }
});

it('leaves no table where it is discarded', async () => {
  const screen = await readScreen(join(folder, 'screen', 'fields.csv'), {}, nodeAccess);
  const files = await openRegionTables(join(folder, 'discarded'), { screen }, host);
  await files.discard();
  expect(readdirSync(join(folder, 'discarded'))).toEqual([]);
});

it('writes label images of 32 bits where 16 cannot number the regions, and leaves one label image of a field', async () => {
  const screen = await readScreen(join(folder, 'screen', 'fields.csv'), {}, nodeAccess);
  const [field] = screen.fields as [(typeof screen.fields)[number]];
  const out = join(folder, 'many');
  const write = createRegionWriter(out, { screen }, host);
  const side = 514;
  const size = { height: side, width: side };
  // Every other pixel of every other row, so that no two touch.
  const dots = Uint8Array.from({ length: side * side }, (_, i) =>
    Number(i % 2 === 0 && Math.floor(i / side) % 2 === 0),
  );
  const found = findRegions({ data: dots, ...size });
  expect(found.regions).toHaveLength(257 ** 2);
  const few = findRegions({ data: new Uint8Array(side * side).fill(1), ...size });
  for (const [regions, ending] of [
    [few, '.png'],
    [found, '.tif'],
    [few, '.png'],
  ] as const) {
    const { mask } = await write(field, regions);
    expect(mask.endsWith(ending)).toBe(true);
    expect(readdirSync(join(out, 'masks'))).toEqual([basename(mask)]);
    expect((await readLabelImage(join(out, mask), size, nodeAccess)).data).toEqual(regions.labels);
  }
});
