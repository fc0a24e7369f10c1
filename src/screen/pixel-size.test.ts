import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWithSharedData } from '../../test/shared-data.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tiffByHand } from '../image/testing/tiff-by-hand.ts';
import { nodeAccess } from './node/access.ts';
import { readScreen } from './read-screen.ts';

const root = temporaryFolder();
let count = 0;

/** A screen of images that say these sizes of pixels (µm), with a column of a table where it is given. */
async function screenOf(sizes: readonly (number | undefined)[], column?: readonly string[]) {
  const folder = join(root, String(++count));
  mkdirSync(folder);
  for (const [i, size] of sizes.entries()) {
    const description = `ImageJ=1.53t\nunit=${size === undefined ? 'pixel' : 'micron'}\n`;
    const tags = [
      [270, 'ASCII', description],
      [282, 'RATIONAL', [1000, Math.round(1000 * (size ?? 1))]],
      [283, 'RATIONAL', [1000, Math.round(1000 * (size ?? 1))]],
    ] as const;
    writeFileSync(join(folder, `${i}.tif`), tiffByHand({ pages: [{ width: 2, height: 1, values: [1, 2] }], tags }));
  }
  const rows = sizes.map((_, i) => `${i}.tif${column ? `,${column[i]}` : ''}`);
  writeFileSync(join(folder, 'fields.csv'), [`FileName_A${column ? ',Metadata_PixelSize' : ''}`, ...rows].join('\n'));
  return readScreen(join(folder, 'fields.csv'), {}, nodeAccess);
}

describe('the size of the pixels of a screen', () => {
  it('is that of its images, and not known where none says it', async () => {
    expect(await screenOf([0.65, 0.65, undefined])).toMatchObject({ pixelSize: 0.65, notes: [] });
    const none = await screenOf([undefined]);
    expect([none.pixelSize, none.notes]).toEqual([undefined, []]);
  });

  it('is not known where fields differ, which is said', async () => {
    const { pixelSize, notes } = await screenOf([0.65, 0.65, 0.325]);
    expect(pixelSize).toBeUndefined();
    expect(notes).toEqual([expect.stringMatching(/0\.65 µm in .*0\.tif and 0\.325 µm in .*2\.tif/)]);
  });

  it('is that of the column of a table before that of the images', async () => {
    expect((await screenOf([0.65, 0.65], ['0.5', '0.5'])).pixelSize).toBe(0.5);
    expect((await screenOf([0.65, 0.65], ['', '0.5'])).pixelSize).toBe(0.5);
    expect((await screenOf([0.65], ['unknown'])).pixelSize).toBe(0.65);
    const { pixelSize, notes } = await screenOf([0.65, 0.65], ['0.5', '1']);
    expect([pixelSize, notes?.[0]]).toEqual([undefined, expect.stringContaining('0.5 µm in row 2 and 1 µm in row 3')]);
  });
});

describeWithSharedData('the size of the pixels of real plates', (data) => {
  it.each([
    ['imagexpress/9987_Plate_3435', 1.3672],
    ['imagexpress/metaxpress-single-channel', 1.3668],
  ])('%s', async (name, expected) => {
    const { pixelSize } = await readScreen(join(data, 'formats', name), {}, nodeAccess);
    expect(pixelSize).toBeCloseTo(expected, 6);
  });
});
