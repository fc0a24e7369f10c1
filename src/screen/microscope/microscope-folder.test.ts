import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeWithSharedData } from '../../../test/shared-data.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { tiffByHand } from '../../image/testing/tiff-by-hand.ts';
import type { Projection } from '../../pixels/projection.ts';
import { nodeAccess } from '../node/access.ts';
import { readField } from '../read-field.ts';
import { wellKey } from '../well.ts';
import { parseHarmonyIndex } from './harmony-index.ts';
import { readPattern } from './pattern.ts';
import { readMicroscopeFolder } from './read-microscope-folder.ts';

const root = temporaryFolder();
let count = 0;

/** A folder with empty files of these names; nothing of their pixels is wanted here. */
function folderOf(names: readonly string[], own = `screen${++count}`): string {
  const folder = join(root, own);
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), '');
  }
  return folder;
}

async function read(
  names: readonly string[],
  options: { pattern?: string; own?: string; projection?: Projection } = {},
) {
  const folder = folderOf(names, options.own);
  const screen = await readMicroscopeFolder(folder, options, nodeAccess);
  const short = (file: string) => file.slice(folder.length + 1);
  return {
    ...screen,
    rows: screen.fields.map(({ metadata, sources }) => [
      Object.values(metadata).join(' '),
      // The planes of a stack are joined with +.
      sources.map(({ file, stack = [] }) => [file, ...stack].map(short).join('+')).join(' '),
    ]),
  };
}

const id = (n: number) => `${String(n).repeat(8)}-DB5A-4A8E-9C5D-0123456789AB`;

