import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeAccess } from '../node/access.ts';
import { readScreen } from '../read-screen.ts';
import type { Naming } from './naming.ts';
import { namings } from './namings.ts';
import { readMicroscopeFolder } from './read-microscope-folder.ts';

const root = temporaryFolder();
let count = 0;

/** A folder with empty files of these names, or with texts in them. */
function folderOf(files: readonly (string | readonly [string, string])[], own = `plate${++count}`): string {
  const folder = join(root, own);
  for (const file of files) {
    const [name, text] = typeof file === 'string' ? [file, ''] : file;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function read(
  files: readonly (string | readonly [string, string])[],
  options: { own?: string; plateFormat?: number } = {},
) {
  const folder = folderOf(files, options.own);
  const screen = await readMicroscopeFolder(folder, options, nodeAccess);
  return {
    ...screen,
    places: screen.fields.map(({ metadata }) => Object.values(metadata).join(' ')),
    files: screen.fields.map(({ sources }) => sources.map(({ file }) => file.slice(folder.length + 1))),
  };
}

/** What a naming says of a path: plate, well, site, point in time, channel and plane. */
function said(naming: Naming, path: string): readonly (string | number | undefined)[] | string | undefined {
  const plane = naming.parse(path, { folder: '/data/Folder1' });
  if (plane === undefined || plane === 'passed over') return plane;
  const { Metadata_Plate, Metadata_Well, Metadata_Site, Metadata_TimePoint } = plane.metadata;
  return [Metadata_Plate, Metadata_Well, Metadata_Site, Metadata_TimePoint, plane.channel, plane.depth];
}

const namingOf = (name: RegExp): Naming => namings.find((naming) => name.test(naming.name))!;

/** Names that each of them gives, and what they say. */
const examples: readonly (readonly [
  naming: RegExp,
  path: string,
  plate: string,
  well: string,
  site: string,
  time: string | undefined,
  channel: string,
  depth: number | undefined,
])[] = [
  [/ImageXpress/, 'Plate1_B11_s1_w1.tif', 'Plate1', 'B11', '1', '1', 'w1', undefined],
  [/Harmony/, 'r02c03f04p05-ch1sk2fk1fl1.tiff', 'Folder1', 'B03', '4', '2', 'ch1', 5],
  [/CellVoyager/, 'MyPlate_B02_T0001F001L01A01Z01C01.tif', 'MyPlate', 'B02', '1', '1', 'C01', 1],
  [/CellVoyager/, 'My_Plate_P24_T0012F110L01A02Z05C04.TIF', 'My_Plate', 'P24', '110', '12', 'C04', 5],
  [/IN Cell/, 'B - 02(fld 1 wv DAPI - DAPI).tif', 'Folder1', 'B02', '1', '1', 'DAPI', undefined],
  [/IN Cell/, 'A - 1(fld 01 wv UV - DAPI z 1).tif', 'Folder1', 'A01', '1', '1', 'UV - DAPI', 1],
  [/IN Cell/, 'A - 01(fld 1 wv UV - DAPI z 3 time 2 - 2636ms).tif', 'Folder1', 'A01', '1', '2', 'UV - DAPI', 3],
  [
    /IN Cell/,
    'C - 6(fld 12 wv TL - Bright field - open z 01).tif',
    'Folder1',
    'C06',
    '12',
    '1',
    'TL - Bright field - open',
    1,
  ],
  [/IN Cell/, '2018_TestAbs_G - 8(fld 4 wv Red - Cy5).tif', '2018_TestAbs', 'G08', '4', '1', 'Red - Cy5', undefined],
  [/IN Cell/, 'Plate1_A01(fld 1 wv 390 - Blue wix 1).tif', 'Plate1', 'A01', '1', '1', '390 - Blue', undefined],
  [/IN Cell/, 'A - 13(fld 2).tif', 'Folder1', 'A13', '2', '1', 'Image', undefined],
  [/Opera \(/, '003004-2-001005002.tif', 'Folder1', 'C04', '2', '1', 'ch2', 5],
  [/ScanR/, 'AssayPlate--W00001--P00002--Z00003--T00004--DAPI.tif', 'AssayPlate', '00001', '2', '4', 'DAPI', 3],
  [/ScanR/, 'data/--W00088--P00001--Z00000--T00000--nucleus-dapi.tif', 'Folder1', '00088', '1', '0', 'nucleus-dapi', 0],
  [/ScanR/, 'B4--W00016--P00003--Z00000--T00000--Alexa 488.tif', 'Folder1', 'B04', '3', '0', 'Alexa 488', 0],
  [/Cytation/, 'A1_01_1_9_DAPI_002.tif', 'Folder1', 'A01', '9', '2', 'DAPI', undefined],
  [/Cytation/, 'P24_01_3_1_Phase Contrast_001.tif', 'Folder1', 'P24', '1', '1', 'Phase Contrast', undefined],
  [/Cytation/, 'B2_-1_1_1_Tsf[Stitched[DAPI 377,447]]_001.tif', 'Folder1', 'B02', '1', '1', 'DAPI 377,447', undefined],
  [
    /Cytation/,
    'A1ROI2_02_1_1_Bright Field_High Contrast_003.tif',
    'Folder1',
    'A01',
    '2_1',
    '3',
    'Bright Field_High Contrast',
    undefined,
  ],
  [/Cytation/, 'A1_1Z4_DAPI_1_003_.tif', 'Folder1', 'A01', '1', '3', 'DAPI', 4],
  [/Cytation/, 'B2_1_Bright Field_1_001_02.tif', 'Folder1', 'B02', '1', '1', 'Bright Field', undefined],
  [/Cytation/, 'B2_02_SP10Z3_C1_Bright Field_T001.tif', 'Folder1', 'B02', '10', '1', 'Bright Field', 3],
  [/Incucyte/, 'Plate_A1_1_2020y05m21d_14h00m.tif', 'Plate', 'A01', '1', '2020y05m21d_14h00m', 'Image', undefined],
  [/Incucyte/, 'A172_Phase_A7_2_00d12h00m_1.tif', 'A172', 'A07', '2_1', '00d12h00m', 'Phase', undefined],
  [/Incucyte/, 'Green/20251216_SGs__H12_4_02d06h30m.png', '20251216_SGs', 'H12', '4', '02d06h30m', 'Green', undefined],
  [
    /Incucyte/,
    'EssenFiles/ScanData/2005/21/1430/101/B2-3-Ph.tif',
    '101',
    'B02',
    '3',
    '2020y05m21d_14h30m',
    'Ph',
    undefined,
  ],
  [/Nikon/, 'WellA01_PointA01_0003_ChannelDAPI_Seq0012.tif', 'Folder1', 'A01', '3', '1', 'DAPI', undefined],
  [
    /Nikon/,
    '20200406_164555_328__WellA2_PointA2_0008_ChannelDAPI,WF_GFP,TRITC_Seq0008.tif',
    'Folder1',
    'A02',
    '8',
    '1',
    'DAPI+WF_GFP+TRITC',
    undefined,
  ],
  [
    /Nikon/,
    'JOBS_Platename_WellB02_ChannelWidefield_Green_Seq0002.tif',
    'JOBS_Platename',
    'B02',
    '1',
    '1',
    'Widefield_Green',
    undefined,
  ],
  [/Nikon/, 'WellA01_Point0001_ChannelDAPI,GFP_Seq0000_t02z03c2.tif', 'Folder1', 'A01', '1', '2', 'GFP', 3],
  [/Nikon/, 'WellB02_Channel405,488_Seq0000-MaxIP_XY1_405.tif', 'Folder1', 'B02', '1', '1', '405', undefined],
  [/default/, 'Plate1_B11_s1_w1.png', 'Plate1', 'B11', '1', '1', 'w1', undefined],
  [/default/, 'Plate1_B11_s12_w2_t003_z04.png', 'Plate1', 'B11', '12', '3', 'w2', 4],
  [/default/, 'Plate1_B11_s1_w2DAPI_z1.ome.tif', 'Plate1', 'B11', '1', '1', 'w2', 1],
  [/ImageXpress/, 'exp_B02_s1_w1.stk', 'exp', 'B02', '1', '1', 'w1', undefined],
  [/ImageXpress/, 'ixp_B02_s2_w1_t1_z2.tif', 'ixp', 'B02', '2', '1', 'w1', 2],
  [/ImageXpress/, 'ixp_B02_s2_w1_z002_t011.TIF', 'ixp', 'B02', '2', '11', 'w1', 2],
  [/ImageXpress/, 'ixp_B02_s2_w1z3.tif', 'ixp', 'B02', '2', '1', 'w1', 3],
  [
    /ImageXpress/,
    'TimePoint_2/ixp_B02_s2_w1_z3D1234567-0000-4000-8000-AABBCCDDEEFF.tif',
    'ixp',
    'B02',
    '2',
    '2',
    'w1',
    3,
  ],
  [/CQ1/, 'P1/Image/W0002F0003T0004Z005C2.tif', 'P1', '0002', '3', '4', 'C2', 5],
  [/CQ1/, 'P1/Projection/W0002F0003T0001Z000C2.tif', 'P1', '0002', '3', '1', 'C2', undefined],
  [
    /Leica/,
    'exp1/slide--S00/chamber--U01--V02/image--L0000--S00--U01--V02--J08--X03--Y04--T0005--Z06--C07.ome.tif',
    'exp1',
    'C02',
    '3_4',
    '5',
    'C07',
    6,
  ],
];

describe('a name', () => {
  it.each(examples)('of %s: %s', (naming, path, ...expected) => {
    expect(said(namingOf(naming), path)).toEqual(expected);
  });

  it.each(examples.filter(([naming]) => !naming.test('default')))('of %s is of no other: %s', (naming, path) => {
    const others = namings.filter((other) => !naming.test(other.name) && said(other, path) !== undefined);
    // ImageXpress names images as CellProfiler's default pattern does; the first of the two is taken.
    expect(others.map(({ name }) => name)).toEqual(
      naming.test('ImageXpress') ? ["CellProfiler's default pattern"] : [],
    );
  });

  it.each([
    'A01.tif',
    'B02_T0001F001L01.tif',
    'A - 1(fld 01 wv UV - DAPI z 1) copy.tif',
    'A - 1(field 1).tif',
    '003004-2-001.tif',
    '099004-2-001005002.tif',
    'W00001--P00002--DAPI.tif',
    'A1_01_DAPI_001.tif',
    'A1_1_2020-05-21.tif',
    'images/B2-3-Ph.tif',
    'WellA01_Seq0000.tif',
    'WellA01_PointA01_0000_ChannelDAPI_Seq0000_sharpest_image_1.tif',
    'img_channel000_position000_time000000000_z000.tif',
  ])('that leaves a doubt is of none of the new ones: %s', (path) => {
    const sure = namings.filter(({ name }) => !/ImageXpress|default/.test(name));
    expect(sure.filter((naming) => said(naming, path) !== undefined).map(({ name }) => name)).toEqual([]);
  });

  it('that is an example of a naming is one', () => {
    for (const naming of namings) expect(said(naming, naming.example), naming.name).toBeInstanceOf(Array);
  });
});

describe('a folder of CellVoyager', () => {
  const names = (plate: string) => [1, 2].map((c) => `${plate}_B02_T0001F001L01A01Z01C0${c}.tif`);

  it('has its channels from the settings beside the images, and passes dark images over', async () => {
    const channel = (number: number, target: string) => `<bts:Channel bts:Ch="${number}" bts:Target="${target}" />`;
    const mes = `<?xml version="1.0"?><bts:MeasurementSetting xmlns:bts="http://www.yokogawa.co.jp/BTS/BTSSchema/1.0"><bts:ChannelList>${channel(1, 'DNA')}${channel(2, 'Actin &amp; more')}</bts:ChannelList></bts:MeasurementSetting>`;
    const screen = await read([...names('P'), ['S.mes', mes], 'DC_sCMOS #1_CAM1.tif', 'MeasurementData.mlf']);
    expect(screen).toMatchObject({ channels: ['DNA', 'Actin & more'], places: ['P B02 1'], notes: [] });
    expect(screen.layout).toBe('images named by CellVoyager (Yokogawa)');
  });

  it.each([
    ['cannot be read', '<bts:MeasurementSetting'],
    ['declare entities', '<!DOCTYPE x [<!ENTITY a "b">]><MeasurementSetting/>'],
    [
      'call two alike',
      '<MeasurementSetting><ChannelList><Channel Ch="1" Target="x"/><Channel Ch="2" Target="X"/></ChannelList></MeasurementSetting>',
    ],
  ])('has numbers for channels where the settings %s', async (_, mes) => {
    expect((await read([...names('P'), ['S.mes', mes]])).channels).toEqual(['C01', 'C02']);
  });

  it('calls plates after their folders where all are named after one product', async () => {
    const own = (folder: string) => names('AssayPlate_Greiner').map((name) => `${folder}/${name}`);
    expect((await read([...own('run1'), ...own('run2')])).places).toEqual(['run1 B02 1', 'run2 B02 1']);
    expect((await read([...own('a/Image'), ...own('b/Image')])).places).toEqual(['a_Image B02 1', 'b_Image B02 1']);
  });
});

describe('a folder of ScanR', () => {
  const names = (...wells: readonly number[]) =>
    wells.map((well) => `P--W${String(well).padStart(5, '0')}--P00001--Z00000--T00000--DAPI.tif`);

  it('has wells by number, row by row on the smallest plate that has them, and says so', async () => {
    const small = await read(names(1, 12, 13, 96));
    expect(small.places).toEqual(['P A01 1', 'P A12 1', 'P B01 1', 'P H12 1']);
    expect(small.notes).toEqual([
      'The names number the wells: the largest number is 96, so the plate is read as one of 96 wells, row by row, 12 in a row; if it has another format, give ‹plateFormat›',
    ]);
    expect((await read(names(1, 25, 384))).places).toEqual(['P A01 1', 'P B01 1', 'P P24 1']);
    expect((await read(names(1536))).places).toEqual(['P AF48 1']);
  });

  it('has the format that the user gives, and refuses one that is too small or does not exist', async () => {
    const given = await read(names(1, 25), { plateFormat: 384 });
    expect(given.places).toEqual(['P A01 1', 'P B01 1']);
    expect(given.notes).toEqual([expect.stringMatching(/one of 384 wells, row by row, 24 in a row$/)]);
    await expect(read(names(97), { plateFormat: 96 })).rejects.toThrow(/found well 97; expected at most 96/);
    await expect(read(names(2000))).rejects.toThrow(/found well 2000; expected at most 1536/);
    await expect(read(names(1), { plateFormat: 100 })).rejects.toThrow(/no plate has so many wells/);
  });

  it('needs no format where names have the well itself, nor does any other screen', async () => {
    const named = await read([
      'A1--W00001--P00001--Z00000--T00000--DAPI.tif',
      'B1--W00013--P00001--Z00000--T00000--DAPI.tif',
    ]);
    expect([named.places, named.notes]).toEqual([['plate'.concat(String(count), ' A01 1'), `plate${count} B01 1`], []]);
    const other = folderOf(['P_A01_s1_w1.tif']);
    await expect(readScreen(other, { plateFormat: 96 }, nodeAccess)).rejects.toThrow(/names its wells/);
    writeFileSync(join(root, 'fields.csv'), 'FileName_A\na.tif\n');
    await expect(readScreen(join(root, 'fields.csv'), { plateFormat: 96 }, nodeAccess)).rejects.toMatchObject({
      tag: 'BadOption',
      details: { option: 'plateFormat 96' },
    });
    await expect(readScreen(other, { plateFormat: 96, pattern: '(?<Well>A01)' }, nodeAccess)).rejects.toThrow(
      /names its/,
    );
  });
});

it('a folder of CQ1 has wells by number, and a projection stands for its stack', async () => {
  const name = (folder: string, well: number, z: number) =>
    `P1/${folder}/W00${String(well).padStart(2, '0')}F0001T0001Z00${z}C1.tif`;
  const screen = await read([13, 2].flatMap((well) => [name('Projection', well, 0), name('Image', well, 1)]));
  expect(screen.places).toEqual(['P1 A02 1', 'P1 B01 1']);
  expect(screen.files).toEqual([[name('Projection', 2, 0)], [name('Projection', 13, 0)]]);
  expect(screen.notes?.[0]).toMatch(/the largest number is 13, so the plate is read as one of 96 wells/);
});

it('a folder of Matrix Screener keeps jobs of one field apart, where there are several', async () => {
  const name = (job: string, c: number) => `image--L0000--S00--U00--V00--J${job}--X00--Y01--T0000--Z00--C0${c}.ome.tif`;
  const one = await read([name('08', 0), name('08', 1)], { own: 'exp' });
  expect([one.places, one.channels]).toEqual([['exp A01 0_1'], ['C00', 'C01']]);
  const two = await read([name('08', 0), name('12', 0)], { own: 'exp2' });
  expect(two.places).toEqual(['exp2 A01 0_1 8', 'exp2 A01 0_1 12']);
});

describe('a folder of ImageXpress', () => {
  it('has time points and depth in names as in folders, and in both', async () => {
    const name = (t: number, z: number) => `p_B02_s1_w1_t${t}_z${z}.tif`;
    const names = [1, 2].flatMap((t) => [2, 10].map((z) => name(t, z)));
    for (const files of [names, names.map((file) => file.replace('.tif', '.png'))]) {
      const screen = await read([...files, files[0]!.replace('_z2', '')]);
      expect(screen.places).toEqual(['p B02 1 1', 'p B02 1 2']);
      expect(screen.files[0]![0]).toMatch(/_t1\.(tif|png)$/);
      expect(screen.fields[1]!.sources[0]!.stack).toEqual([expect.stringContaining('_t2_z10')]);
    }
    const both = await read(
      [1, 2].flatMap((t) => [1, 2].map((z) => `TimePoint_${t}/ZStep_${z}/p_B02_s1_w1_t1_z1.tif`)),
    );
    expect(both.places).toEqual(['p B02 1 1', 'p B02 1 2_1']);
  });

  it('may be of MetaMorph stacks, which are passed over where there is a TIFF of the same name', async () => {
    const names = ['e_B02_s1_w1.stk', 'e_B02_s1_w2.stk', 'e_C02_s1_w1.stk', 'e_C02_s1_w2.stk'];
    const stacks = await read(names);
    expect([stacks.channels, stacks.places, stacks.notes]).toEqual([['w1', 'w2'], ['e B02 1', 'e C02 1'], []]);
    const twins = await read([...names, 'e_B02_s1_w1.tif']);
    expect(twins.files[0]).toEqual(['e_B02_s1_w1.tif', 'e_B02_s1_w2.stk']);
    expect(twins.notes).toEqual([expect.stringMatching(/^1 stack is passed over.*such as e_B02_s1_w1\.stk$/)]);
  });

  it('says which pattern to begin with, where two names say the same', async () => {
    const names = [1, 2].flatMap((pass) => ['B02', 'C03'].map((well) => `run${pass}/p_${well}_s1_w1.tif`));
    await expect(read(names)).rejects.toThrow(
      /in what else their names differ\. This pattern fits all images, .*pattern "\^run\(\?<Plate>/,
    );
  });
});

describe('a folder of Cytation', () => {
  it('leaves out what Gen5 made of other images, if these are there', async () => {
    const made = ['A1_-1_1_1_Stitched[DAPI]_001.tif', 'A1_-2_1_1_Tsf[Stitched[DAPI]]_001.tif'];
    const both = await read(['A1_01_1_1_DAPI_001.tif', 'A1_01_1_2_DAPI_001.tif', ...made], { own: 'Gen5' });
    expect(both.places).toEqual(['Gen5 A01 1', 'Gen5 A01 2']);
    expect(both.notes).toEqual([expect.stringMatching(/^2 of 4 images are ones that Gen5 made of others/)]);
    const alone = await read([made[1]!, 'A1_-2_2_1_Tsf[Stitched[GFP]]_001.tif'], { own: 'Gen5b' });
    expect([alone.channels, alone.places, alone.notes]).toEqual([['DAPI', 'GFP'], ['Gen5b A01 1'], []]);
  });

  it('puts channels of several read steps together, and tells steps apart that are of the same images', async () => {
    const together = await read(['A1_01_1_1_DAPI_001.tif', 'A1_02_1_1_GFP_001.tif'], { own: 'steps' });
    expect([together.channels, together.places]).toEqual([['DAPI', 'GFP'], ['steps A01 1']]);
    const again = await read(['A1_01_1_1_DAPI_001.tif', 'A1_03_1_1_DAPI_001.tif'], { own: 'again' });
    expect(again.columns.at(-1)).toBe('Metadata_ReadStep');
    expect(again.places).toEqual(['again A01 1 1', 'again A01 1 3']);
  });
});

describe('a folder of Nikon', () => {
  it('takes images that agree in all but their number for points in time, or without points for sites', async () => {
    const at = (seq: number, channel: string) => `WellA01_PointA01_0000_Channel${channel}_Seq000${seq}.tif`;
    const times = await read([at(0, 'DAPI'), at(1, 'GFP'), at(2, 'DAPI'), at(3, 'GFP')], { own: 'N' });
    expect([times.channels, times.columns.at(-1)]).toEqual([['DAPI', 'GFP'], 'Metadata_TimePoint']);
    expect(times.places).toEqual(['N A01 0 1', 'N A01 0 2']);
    expect(times.files[1]).toEqual([at(2, 'DAPI'), at(3, 'GFP')]);
    const sites = await read(['WellA01_ChannelDAPI_Seq0004.tif', 'WellA01_ChannelDAPI_Seq0007.tif'], { own: 'M' });
    expect(sites.places).toEqual(['M A01 1', 'M A01 2']);
  });
});

it('IN Cell keeps the planes of a stack and points in time of a field', async () => {
  const name = (z: number, time: number) => `A - 01(fld 1 wv UV - DAPI z ${z} time ${time} - 20ms).tif`;
  const screen = await read([name(1, 1), name(2, 1), name(1, 2), name(2, 2)], { own: 'GE' });
  expect(screen.places).toEqual(['GE A01 1 1', 'GE A01 1 2']);
});
