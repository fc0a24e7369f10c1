import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { named } from '../errors.ts';
import { tiffByHand } from '../image/testing/tiff-by-hand.ts';
import { zarrImageByHand } from '../image/testing/zarr-by-hand.ts';
import { nodeAccess } from './node/access.ts';
import { readScreen } from './read-screen.ts';
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