describe('ImageXpress', () => {
  it('names plate, well, site and wavelength, with GUIDs and thumbnails', async () => {
    const screen = await read([
      `Week4_27481/G10_s1_w1${id(2)}.tif`,
      `Week4_27481/G10_s1_w2${id(3)}.tif`,
      `Week4_27481/G10_s1_w1_thumb${id(4)}.tif`,
      `Week4_27481/G10_s12_w1${id(5)}.tif`,
      `Week4_27481/G10_s12_w2${id(6)}.tif`,
      'Week4_27481/notes.txt',
    ]);
    expect(screen.channels).toEqual(['w1', 'w2']);
    expect(screen.columns).toEqual(['Metadata_Plate', 'Metadata_Well', 'Metadata_Site']);
    expect(screen.rows).toEqual([
      ['Week4_27481 G10 1', `Week4_27481/G10_s1_w1${id(2)}.tif Week4_27481/G10_s1_w2${id(3)}.tif`],
      ['Week4_27481 G10 12', `Week4_27481/G10_s12_w1${id(5)}.tif Week4_27481/G10_s12_w2${id(6)}.tif`],
    ]);
    expect(screen.notes).toEqual([]);
    expect(wellKey(screen.fields[0]!)).toBe('Week4_27481 G10');
  });

  it('does without site and wavelength, and sorts wells and sites as numbers', async () => {
    const { channels, rows } = await read(['Week7_7__B11.TIF', 'Week7_7__AB02.TIF', 'Week7_7__B02.TIF']);
    expect(channels).toEqual(['w1']);
    expect(rows.map(([place]) => place)).toEqual(['Week7_7 AB02 1', 'Week7_7 B02 1', 'Week7_7 B11 1']);
    const sites = await read(['P_A01_s10_w1.tif', 'P_A01_s9_w1.tif', 'P_A01_s9_w10.tif', 'P_A01_s10_w10.tif']);
    expect(sites.channels).toEqual(['w1', 'w10']);
    expect(sites.rows.map(([place]) => place)).toEqual(['P A01 9', 'P A01 10']);
  });

  it('tells time points apart, and takes the projection of a stack or else its planes from low to high', async () => {
    const at = (time: number, z: string, n: number) => `9987_Plate_3435/TimePoint_${time}/${z}9987_B02_s1_w${n}.TIF`;
    const screen = await read([
      ...[at(1, '', 1), at(1, 'ZStep_1/', 1), at(1, 'ZStep_10/', 2), at(1, 'ZStep_2/', 2)],
      ...[at(2, '', 1), at(2, '', 2)],
    ]);
    expect(screen.columns.at(-1)).toBe('Metadata_TimePoint');
    expect(screen.rows).toEqual([
      ['9987_Plate_3435 B02 1 1', `${at(1, '', 1)} ${at(1, 'ZStep_2/', 2)}+${at(1, 'ZStep_10/', 2)}`],
      ['9987_Plate_3435 B02 1 2', `${at(2, '', 1)} ${at(2, '', 2)}`],
    ]);
    expect(screen.notes).toEqual([
      expect.stringMatching(/^1 of 6 images are other planes .* the microscope's own projection of a stack is read/),
      expect.stringMatching(/^The images of w2 are stacks of 2 planes of depth, of which the maximum/),
    ]);
  });

  it('takes the planes themselves where their mean is wanted, or the lowest', async () => {
    const names = ['', 'ZStep_1/', 'ZStep_2/'].map((z) => `P_Plate_1/TimePoint_1/${z}P_B02_s1_w1.TIF`);
    const mean = await read(names, { projection: 'mean' });
    expect(mean.rows).toEqual([['P_Plate_1 B02 1', `${names[1]}+${names[2]}`]]);
    expect(mean.fields[0]!.sources[0]!.projection).toBe('mean');
    expect(mean.notes![0]).toMatch(/^1 of 3 images are the microscope's own projections and are passed over/);
    const none = await read(names, { projection: 'none' });
    expect(none.rows).toEqual([['P_Plate_1 B02 1', names[1]]]);
    expect(none.notes).toEqual([expect.stringContaining('2 of 3 images are other planes')]);
    expect(none.notes![0]).toContain('the lowest plane of a stack is read');
  });

  it('keeps plates of one name apart by the number of their folder', async () => {
    const one = await read(['d1/1334/Mix_E07_s1.tif', 'd1/1334/Mix_E08_s1.tif']);
    expect(one.rows.map(([place]) => place)).toEqual(['Mix E07 1', 'Mix E08 1']);
    const two = await read(['d1/1334/Mix_E07_s1.tif', 'd2/1335/Mix_E07_s1.tif']);
    expect(two.rows.map(([place]) => place)).toEqual(['Mix_Plate_1334 E07 1', 'Mix_Plate_1335 E07 1']);
  });

  it('takes the name of the plate from the folder itself, given as such', async () => {
    const { rows } = await read(['A01_s1_w1.tif'], { own: 'Week1_22123' });
    expect(rows[0]![0]).toBe('Week1_22123 A01 1');
  });
});

const index = (images: string, more = '') =>
  `<?xml version="1.0" encoding="utf-8"?><EvaluationInputData xmlns="http://www.perkinelmer.com/PEHH/HarmonyV5">
  <Plates><Plate><PlateID>7</PlateID><Name>Pilot &amp; more</Name></Plate></Plates>
  <Wells><Well><id>0101</id><Image id="0101K1F1P1R1" /></Well></Wells>${more}<Images>${images}</Images></EvaluationInputData>`;
const image = (name: string, channel: number, more = '') =>
  `<Image Version="1"><URL>${name}</URL><Row>3</Row><Col>4</Col><FieldID>5</FieldID><PlaneID>1</PlaneID><TimepointID>0</TimepointID><ChannelID>${channel}</ChannelID>${more}</Image>`;

describe('Harmony', () => {
  const names = ['r02c03f04p01-ch1sk1fk1fl1.tiff', 'r02c03f04p02-ch1sk1fk1fl1.tiff', 'r02c03f04p01-ch2sk1fk1fl1.tiff'];

  it('names row, column, field, plane and channel, and the folder the plate', async () => {
    const screen = await read(names.map((name) => `Pilot__2020-01-02T03_04_05-Measurement 1/Images/${name}`));
    expect(screen.channels).toEqual(['ch1', 'ch2']);
    expect(screen.fields.map(({ metadata }) => metadata)).toEqual([
      { Metadata_Plate: 'Pilot', Metadata_Well: 'B03', Metadata_Site: '4' },
    ]);
    expect(screen.fields[0]!.sources[0]!.file).toContain('r02c03f04p01-ch1');
    expect(screen.notes).toEqual([expect.stringMatching(/^The images of ch1 are stacks of 2 planes/)]);
  });

  it('keeps points in time apart', async () => {
    const { columns, rows } = await read(['r01c01f01p01-ch1sk1fk1fl1.tiff', 'r01c01f01p01-ch1sk10fk1fl1.tiff']);
    expect(columns).toContain('Metadata_TimePoint');
    expect(rows.map(([place]) => place?.split(' ').at(-1))).toEqual(['1', '10']);
  });

  it('has plate, channels and places from the index beside the images', async () => {
    const folder = folderOf(names.map((name) => `Images/${name}`));
    const channel = (name: string) => `<ChannelName>${name}</ChannelName>`;
    const listed = [image(names[0]!, 1, channel('HOECHST')), image(names[2]!, 2, channel('Alexa 488'))];
    writeFileSync(join(folder, 'Images', 'Index.idx.xml'), `\ufeff${index(listed.join(''))}`);
    const { channels, fields } = await readMicroscopeFolder(folder, {}, nodeAccess);
    expect(channels).toEqual(['HOECHST', 'Alexa 488']);
    expect(fields.map(({ metadata }) => Object.values(metadata))).toEqual([
      ['Pilot & more', 'B03', '4', '1'],
      ['Pilot & more', 'C04', '5', '0'],
    ]);
  });

  it('has the names of channels from the maps of a later version, and tells two of one name apart', async () => {
    const entry = (n: number, name: string) =>
      `<Entry ChannelID="${n}"><ChannelID>${n}</ChannelID><ChannelName>${name}</ChannelName></Entry>`;
    const maps = `<Maps><Map>${entry(1, 'DAPI')}</Map><Map>${entry(2, 'FITC')}${entry(3, 'FITC')}</Map></Maps>`;
    const bytes = new TextEncoder().encode(index(image('a.tiff', 1), maps));
    const { plate, channels, images } = await parseHarmonyIndex(bytes, { file: 'Index.xml', most: 1e6 });
    expect([plate, Object.fromEntries(channels), [...images.keys()]]).toEqual([
      'Pilot & more',
      { 1: 'DAPI', 2: 'FITC 2', 3: 'FITC 3' },
      ['a.tiff'],
    ]);
  });

  it('has the same names and sizes from an index of version 5 and one of version 7', async () => {
    const resolution = (axis: string) => `<ImageResolution${axis} Unit="m">2.98E-07</ImageResolution${axis}>`;
    const size = resolution('X') + resolution('Y');
    const places = (more: (channel: number) => string) =>
      [1, 2].map((channel) => image(`r03c04f05p01-ch${channel}sk1fk1fl1.tiff`, channel, more(channel))).join('');
    const channelNames = ['Hoechst 33342', 'Alexa 488'];
    const profile = (name: string) => `{Background: {Character: Flat}, Channel: 1, ChannelName: ${name}, Version: 1}`;
    const map = (inside: (name: string) => string) =>
      `<Map>${channelNames.map((name, i) => `<Entry ChannelID="${i + 1}">${inside(name)}</Entry>`).join('')}</Map>`;
    const maps = (...all: string[]) => `<Maps>${all.join('')}</Maps>`;
    const profiles = map((name) => `<FlatfieldProfile>${profile(name)}</FlatfieldProfile>`);
    const named = (name: string) => `<ChannelName>${name}</ChannelName>`;
    const seventh = (text: string) =>
      text.replace(/xmlns="[^"]+"/, 'xmlns="43B2A954-E3C3-47E1-B392-6635266B0DD3/HarmonyV7" Version="2"');
    const versions = [
      index(
        places((channel) => named(channelNames[channel - 1]!) + size),
        maps(profiles),
      ),
      seventh(
        index(
          places(() => '<AbsPositionZ Unit="m">0.135</AbsPositionZ>'),
          maps(map((name) => named(name) + size)),
        ),
      ),
      // Names in the profiles alone, and sizes in another map.
      seventh(
        index(
          places(() => ''),
          maps(
            profiles,
            map(() => size),
          ),
        ),
      ),
    ];
    for (const text of versions) {
      const parsed = await parseHarmonyIndex(new TextEncoder().encode(text), { file: 'Index.xml', most: 1e6 });
      expect([...parsed.channels.values()]).toEqual(channelNames);
      expect(parsed.plate).toBe('Pilot & more');
      const folder = folderOf([1, 2].map((channel) => `Images/r03c04f05p01-ch${channel}sk1fk1fl1.tiff`));
      writeFileSync(join(folder, 'Images', 'Index.xml'), text);
      const screen = await readMicroscopeFolder(folder, {}, nodeAccess);
      expect(screen.channels).toEqual(channelNames);
      expect(screen.fields[0]!.pixelSize).toBeCloseTo(0.298, 9);
    }
  });

  it.each([
    ['cut short', index(image('a.tiff', 1)).slice(0, -40)],
    ['of something else', '<html><body>x</body></html>'],
    ['empty', ''],
    ['with entities', index('').replace('?>', '?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>')],
    ['too large', index(image('a.tiff', 1)) + ' '.repeat(1e6)],
  ])('refuses an index that is %s', async (_, text) => {
    const bytes = new TextEncoder().encode(text);
    await expect(parseHarmonyIndex(bytes, { file: 'Index.xml', most: 1e5 })).rejects.toMatchObject({
      tag: 'BadTable',
      details: { file: 'Index.xml', remedy: expect.stringContaining('take the index away') },
    });
  });
});

describe("CellProfiler's default pattern", () => {
  it('is found in images of other kinds, whatever follows it', async () => {
    const { channels, rows } = await read(['a/my_plate_B03_s2_w1.png', 'a/my_plate_B03_s2_w2_GFP.tif']);
    expect(channels).toEqual(['w1', 'w2']);
    expect(rows).toEqual([['my_plate B03 2', 'a/my_plate_B03_s2_w1.png a/my_plate_B03_s2_w2_GFP.tif']]);
  });
});

describe('a pattern', () => {
  const names = [
    'P1/dapi/B-2-f1.tif',
    'P1/gfp/B-2-f1.tif',
    'P1/dapi/B-2-f2.tif',
    'P1/gfp/B-2-f2.tif',
    'P1/overview.tif',
  ];

  it.each([
    ['Python', '(?P<Plate>[^/]+)/(?P<Channel>\\w+)/(?P<Row>[A-H])-(?P<Column>\\d+)-f(?P<Site>\\d)'],
    ['JavaScript', '^(?<plate>[^/]+)/(?<CHANNEL>\\w+)/(?<Well>[A-H]-\\d+)-f(?<field>\\d)\\.tif$'],
  ])('of %s says what the parts of a path are', async (_, pattern) => {
    const screen = await read(names, { pattern });
    expect(screen.channels).toEqual(['dapi', 'gfp']);
    expect(screen.columns).toEqual(['Metadata_Plate', 'Metadata_Well', 'Metadata_Site']);
    expect(screen.rows[1]).toEqual(['P1 B02 2', 'P1/dapi/B-2-f2.tif P1/gfp/B-2-f2.tif']);
    expect(screen.notes).toEqual([expect.stringContaining('1 image does not match the pattern')]);
  });

  it('puts the planes of a stack together, in the order of their numbers', async () => {
    const stack = ['A01_z10_DNA.tif', 'A01_z9_DNA.tif', 'A01_z9_Actin.tif', 'A01_max_Actin.tif'];
    const { columns, rows } = await read(stack, {
      pattern: '(?<Well>[A-P]\\d\\d)_(?:z(?<Z>\\d+)|max)_(?<Channel>\\w+)\\.tif',
    });
    expect(columns).toEqual(['Metadata_Well']);
    expect(rows).toEqual([['A01', 'A01_max_Actin.tif A01_z9_DNA.tif+A01_z10_DNA.tif']]);
    for (const group of ['ZStep', 'z_plane', 'Plane', 'Slice', 'Depth']) {
      const pattern = `^(?<Well>B02)_(?<${group}>.+)\\.tif$`;
      const other = await read(['B02_top.tif', 'B02_bottom.tif'], { pattern });
      expect(other.rows).toEqual([['B02', 'B02_bottom.tif+B02_top.tif']]);
    }
    const numbers = await read(['B02_-1.tif', 'B02_-2.tif', 'B02_0.5.tif'], { pattern: '(?<Well>B02)_(?<Z>.+)\\.tif' });
    expect(numbers.rows).toEqual([['B02', 'B02_-2.tif+B02_-1.tif+B02_0.5.tif']]);
  });

  it('has a column for every other group, and one channel where it tells none', async () => {
    const { channels, columns, rows } = await read(['x_taxol_0012.png', 'y_dmso_0013.png'], {
      pattern: '(?i)_(?P<Compound>[A-Z]+)_(?P<Code>\\d+)\\.png\\Z',
    });
    expect([channels, columns]).toEqual([['Image'], ['Metadata_Compound', 'Metadata_Code']]);
    expect(rows.map(([place]) => place)).toEqual(['dmso 0013', 'taxol 0012']);
  });

  it.each([
    ['is no expression', '(?<Well>[A-', { found: expect.stringContaining('Unterminated') }],
    ['names no group', '([A-P])\\d', { found: 'no named group' }],
    ['names a group twice', '(?<Well>a)(?<Well>b)', { found: expect.stringContaining('Duplicate') }],
    ['matches nothing', '(?<Well>[A-P]\\d\\d)', { found: expect.stringContaining('P1/dapi/B-2-f1.tif') }],
  ])('is refused when it %s', async (_, pattern, details) => {
    const error = { tag: 'BadOption', details: { option: `pattern ${pattern}`, ...details } };
    await expect(read(names, { pattern })).rejects.toMatchObject(error);
  });

  it('shows another to begin with when it matches nothing', async () => {
    await expect(read(names, { pattern: '(?<Well>[A-P]\\d\\d)' })).rejects.toThrow(
      /with \/ between folders\. This pattern fits .* is a guess: pattern "/,
    );
  });

  it('is stopped when there are too many ways to match', async () => {
    const paths = [`${'a'.repeat(60)}!`];
    const reading = readPattern('^(?<Well>(a+)+)$', paths, { patience: 50 }, nodeAccess);
    await expect(reading).rejects.toThrow(/a repetition within a repetition/);
  });

  it('reads back what a name was made of', async () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'B', '7', ' ', 'é', '(', '.'), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(word, word, word, async (plate, site, channel) => {
        const pattern = '^(?P<Plate>.+)/(?P<Well>B\\d)/(?P<Site>.+)/(?P<Channel>[^/]+)$';
        const [plane] = await readPattern(pattern, [`${plate}/B7/${site}/${channel}`], {}, nodeAccess);
        expect(plane).toMatchObject({
          metadata: { Metadata_Plate: plate, Metadata_Well: 'B07', Metadata_Site: site },
          channel,
        });
      }),
    );
  });
});

