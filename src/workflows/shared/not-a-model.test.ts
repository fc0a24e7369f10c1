import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { createNodeHost } from '../node/node-host.ts';
import { openModel } from './open-model.ts';

const folder = temporaryFolder();

it.each([
  ['fields.csv', 'FileName_DNA\na.tif\n', /this is a table and not a model.*model comes first and the screen second/],
  ['image.tif', Buffer.from('49492a0008000000', 'hex'), /this is a TIFF, an image and not a model/],
  ['image.czi', 'ZISRAWFILE', /this is a CZI file of Zeiss, an image and not a model/],
  ['model.onnx', 'FileName', /not an ONNX model/],
])('%s given as a model is named for what it is', async (name, bytes, message) => {
  writeFileSync(join(folder, name), bytes);
  const opening = openModel(join(folder, name), createNodeHost({ threads: 1 }));
  await expect(opening).rejects.toMatchObject({ tag: 'BadModel', message: expect.stringMatching(message) });
});
