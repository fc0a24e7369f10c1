import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tiffByHand } from '../image/testing/tiff-by-hand.ts';
import { zarrImageByHand } from '../image/testing/zarr-by-hand.ts';
import { nodeAccess } from './node/access.ts';
import { readScreen } from './read-screen.ts';
import { stackNotes } from './stack-note.ts';

const folder = temporaryFolder();
const page = { width: 2, height: 2, values: [1, 2, 3, 4] };

it('says of what only the first is read, and nothing else', () => {
  expect(stackNotes('images', undefined)).toEqual([]);
  expect(stackNotes('images', { z: 1, t: 1 })).toEqual([]);
  expect(stackNotes('images of DNA', { z: 5, t: 1 })).toEqual([
    'The images of DNA have 5 planes of depth, of which the first is read: project a stack before, if it is to be seen whole',
  ]);
  expect(stackNotes('images', { z: 5, t: 3 })[0]).toContain(
    '5 planes of depth and 3 points in time, of which the first of each',
  );
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
    expect.stringMatching(/images of DNA have 3 planes/),
  ]);

  const level = { shape: [2, 1, 3, 2, 2], values: Array.from({ length: 24 }, (_, i) => i) };
  const image = await zarrImageByHand(join(folder, 'a.zarr'), { axes: 'tczyx', levels: [level] });
  expect((await readScreen(image, {}, nodeAccess)).notes).toEqual([
    expect.stringMatching(/3 planes of depth and 2 points in time/),
  ]);
});
