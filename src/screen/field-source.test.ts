import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tiffByHand } from '../image/testing/tiff-by-hand.ts';
import { isShared } from '../pixels/shared-memory.ts';
import { createFieldSource } from './field-source.ts';
import { nodeAccess } from './node/access.ts';
import { readField } from './read-field.ts';
import { readScreen } from './read-screen.ts';
import type { Screen } from './screen.ts';

const folder = temporaryFolder();
const [height, width] = [5, 7];

/** Fields of 8 bits, 16 bits and floats: 35, 70 and 140 bytes. */
let screen: Screen;

beforeAll(async () => {
  for (const bits of [8, 16, 32] as const) {
    const values = Array.from({ length: height * width }, (_, i) => 3 * i + bits);
    writeFileSync(
      join(folder, `${bits}.tif`),
      tiffByHand({ pages: [{ width, height, values }], bits, float: bits === 32 }),
    );
  }
  writeFileSync(join(folder, 'fields.csv'), 'FileName_A\n8.tif\n16.tif\n32.tif');
  screen = await readScreen(join(folder, 'fields.csv'), {}, nodeAccess);
});

describe('the source of fields', () => {
  it('shares with all threads what it keeps, and nothing else', async () => {
    const source = createFieldSource(screen, { cacheBytes: 110 }, nodeAccess);
    const readAll = () => Promise.all(screen.fields.map(async (field) => (await source.read(field))!));
    const first = await readAll();
    // The float does not fit beside the others.
    expect(first.map(({ data }) => isShared(data))).toEqual([true, true, false]);
    const again = await readAll();
    expect(again.map((image, i) => image === first[i])).toEqual([true, true, false]);
    for (const [i, field] of screen.fields.entries()) {
      const alone = await readField(screen, field, nodeAccess);
      expect(first[i]).toEqual(alone);
      expect(first[i]!.data.constructor).toBe(alone.data.constructor);
    }
  });

  it('frees what nobody looks at any more, unless it is kept', async () => {
    const [wide, high] = [400, 500];
    const values = Array.from({ length: wide * high }, (_, i) => i % 4096);
    writeFileSync(join(folder, 'large.tif'), tiffByHand({ pages: [{ width: wide, height: high, values }], bits: 16 }));
    writeFileSync(join(folder, 'large.csv'), 'FileName_A\nlarge.tif');
    const large = await readScreen(join(folder, 'large.csv'), {}, nodeAccess);
    const [field] = large.fields as [Screen['fields'][number]];
    for (const cacheBytes of [0, 1e9]) {
      const source = createFieldSource(large, { cacheBytes }, nodeAccess);
      const image = (await source.read(field))!;
      expect(image.data).toEqual(Uint16Array.from(values));
      source.free(image);
      expect(image.data).toHaveLength(cacheBytes === 0 ? 0 : values.length);
      // Whatever was freed, the field can be read again.
      expect((await source.read(field))!.data).toEqual(Uint16Array.from(values));
    }
  });
});
