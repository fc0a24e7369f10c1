/** What a folder holds, as a table that is looked at, corrected and given in its place. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tiffByHand } from '../src/image/testing/tiff-by-hand.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

it('milscope table says what it read from a folder, and its table is corrected and read again', async () => {
  const images = join(folder, 'Week1_22123');
  await mkdir(images);
  for (const name of ['A01_s1_w1', 'A01_s1_w2', 'A02_s1_w1']) {
    await writeFile(join(images, `${name}.tif`), tiffByHand({ pages: [{ width: 1, height: 1, values: [1] }] }));
  }
  await writeFile(join(images, 'overview.jpg'), '');
  const table = join(folder, 'fields.csv');
  const written = await milscope('table', images, '--out', table);
  expect(written.err).toBe('overview.jpg is a JPEG image, which milscope does not read, and is passed over\n');
  expect(written.out).toBe(
    [
      `2 fields from images named by ImageXpress: ${table}`,
      '  plates: 1 (Week1_22123)',
      '  wells: 2, with 1 field each',
      '  channels: w1, w2',
      '  columns: Metadata_Plate, Metadata_Well, Metadata_Site',
      '1 field lacks an image: cells of such a row are empty',
      `Look it through and correct what is wrong. Then: milscope inspect ${table}`,
      '',
    ].join('\n'),
  );
  const text = await readFile(table, 'utf8');
  await writeFile(table, text.replace('FileName_w1,PathName_w1', 'FileName_DNA,PathName_DNA'));
  const again = await milscope('table', table, '--out', join(folder, 'again.csv'), '--json');
  expect(JSON.parse(again.out)).toMatchObject({ layout: 'a table', channels: ['DNA', 'w2'], fields: 2, incomplete: 1 });
});