describe('a stack of files', () => {
  const image = (...values: number[]) => tiffByHand({ pages: [{ width: 2, height: 1, values }], bits: 16 });
  const names = [1, 2, 3].map((z) => `r01c01f01p0${z}-ch1sk1fk1fl1.tiff`);
  const stackOf = async (pixels: readonly Uint8Array[], projection?: Projection) => {
    const folder = folderOf(names);
    for (const [i, bytes] of pixels.entries()) writeFileSync(join(folder, names[i]!), bytes);
    const screen = await readMicroscopeFolder(folder, { projection }, nodeAccess);
    return { screen, read: () => readField(screen, screen.fields[0]!, nodeAccess) };
  };
  const planes = [image(1, 60_000), image(5, 10), image(4, 10)];

  it('is projected plane by plane', async () => {
    const pixels = async (projection?: Projection) => (await (await stackOf(planes, projection)).read()).data;
    expect(await pixels()).toEqual(Uint16Array.of(5, 60_000));
    expect(await pixels('mean')).toEqual(Uint16Array.of(3, 20_007));
    expect(await pixels('none')).toEqual(Uint16Array.of(1, 60_000));
  });

  it('costs its field where a plane is damaged or unlike the others, and says which', async () => {
    const cut = await stackOf([planes[0]!, planes[1]!, planes[2]!.subarray(0, 40)]);
    await expect(cut.read()).rejects.toMatchObject({
      tag: 'BadImage',
      details: { file: expect.stringContaining('p03') },
    });
    const unlike = tiffByHand({ pages: [{ width: 2, height: 1, values: [1, 2] }], bits: 8 });
    await expect((await stackOf([planes[0]!, unlike, planes[2]!])).read()).rejects.toMatchObject({
      tag: 'ChannelMismatch',
      details: { file: expect.stringContaining('p02'), found: '2 × 1 pixels of 8 bits, 1 channel' },
    });
  });
});

