import { expect, it } from 'vitest';
import { named } from '../../../errors.ts';
import { nodeAccess } from '../../node/access.ts';
import { readPattern } from '../pattern.ts';
import { patternAdvice } from './pattern-advice.ts';
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
  [
    'channels behind their wavelengths, as of MetaMorph',
    [1, 2].flatMap((t) => [1, 2].flatMap((s) => [0, 1].map((c) => `E/Exp1_w${c + 1}${dyes[c]}_s${s}_t${t}.TIF`))),
    '^E/Exp1_w\\d(?<Channel>[^/_]+)_s(?<Site>\\d+)_t(?<TimePoint>\\d+)\\.TIF$',
  ],
  [
    'nothing but digits, as of Opera',
    ['002002001', '002002002', '002011001', '003002001'].map((name) => `Meas_01/${name}.tif`),
    '(?:^|/)(?<Row>\\d{3})(?<Column>\\d{3})(?<Site>\\d{3})\\.tif$',
  ],
  [
    'digits in folders of plates',
    ['P1/002002001', 'P1/002002002', 'P2/002002001', 'P2/002002002'].map((name) => `${name}.tiff`),
    '(?<Plate>[^/]+)/(?<Row>\\d{3})(?<Column>\\d{3})(?<Site>\\d{3})\\.tiff$',
  ],
  [
    'loops behind a sequence, as of Nikon',
    all((well, site, c) => `x/Well${well}_Seq00${wells.indexOf(well)}xy${site}c${c}.tif`),
    '^x/Well(?<Well>[A-P]\\d{1,2})_Seq\\d+xy(?<Site>\\d+)c(?<Channel>\\d+)\\.tif$',
  ],
  [
    'letters apart from their numbers',
    all((well, site, c) => `Well_${well}_Field_${site}_z_1 - C=${c}.tif`),
    '^Well_(?<Well>[A-P]\\d{1,2})_Field_(?<Site>\\d+)_z_1 - C=(?<Channel>\\d+)\\.tif$',
  ],
  [
    'a site that is the same everywhere beside one that is not, as of EVOS',
    all((well, site, c) => `scan_Plate_R_p00_0_${well}f0${site}d${c}.TIF`),
    '^scan_Plate_R_p\\d+_0_(?<Well>[A-P]\\d{1,2})f(?<Site>\\d+)d(?<Channel>\\d+)\\.TIF$',
  ],
  [
    'the site in folder and name, as of Keyence',
    [1, 2, 3].flatMap((s) => [1, 2].map((c) => `XY0${s}/Image_XY0${s}_00001_CH${c}.tif`)),
    '^XY(?<Site>\\d+)/Image_XY\\d+_00001_CH(?<Channel>\\d+)\\.tif$',
  ],
  [
    'scenes and tiles, as of Zeiss',
    [1, 2].flatMap((s) => [1, 2].flatMap((m) => [1, 2].map((c) => `Experiment-01_s${s}m${m}c${c}_ORG.tif`))),
    '^Experiment-01_s(?<Site>\\d+)m(?<Site2>\\d+)c(?<Channel>\\d+)_ORG\\.tif$',
  ],
  [
    'time and depth without letters, as of Micro-Manager',
    [0, 1].flatMap((s) => dyes.flatMap((dye) => [0, 1].map((z) => `Pos${s}/img_000000000_${dye}_00${z}.tif`))),
    '^Pos(?<Site>\\d+)/img_(?<TimePoint>\\d{9})_(?<Channel>[^/_]+)_(?<Z>\\d{3})\\.tif$',
  ],
  [
    'wells of three digits and positions behind them',
    [1, 2].flatMap((w) => [1, 2].flatMap((p) => dyes.map((dye) => `Exp1--A00${w}--P0000${p}--${dye}.tif`))),
    '^Exp1--(?<Well>[A-P]\\d{1,3})--P(?<Site>\\d+)--(?<Channel>[^/.\\-]+)\\.tif$',
  ],
  [
    'numbers of wells',
    [1, 2, 13].flatMap((w) => [1, 2].map((c) => `e-W00${w + 10}-F001-C${c}.tif`)),
    '^e-W(?<Well>\\d+)-F(?<Site>\\d+)-C(?<Channel>\\d+)\\.tif$',
  ],
  [
    'channels that look like wells',
    [1, 2, 3].flatMap((s) => [1, 2].map((c) => `exp_s${s}_C${c}.tif`)),
    '^exp_s(?<Site>\\d+)_C(?<Channel>\\d+)\\.tif$',
  ],
  [
    'channels that look like wells within a word',
    [1, 2, 3].flatMap((s) => [1, 2].map((c) => `exp_s${s}C${c}.tif`)),
    '^exp_s(?<Site>\\d+)C(?<Channel>\\d+)\\.tif$',
  ],
  [
    'the well in folder and name',
    all((well, site, c) => `${well}/${well}_s${site}_${dyes[c]}.tif`),
    '^(?<Well>[A-P]\\d{1,2})/[^/_]+_s(?<Site>\\d+)_(?<Channel>[^/._]+)\\.tif$',
  ],
  [
    'a stamp of their own, which is no plate',
    all((well, site, c) => `${well}x${site}x${c}_${well}_${site}_${dyes[c]}.tif`),
    '^[^/_]+_(?<Well>[A-P]\\d{1,2})_(?<Site>\\d+)_(?<Channel>[^/._]+)\\.tif$',
  ],
  [
    'what is in the well, which is no channel and no plate',
    all((well, site) => `${well < 'B' ? 'control' : 'drug'}_${well}_${site}.tif`),
    '^(?<Text>[^/_]+)_(?<Well>[A-P]\\d{1,2})_(?<Site>\\d+)\\.tif$',
  ],
  [
    'rows and columns of tiles, which are none of wells',
    all((well, site, c) => `${well}_r${site}_c${c}.tif`),
    '^(?<Well>[A-P]\\d{1,2})_r(?<TileRow>\\d+)_c(?<TileColumn>\\d+)\\.tif$',
  ],
  [
    'a row and a column apart',
    all((well, site, c) => `${well[0]} - ${well.slice(1)}_field ${site}_${dyes[c]}.tif`),
    '^(?<Row>[A-P]) - (?<Column>\\d{1,2})_field (?<Site>\\d+)_(?<Channel>[^/._]+)\\.tif$',
  ],
  [
    'several endings',
    all((well, site, c) => `${well}_f${site}_${dyes[c]}.${c === 0 ? 'stk' : 'TIF'}`),
    '^(?<Well>[A-P]\\d{1,2})_f(?<Site>\\d+)_(?<Channel>[^/._]+)\\.(?:stk|TIF)$',
  ],
])('a pattern is made of names with %s', async (_, paths, pattern) => {
  expect(suggestPattern(paths)).toEqual({ pattern, fits: paths.length });
  // It can be used as it is, and tells the images apart.
  const planes = await readPattern(pattern, paths, {}, nodeAccess);
  const keys = new Set(planes.map(({ metadata, channel, depth }) => JSON.stringify([metadata, channel, depth])));
  expect(keys.size).toBe(new Set(paths).size);
});

it('is said to be a guess, and has the ending of the files where none can be made', () => {
  expect(patternAdvice(['x_B02.tif', 'x_B03.tif'])).toMatch(
    /^\. This pattern fits all images, .* is a guess: .*milscope table/,
  );
  expect(patternAdvice(['cat.stk', 'dog.stk', 'x.tif'])).toBe(
    `, such as ${named('pattern')} "(?<Well>[A-P]\\d\\d)_(?<Site>\\d+)_(?<Channel>\\w+)\\.stk"`,
  );
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
