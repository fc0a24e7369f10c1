import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { createRandom } from '../../random.ts';
import { nodeImageAccess } from '../node/access.ts';
import { readImage } from '../read.ts';
import { type TiffByHand, tiffByHand } from '../testing/tiff-by-hand.ts';
import { decodePlainPage } from './plain-page.ts';

const folder = temporaryFolder();
const [WIDTH, HEIGHT] = [301, 260];

/** Reads a TIFF, and counts the pages that were decoded plainly. */
async function read(bytes: Uint8Array) {
  const file = join(folder, 'page.tif');
  await writeFile(file, bytes);
  const { decode } = nodeImageAccess;
  let plain = 0;
  const tiffPage: typeof decode.tiffPage = async (page, picture) => {
    if (await decodePlainPage(page, picture, decode)) plain++;
    return decode.tiffPage(page, picture);
  };
  const image = await readImage(file, {}, { ...nodeImageAccess, decode: { ...decode, tiffPage } });
  return { image, plain };
}

function recipe(how: Omit<TiffByHand, 'pages'>) {
  const random = createRandom(1, 'plain');
  const { bits = 8, samples = 1 } = how;
  const values = Array.from({ length: WIDTH * HEIGHT * samples }, () => Math.floor(random.uniform() * 2 ** bits));
  return { values, bytes: tiffByHand({ ...how, pages: [{ width: WIDTH, height: HEIGHT, values }] }) };
}

describe('a plain page of a TIFF', () => {
  const layouts = [{}, { rowsPerStrip: 219 }, { tile: [272, 256] as const }];
  const codings = [
    { compression: 'none' as const },
    { compression: 'deflate' as const },
    { compression: 'deflate' as const, predictor: true },
    { compression: 'lzw' as const },
    { compression: 'lzw' as const, predictor: true },
  ];
  const all = layouts.flatMap((layout) =>
    codings.flatMap((coding) =>
      ([8, 16] as const).flatMap((bits) =>
        (['little', 'big'] as const).map((order) => ({ ...layout, ...coding, bits, order })),
      ),
    ),
  );

  it.each(all)('has its numbers: %j', async (how) => {
    const { values, bytes } = recipe(how);
    const { image, plain } = await read(bytes);
    expect(plain).toBe(1);
    expect(image.data).toEqual(how.bits === 8 ? Uint8Array.from(values) : Uint16Array.from(values));
  });

  it('is one of each sample that has strips of its own', async () => {
    const { values, bytes } = recipe({ bits: 16, samples: 3, planar: true });
    const { image, plain } = await read(bytes);
    expect(plain).toBe(3);
    const planes = [0, 1, 2].flatMap((sample) => values.filter((_, i) => i % 3 === sample));
    expect(image.data).toEqual(Uint16Array.from(planes));
  });

  it.each([
    ['white is 0', { photometric: 0 }],
    ['samples stand beside each other', { samples: 3 }],
    ['strips are small', { compression: 'deflate' as const, rowsPerStrip: 4 }],
    ['bits are in another order', { tags: [[266, 'SHORT', [2]]] as TiffByHand['tags'] & object }],
  ])('is left to another decoder where %s', async (_, how) => {
    const { plain } = await read(recipe({ bits: 8, ...how }).bytes);
    expect(plain).toBe(0);
  });

  it('is refused in the same words where what is deflated is damaged or ends too early', async () => {
    const { bytes } = recipe({ bits: 16, compression: 'deflate' });
    for (const at of [400, 9000]) {
      const damaged = Uint8Array.from(bytes);
      damaged.fill(0, at, at + 64);
      await expect(read(damaged)).rejects.toMatchObject({ tag: 'BadImage' });
    }
  });
});