describe('the series of OME-TIFFs in a folder', () => {
  it('are a field each', async () => {
    const pages = (n: number) => Array.from({ length: n }, (_, i) => ({ width: 2, height: 1, values: [i, i] }));
    const xml = (n: number) =>
      `<OME>${Array.from({ length: n }, (_, i) => `<Image ID="Image:${i}" Name="F${i}"><Pixels DimensionOrder="XYCZT" SizeC="1" SizeZ="1" SizeT="1"><TiffData IFD="${i}"/></Pixels></Image>`).join('')}</OME>`;
    const folder = folderOf(['B02.ome.tif', 'B03.ome.tif']);
    for (const [name, n] of [
      ['B02', 2],
      ['B03', 1],
    ] as const) {
      writeFileSync(join(folder, `${name}.ome.tif`), tiffByHand({ pages: pages(n), tags: [[270, 'ASCII', xml(n)]] }));
    }
    const pattern = '(?<Well>[A-P]\\d\\d)\\.ome\\.tif';
    const screen = await readMicroscopeFolder(folder, { pattern }, nodeAccess);
    expect(screen.columns).toEqual(['Metadata_Well', 'Metadata_Series', 'Metadata_SeriesName', 'Metadata_Site']);
    expect(screen.fields.map(({ name, metadata }) => [name, ...Object.values(metadata)])).toEqual([
      ['B02.ome_0', 'B02', '0', 'F0', '1'],
      ['B02.ome_1', 'B02', '1', 'F1', '2'],
      [undefined, 'B03', '0', '', '1'],
    ]);
    expect(screen.notes).toEqual([expect.stringContaining('each is a field of its own')]);
    const second = await readField(screen, screen.fields[1]!, nodeAccess);
    expect([...second.data]).toEqual([1, 1]);
  });
});

