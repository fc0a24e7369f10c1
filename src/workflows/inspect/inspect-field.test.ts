import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { tiffByHand } from '../../image/testing/tiff-by-hand.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { readScreen } from '../../screen/read-screen.ts';
import { createInspectField } from './inspect-field.ts';

const folder = temporaryFolder();

it('knows the bits of samples as the files have them, signed or not', async () => {
  const values = Array.from({ length: 64 * 64 }, (_, i) => i);
  const recipe = { pages: [{ width: 64, height: 64, values }], bits: 16 } as const;
  writeFileSync(join(folder, 'a.tif'), tiffByHand({ ...recipe, tags: [[339, 'SHORT', [2]]] }));
  writeFileSync(join(folder, 'b.tif'), tiffByHand(recipe));
  writeFileSync(join(folder, 't.csv'), 'FileName_A,FileName_B\na.tif,b.tif\n');
  const screen = await readScreen(join(folder, 't.csv'), {}, nodeAccess);
  const answer = await createInspectField(screen, nodeAccess)({ field: screen.fields[0]! });
  expect(answer).toMatchObject({ quality: { channels: [{ bitDepth: 16 }, { bitDepth: 16 }] } });
});
