import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tiffByHand } from '../image/testing/tiff-by-hand.ts';
import { nodeAccess } from './node/access.ts';
import { readScreen } from './read-screen.ts';

const root = temporaryFolder();

function folderOf(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(root, name);
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

const tiff = tiffByHand({ pages: [{ width: 2, height: 2, values: [1, 2, 3, 4] }] });
const png = Buffer.from('89504e470d0a1a0a', 'hex');

describe('a file that is given as a screen', () => {
  const folder = folderOf('files', { 'a.tif': tiff, 'a.png': png, 'a.czi': 'ZISRAWFILE', 'model.onnx': '\b\n\u0012' });

  it.each([
    [
      'a.tif',
      /a\.tif: this is a TIFF, an image and not a screen \(expected a table of fields.*give the folder.*files, or a/i,
    ],
    ['a.png', /this is a PNG, an image and not a screen/],
    ['a.czi', /this is a CZI file of Zeiss, an image and not a screen.*`bioformats2raw \S+a\.czi \S+a\.zarr`/],
    ['model.onnx', /this is a model and not a screen.*are they swapped\?$/],
  ])('%s is told from a table', async (name, message) => {
    const reading = readScreen(join(folder, name), {}, nodeAccess);
    await expect(reading).rejects.toMatchObject({ tag: 'BadTable', message: expect.stringMatching(message) });
  });
});

describe('a folder that is given as a screen', () => {
  it.each([
    [
      'czi',
      { 'P1/a.czi': '', 'P1/b.czi': '', 'notes.txt': '' },
      /are CZI files of Zeiss.*2 of them, such as P1\/a\.czi.*for f in \S+P1\/\*\.czi; do bioformats2raw/,
    ],
    [
      'flex',
      { '001001000.flex': '', '001002000.flex': '' },
      /are flex files of Opera.*One of its files stands for all: `bioformats2raw \S+001001000\.flex/,
    ],
    [
      'jpeg',
      { 'A01_s1_w1.jpg': '' },
      /JPEG images, which milscope does not read.*lost intensities for good.*magick "\$f"/,
    ],
    ['oif', { 'a.oif': '', 'a.oif.files/s_C001.tif': '' }, /are OIF files of Olympus/],
    ['overview', { 'a.czi': '', 'b.czi': '', 'overview.png': '' }, /are CZI files of Zeiss/],
    [
      'run',
      { 'model.onnx': '', 'run.json': '{}', 'predictions.csv': '', 'report/a.png': png },
      /folder of a run, with its model, and not a screen/,
    ],
  ])('and has no images that are read: %s', async (name, files, message) => {
    const reading = readScreen(folderOf(name, files), {}, nodeAccess);
    await expect(reading).rejects.toMatchObject({ tag: 'BadTable', message: expect.stringMatching(message) });
  });

  it('says which files it passes over', async () => {
    const folder = folderOf('mixed', { 'P_A01_s1_w1.tif': tiff, 'a.czi': '', 'b/c.czi': '', 'overview.jpg': '' });
    const { notes } = await readScreen(folder, {}, nodeAccess);
    expect(notes).toEqual([
      '2 CZI files of Zeiss are passed over, which milscope does not read, such as a.czi',
      'overview.jpg is a JPEG image, which milscope does not read, and is passed over',
    ]);
  });
});
