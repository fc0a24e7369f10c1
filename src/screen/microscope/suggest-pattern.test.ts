import { expect, it } from 'vitest';
import { nodeAccess } from '../node/access.ts';
import { readPattern } from './pattern.ts';
import { suggestPattern } from './suggest-pattern.ts';

const wells = ['A01', 'A02', 'B01', 'C12'];
const all = (name: (well: string, site: number, channel: number) => string): string[] =>
  wells.flatMap((well) => [1, 2, 10].flatMap((site) => [0, 1].map((channel) => name(well, site, channel))));
const dyes = ['DAPI', 'Cy5'];

it.each([
  [
    'words',
    all((well, site, c) => `${well}_${site}_${dyes[c]}.tif`),
    '^(?<Well>[A-P]\\d{1,2})_(?<Site>\\d+)_(?<Channel>[^/._]+)\\.tif$',
  ],
  [
    'letters before numbers',
    all((well, site, c) => `exp-3 ${well} f${site} w${c}.tiff`),
    '^exp-3 (?<Well>[A-P]\\d{1,2}) f(?<Site>\\d+) w(?<Channel>\\d+)\\.tiff$',
  ],
  [
    'no separators',
    all((well, site, c) => `AS_09125_${well}f0${site}d${c}.tif`),
    '^AS_09125_(?<Well>[A-P]\\d{1,2})f(?<Site>\\d+)d(?<Channel>\\d+)\\.tif$',
  ],
  [
    'a number before the well',
    ['exp1-A01-pos1-ch1.tif', 'exp2-A01-pos1-ch1.tif', 'exp1-B01-pos2-ch1.tif'],
    '^exp(?<Plate>\\d+)-(?<Well>[A-P]\\d{1,2})-pos(?<Site>\\d+)-ch(?<Channel>\\d+)\\.tif$',
  ],
  [
    'folders',
    all((well, site, c) => `plate${site}/${well}/${dyes[c]}.png`),
    '^plate(?<Plate>\\d+)/(?<Well>[A-P]\\d{1,2})/(?<Channel>[^/.]+)\\.png$',
  ],
  [
    'rows and columns',
    all((well, site, c) => `r0${well.charCodeAt(0) - 64}c${well.slice(1)}_${site}_${c}.tif`),
    '^r(?<Row>\\d+)c(?<Column>\\d+)_(?<Number>\\d+)_(?<Site>\\d+)\\.tif$',
  ],
  [
    'depth and time',
    all((well, site, c) => `${well}_t${site}_z${c}.tif`),
    '^(?<Well>[A-P]\\d{1,2})_t(?<TimePoint>\\d+)_z(?<Z>\\d+)\\.tif$',
  ],
  [
    'the only site',
    ['x3_A01-f1-DAPI.tif', 'x3_B01-f1-DAPI.tif', 'x3_B01-f1-GFP.tif'],
    '^x3_(?<Well>[A-P]\\d{1,2})-f(?<Site>\\d+)-(?<Channel>[^/.\\-]+)\\.tif$',
  ],
  [
    'numbers of plates',
    ['P1_A01_1.tif', 'P2_A01_1.tif', 'P1_B01_2.tif'],
    '^P(?<Plate>\\d+)_(?<Well>[A-P]\\d{1,2})_(?<Site>\\d+)\\.tif$',
  ],
  ['one well', ['x_B02_s1.tif', 'x_B02_s2.tif'], '^x_(?<Well>[A-P]\\d{1,2})_s(?<Site>\\d+)\\.tif$'],
  [
    'a plate',
    all((well, site, c) => `${dyes[site % 2]}x_${well}_${site}_c${c}.tif`).map((name) => `P${name}`),
    '^(?<Plate>[^/_]+)_(?<Well>[A-P]\\d{1,2})_(?<Site>\\d+)_c(?<Channel>\\d+)\\.tif$',
  ],
])('a pattern is made of names with %s', async (_, paths, pattern) => {
  expect(suggestPattern(paths)).toEqual({ pattern, fits: paths.length });
  // It can be used as it is, and tells the images apart.
  const planes = await readPattern(pattern, paths, {}, nodeAccess);
  const keys = new Set(planes.map(({ metadata, channel, depth }) => JSON.stringify([metadata, channel, depth])));
  expect(keys.size).toBe(new Set(paths).size);
});

it('says how many names the pattern fits, where some are otherwise', () => {
  const paths = [...all((well, site, c) => `${well}_${site}_${dyes[c]}.tif`), 'overview.tif', 'a b c d.tif'];
  expect(suggestPattern(paths)).toMatchObject({ fits: paths.length - 2 });
});

it.each([[[]], [['overview.tif']], [['cat.png', 'dog.png']]])(
  'none is made where nothing is to be seen: %j',
  (paths) => {
    expect(suggestPattern(paths)).toBeUndefined();
  },
);
