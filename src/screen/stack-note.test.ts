import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { named } from '../errors.ts';
import { tiffByHand } from '../image/testing/tiff-by-hand.ts';
import { zarrImageByHand } from '../image/testing/zarr-by-hand.ts';
import { nodeAccess } from './node/access.ts';
import { readScreen } from './read-screen.ts';
import type { ScreenOptions } from './screen-options.ts';
import { type ImagesSeen, pageQuestions, stackNotes } from './stack-note.ts';

const folder = temporaryFolder();
const page = { width: 2, height: 2, values: [1, 2, 3, 4] };

const seen = (name: string | undefined, header: Partial<ImagesSeen['header']>, depth?: number): ImagesSeen => ({
  name,
  header: { channels: 1, ...header },
  depth,
});

it('says what becomes of planes, and of what only the first is read, and nothing else', () => {
  expect(stackNotes([seen('DNA', {}), seen('Actin', { stack: { z: 1, t: 1 } })])).toEqual([]);
  const deep = seen('DNA', { stack: { z: 5, t: 1 } });
  expect(stackNotes([deep, seen('Actin', {})])).toEqual([
    `The images of DNA are stacks of 5 planes of depth, of which the maximum of each pixel is used; ${named('projection')} chooses mean or none`,
  ]);
  expect(stackNotes([deep, seen('Actin', {}, 5), seen('ER', {})], { projection: 'none' })).toEqual([
    expect.stringMatching(
      /^The images of DNA and Actin are stacks of 5.* the lowest plane is used; .* maximum or mean$/,
    ),
  ]);
  expect(stackNotes([seen(undefined, { stack: { z: 5, t: 3 } })]).map((note) => note.slice(0, 36))).toEqual([
    'The images are stacks of 5 planes of',
    'The images have 3 points in time, of',
  ]);
  const several = seen('DNA', { series: { index: 0, own: [0, 1], names: [] } });
  expect(stackNotes([several])[0]).toContain('have 2 series, of which the first is read; a column Series_');
  expect(stackNotes([several], { seriesAreFields: true })[0]).toContain('each is a field of its own');
});

describe('fields that lack planes of depth that others have', () => {
  const short = async (source: string, options: ScreenOptions = {}) =>
    (await readScreen(source, options, nodeAccess)).notes!.filter((note) => note.includes('fewer planes'));
  /** A folder in which the second plane of one channel of the second field is not there. */
  const folderOf = (own: string, name: (well: number, z: number, channel: number) => string): string => {
    for (const well of [1, 2, 3]) {
      for (const z of [1, 2, 3]) {
        for (const channel of [1, 2]) {
          if (well === 2 && z === 2 && channel === 2) continue;
          const path = join(folder, own, name(well, z, channel));
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, tiffByHand({ pages: [page] }));
        }
      }
    }
    return join(folder, own);
  };
  const said = (channel: string, place: string) => [
    `1 of 3 fields has fewer planes of depth than the others in ${channel}: it is ${place}, with 2 of 3. Look for the missing files; what is read of fewer planes differs from the rest`,
  ];

  it.each([
    ['ZStep folders', (w: number, z: number, c: number) => `ZStep_${z}/P_B0${w}_s1_w${c}.tif`, 'w2', 'P B02 site 1'],
    ['names with z', (w: number, z: number, c: number) => `P_B0${w}_s1_w${c}_z${z}.tif`, 'w2', 'P B02 site 1'],
    ['Phenix', (w: number, z: number, c: number) => `Q/r02c0${w}f01p0${z}-ch${c}sk1fk1fl1.tiff`, 'ch2', 'Q B02 site 1'],
  ])('are said once, of %s', async (own, name, channel, place) => {
    const path = folderOf(own, name);
    for (const projection of [undefined, 'mean', 'none'] as const) {
      expect(await short(path, { projection })).toEqual(said(channel, place));
    }
  });

  it('are none where the microscope wrote projections', async () => {
    const path = folderOf('written', (w, z, c) => `${z === 3 ? '' : `ZStep_${z}/`}P_B0${w}_s1_w${c}.tif`);
    expect(await short(path)).toEqual([]);
  });

  it('are said of a table', async () => {
    const path = folderOf('planes', (w, z, c) => `${w}${z}${c}.tif`);
    const cell = (w: number, zs: readonly number[], c: number) => zs.map((z) => `${w}${z}${c}.tif`).join('|');
    const rows = [
      [1, [1, 2, 3]],
      [2, [1, 3]],
      [3, [2]],
    ] as const;
    const text = rows.map(([w, zs]) => `${cell(w, [1, 3], 1)},${cell(w, zs, 2)},B0${w}`).join('\n');
    writeFileSync(join(path, 't.csv'), `FileName_A,FileName_B,Metadata_Well\n${text}\n`);
    expect(await short(join(path, 't.csv'))).toEqual([
      expect.stringMatching(/^2 of 3 fields have fewer .* in B: the first is B02, with 2 of 3\./),
    ]);
  });

  it('are said of OME-Zarr', async () => {
    for (const [i, z] of [2, 3, 3].entries()) {
      const level = { shape: [z, 2, 2], values: Array.from({ length: 4 * z }, (_, k) => k) };
      await zarrImageByHand(join(folder, 'zarrs', `${i}.zarr`), { axes: 'zyx', levels: [level] });
    }
    expect(await short(join(folder, 'zarrs'))).toEqual([
      expect.stringMatching(/^1 of 3 fields has fewer planes .*: it is 0, with 2 of 3\./),
    ]);
  });
});

it('asks about many pages that nothing is said of', () => {
  const pages = (channels: number) => seen('DNA', { channels, assumedChannels: true });
  expect(pageQuestions([pages(5), seen('Actin', { channels: 9 })])).toEqual([]);
  expect(pageQuestions([pages(6)])).toEqual([
    {
      problem: 'The images have 6 pages that nothing is said of, and each is read as a channel',
      remedy: expect.stringContaining(`are these planes of depth? Then give ${named('pages')} depth`),
    },
  ]);
});

it('is said of the OME-TIFFs of a table, and of OME-Zarr', async () => {
  const xml = (z: number) =>
    `<OME><Image ID="Image:0"><Pixels DimensionOrder="XYZCT" SizeC="1" SizeZ="${z}" SizeT="1"><Channel ID="Channel:0:0" Name="A"/><TiffData/></Pixels></Image></OME>`;
  for (const z of [1, 3]) {
    const pages = Array.from({ length: z }, () => page);
    writeFileSync(join(folder, `${z}.ome.tif`), tiffByHand({ pages, tags: [[270, 'ASCII', xml(z)]] }));
    writeFileSync(join(folder, `${z}.csv`), `FileName_DNA\n${z}.ome.tif\n`);
  }
  expect((await readScreen(join(folder, '1.csv'), {}, nodeAccess)).notes).toEqual([]);
  expect((await readScreen(join(folder, '3.csv'), {}, nodeAccess)).notes).toEqual([
    expect.stringMatching(/^The images are stacks of 3 planes/),
  ]);

  const level = { shape: [2, 1, 3, 2, 2], values: Array.from({ length: 24 }, (_, i) => i) };
  const image = await zarrImageByHand(join(folder, 'a.zarr'), { axes: 'tczyx', levels: [level] });
  expect((await readScreen(image, {}, nodeAccess)).notes).toEqual([
    expect.stringMatching(/stacks of 3 planes of depth/),
    expect.stringMatching(/2 points in time/),
  ]);
});
