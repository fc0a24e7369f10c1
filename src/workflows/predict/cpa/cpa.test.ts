import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';
import { writeTiff } from '../../../image/node/write.ts';
import { chooseChannels } from '../../../screen/channels/choose-channels.ts';
import { nodeAccess } from '../../../screen/node/access.ts';
import { readScreen } from '../../../screen/read-screen.ts';
import type { Screen } from '../../../screen/screen.ts';
import { analystColours } from './analyst-colours.ts';
import { channelFiles, placeOf } from './channel-files.ts';
import { plateType } from './plate-type.ts';
import { formatProperties } from './properties.ts';
import { sqlNames } from './sql-names.ts';

const folder = temporaryFolder();
const filesOf = (screen: Screen) => channelFiles(screen, nodeAccess);

/** A screen of one field whose columns name files of so many channels. */
async function screenOf(name: string, files: Readonly<Record<string, number>>) {
  const inside = join(folder, name);
  await mkdir(inside);
  for (const [column, channels] of Object.entries(files)) {
    const image = { data: new Uint8Array(4 * channels), channels, height: 2, width: 2 };
    await writeTiff(join(inside, `${column}.tif`), image);
  }
  const columns = Object.keys(files);
  const lines = [columns.map((column) => `FileName_${column}`), columns.map((column) => `${column}.tif`)];
  await writeFile(join(inside, 'fields.csv'), lines.map((cells) => `${cells.join()}\n`).join(''));
  return readScreen(join(inside, 'fields.csv'), {}, nodeAccess);
}

describe('the files of a field', () => {
  it('are shown in colours: those of all other pictures', async () => {
    const names = ['ER', 'DAPI', 'AGP', 'Mito'];
    const files = await filesOf(await screenOf('four', Object.fromEntries(names.map((name) => [name, 1]))));
    expect(files.map(({ name, colors }) => [name, ...colors])).toEqual([
      ...[
        ['ER', 'green'],
        ['DAPI', 'blue'],
        ['AGP', 'red'],
        ['Mito', 'magenta'],
      ],
    ]);
    expect(await filesOf(await screenOf('one', { GFP: 1 }))).toEqual([{ name: 'GFP', colors: ['green'], source: 0 }]);
    expect(await filesOf(await screenOf('unnamed', { w: 1 }))).toEqual([{ name: 'w', colors: ['gray'], source: 0 }]);
  });

  it('may be RGB: one file with three colours', async () => {
    const screen = await screenOf('rgb', { Image: 3, DNA: 1 });
    const files = await filesOf(screen);
    expect(files).toEqual([
      { name: 'Image', colors: ['red', 'green', 'blue'], source: 0 },
      { name: 'DNA', colors: ['magenta'], source: 3 },
    ]);
    // Some of its colours may be channels, in any order.
    const chosen = chooseChannels(screen, ['Image:2', 'DNA', 'Image:0']);
    expect(await filesOf(chosen)).toEqual([files[0], { ...files[1], source: 1 }]);
    expect(files.map((file) => placeOf(screen.fields[0]!, file))).toEqual([
      { path: join(folder, 'rgb'), file: 'Image.tif' },
      { path: join(folder, 'rgb'), file: 'DNA.tif' },
    ]);
    const channels = files.map((file) => ({ ...file, pathColumn: `P_${file.name}`, fileColumn: `F_${file.name}` }));
    const tables = { imageTable: 'i.csv', objectTable: 'o.csv' };
    const lines = formatProperties({ ...tables, channels, groups: {}, tileSize: 64 }).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'image_path_cols = P_Image, P_DNA',
        'image_names = Image, DNA',
        'channels_per_image = 3, 1',
        'image_channel_colors = red, green, blue, magenta',
      ]),
    );
    expect(lines.some((line) => /^(plate_id|well_id|plate_type)/.test(line))).toBe(false);
  });

  it('are refused where they are stacks', async () => {
    const screen = await screenOf('stack', { Image: 2 });
    await expect(filesOf(screen)).rejects.toThrow('cpa: CellProfiler Analyst cannot show such images (found 2 pages');
  });
});

describe('the colours of CellProfiler Analyst', () => {
  it('are each given once, to the channels that are nearest to them', () => {
    const violet = [150, 0, 255] as const;
    expect(analystColours([violet, [48, 96, 255], [120, 0, 0]])).toEqual(['magenta', 'blue', 'red']);
    const many = Array.from({ length: 9 }, () => violet);
    expect(analystColours(many).filter((name) => name === 'none')).toHaveLength(2);
  });
});

describe('names in SQL', () => {
  it('are words that differ in more than case, whatever the columns are called', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (names) => {
        const found = sqlNames(names);
        expect(found.length).toBe(names.length);
        for (const name of found) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
        expect(new Set(found.map((name) => name.toLowerCase())).size).toBe(found.length);
      }),
    );
    expect(sqlNames(['MIL_Bag_Eg5 inhibitors', 'mil_bag_Eg5-inhibitors', 'Well'])).toEqual([
      ...['MIL_Bag_Eg5_inhibitors', 'mil_bag_Eg5_inhibitors_2', 'Well'],
    ]);
  });
});

describe('the type of plate', () => {
  it.each([
    [['A01', 'h12'], '96'],
    [['A01', 'I3'], '384'],
    [['A13'], '384'],
    [['AF48', 'B2'], '1536'],
    [['AG1'], undefined],
    [['A01', 'control'], undefined],
    [[], undefined],
  ])('of wells %j is %s', (wells, type) => {
    expect(plateType(wells)).toBe(type);
  });
});