describe('a folder', () => {
  it('in which a field lacks a channel loses only that field', async () => {
    const { fields } = await read(['P_A01_s1_w1.tif', 'P_A01_s1_w2.tif', 'P_A02_s1_w2.tif']);
    expect(fields.map(({ sources }) => sources.map(({ problem }) => problem?.tag))).toEqual([
      [undefined, undefined],
      ['MissingFile', undefined],
    ]);
    expect(fields[1]!.sources[0]!.problem!.message).toMatch(
      /P_A02_s1_w2\.tif: the field of this image, Plate P, Well A02, Site 1, has none of channel w1 \(found only w2\)/,
    );
  });

  it('is refused with two files for one plane, and names both', async () => {
    await expect(read(['a/P_A01_s1_w1.tif', 'b/P_A01_s1_w1.tif'])).rejects.toMatchObject({
      tag: 'DuplicateField',
      details: { file: 'b/P_A01_s1_w1.tif', found: 'a/P_A01_s1_w1.tif' },
    });
  });

  it('is refused with images of two microscopes, and says of which', async () => {
    await expect(read(['P_A01_s1_w1.tif', 'r01c01f01p01-ch1sk1fk1fl1.tiff'])).rejects.toMatchObject({
      tag: 'BadTable',
      details: { found: expect.stringMatching(/P_A01_s1_w1\.tif of ImageXpress and r01.*tiff of Operetta/) },
    });
  });

  it('is refused with names that nobody knows, with what is understood', async () => {
    const unknown = read(['x/b.tif', 'x/a.tif', 'fields.csv']);
    await expect(unknown).rejects.toThrow(/found x\/a\.tif, x\/b\.tif.*ImageXpress.*Operetta.*CellProfiler/);
    await expect(unknown).rejects.toThrow(/Give the table in it, fields\.csv; or describe the names, such as pattern/);
    const empty = join(root, 'empty');
    mkdirSync(empty);
    await expect(readMicroscopeFolder(empty, {}, nodeAccess)).rejects.toMatchObject({
      details: { found: 'an empty folder' },
    });
  });

  it('is looked through to the bottom, once, and what is hidden is not seen', async () => {
    const folder = folderOf(['a/b/P_A01_s1_w1.tif', '.trash/P_A01_s1_w1.tif', 'a/._P_A01_s1_w1.tif', 'a/odd.tif']);
    symlinkSync(folder, join(folder, 'a', 'again'));
    const { fields, notes } = await readMicroscopeFolder(folder, {}, nodeAccess);
    expect(fields).toHaveLength(1);
    expect(notes).toEqual([expect.stringMatching(/^1 image is not named .* such as a\/odd\.tif/)]);
  });
});

describeWithSharedData('folders that ImageXpress wrote', (data) => {
  it('two channels, sites and time points', async () => {
    const screen = await readMicroscopeFolder(join(data, 'formats/imagexpress/9987_Plate_3435'), {}, nodeAccess);
    expect(screen.channels).toEqual(['w1', 'w2']);
    expect(screen.fields).toHaveLength(8);
    expect(screen.fields[0]!.metadata).toEqual({
      Metadata_Plate: '9987_Plate_3435',
      Metadata_Well: 'B02',
      Metadata_Site: '1',
      Metadata_TimePoint: '1',
    });
  });

  it('projections beside Z steps, with thumbnails', async () => {
    const screen = await readMicroscopeFolder(
      join(data, 'formats/imagexpress/metaxpress-single-channel'),
      {},
      nodeAccess,
    );
    expect(screen.fields.map(({ metadata }) => Object.values(metadata).join(' '))).toEqual([
      'Projection-Mix E07 1',
      'Projection-Mix E07 2',
      'Projection-Mix E08 1',
      'Projection-Mix E08 2',
    ]);
    for (const { sources } of screen.fields) expect(sources[0]!.file).not.toMatch(/ZStep|thumb/);
    expect(screen.notes).toEqual([expect.stringContaining('8 of 12 images are other planes')]);
  });
});
