import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { nodeDecode } from '../node/decode.ts';
import { decodePicture } from '../node/decode-picture.ts';
import { rebuildPage } from '../node/rebuild-page.ts';
import { unpackLzwAside } from '../node/unpack-lzw.ts';
import { unpackLzw } from './lzw.ts';
import { decodePlainPage } from './plain-page.ts';
import { parseTiff } from './tiff.ts';

/** Pixels of every kind that LZW packs well or badly. */
const KINDS: Record<'noise' | 'faint' | 'rare' | 'nothing', (random: () => number, most: number) => number> = {
  noise: (random, most) => Math.floor(random() * (most + 1)),
  faint: (random) => 1000 + Math.floor(random() * 9),
  rare: (random, most) => (random() < 0.003 ? most : 7),
  nothing: () => 0,
};

const images = fc.record({
  kind: fc.constantFrom('noise' as const, 'faint' as const, 'rare' as const, 'nothing' as const),
  bits: fc.constantFrom(8 as const, 16 as const),
  width: fc.integer({ min: 1, max: 400 }),
  height: fc.integer({ min: 1, max: 300 }),
  tile: fc.constantFrom(false, true),
  predictor: fc.constantFrom('none' as const, 'horizontal' as const),
  seed: fc.nat(),
});

type Drawn = typeof images extends fc.Arbitrary<infer T> ? T : never;

function pixelsOf({ kind, bits, width, height, seed }: Drawn): Uint8Array | Uint16Array {
  const { uniform } = createRandom(seed, 'lzw');
  const values = Array.from({ length: width * height }, () => KINDS[kind](uniform, 2 ** bits - 1));
  return bits === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
}

/** What libtiff writes of an image, ready to be decoded. */
async function packedByLibtiff(drawn: Drawn) {
  const { width, height, bits, tile, predictor } = drawn;
  const pixels = pixelsOf(drawn);
  const raw = { raw: { width, height, channels: 1 as const } };
  const written = await sharp(pixels as Uint16Array, raw)
    .toColourspace(bits === 8 ? 'b-w' : 'grey16')
    .tiff({ compression: 'lzw', predictor, tile, tileWidth: 64, tileHeight: 48 })
    .toBuffer();
  return { pixels, page: await pageOf(written) };
}

async function pageOf(bytes: Uint8Array) {
  const file = 'written.tif';
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
  const tiff = await parseTiff(read, { file, size: bytes.length });
  const page = tiff.page(0);
  const pieces = page.segments.map(({ offset, length }) => bytes.subarray(offset, offset + length));
  const { width, height, segments } = page;
  const picture = { width, height, samples: 1, colour: false, bitDepth: page.bits as 8 | 16, file };
  return { bytes: { page, little: tiff.little, area: { width, height }, segments, pieces, alone: false }, picture };
}

/** Unpacks here, whatever the number of pages. */
const here = { inflate: nodeDecode.inflate, lzw: async (pieces: Parameters<typeof unpackLzw>[0]) => unpackLzw(pieces) };

describe('LZW', () => {
  it('is unpacked to the pixels that libtiff packed', async () => {
    await fc.assert(
      fc.asyncProperty(images, async (drawn) => {
        const { pixels, page } = await packedByLibtiff(drawn);
        expect(await decodePlainPage(page.bytes, page.picture, here)).toEqual(pixels);
      }),
      { numRuns: 60 },
    );
  });

  it('that is damaged gives what libtiff gives, or is left to it', async () => {
    let [same, left] = [0, 0];
    const flips = fc.array(
      fc.record({ at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), bit: fc.nat(7) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(images, flips, async (drawn, flipped) => {
        const { page } = await packedByLibtiff(drawn);
        const pieces = page.bytes.pieces.map((piece) => Uint8Array.from(piece));
        for (const { at, bit } of flipped) {
          const piece = pieces[Math.floor(at * pieces.length)]!;
          piece[Math.floor(at * 7919 * piece.length) % piece.length]! ^= 1 << bit;
        }
        const damaged = { ...page.bytes, pieces };
        const ours = await decodePlainPage(damaged, page.picture, here);
        if (!ours) return void left++;
        const theirs = await decodePicture(await rebuildPage(damaged), page.picture).catch(() => undefined);
        if (theirs) expect(ours).toEqual(theirs);
        same += theirs ? 1 : 0;
      }),
      { numRuns: 150 },
    );
    expect(Math.min(same, left)).toBeGreaterThan(0);
  });

  it('of before TIFF 5.0, whose codes stand the other way round, is left to libtiff', () => {
    const old = { decoded: [4], bits: 8 as const, little: true, differences: undefined };
    expect(unpackLzw({ ...old, pieces: [Uint8Array.of(0, 1, 2, 3, 4, 5)] })).toBeUndefined();
  });

  it('with more than is wanted behind its end has what is wanted', async () => {
    const drawn = { kind: 'noise', bits: 8, width: 64, height: 48, tile: false, predictor: 'none', seed: 1 } as const;
    const { pixels, page } = await packedByLibtiff(drawn);
    const wanted = {
      pieces: page.bytes.pieces,
      decoded: [1000],
      bits: 8,
      little: true,
      differences: undefined,
    } as const;
    expect(unpackLzw(wanted)).toEqual(pixels.slice(0, 1000));
  });

  it('of many pages is unpacked in other threads to the same, and the bytes of the files are kept', async () => {
    const drawn = {
      kind: 'noise',
      bits: 16,
      width: 300,
      height: 200,
      tile: false,
      predictor: 'horizontal',
      seed: 2,
    } as const;
    const { page } = await packedByLibtiff(drawn);
    const { pieces, segments, little } = page.bytes;
    const decoded = segments.map((segment) => segment.decoded);
    const asked = { pieces, decoded, bits: 16, little, differences: 300 } as const;
    const all = await Promise.all(Array.from({ length: 30 }, () => unpackLzwAside(asked)));
    const expected = unpackLzw(asked);
    expect(expected?.length).toBe(120_000);
    for (const one of all) expect(one).toEqual(expected);
    expect(pieces.every(({ length }) => length > 0)).toBe(true);
  });

  it('lets a process end by itself, and does not end it before all is unpacked', async () => {
    // A code that clears the table, and one of 9 bits for each of 250 bytes.
    const program = `
      import { unpackLzwAside } from ${JSON.stringify(new URL('../node/unpack-lzw.ts', import.meta.url).href)};
      const codes = [256, ...Array.from({ length: 250 }, (_, i) => i)].map((code) => code.toString(2).padStart(9, '0')).join('');
      const piece = Uint8Array.from(codes.match(/.{1,8}/g), (bits) => parseInt(bits.padEnd(8, '0'), 2));
      const [pieces, decoded] = [piece, 250].map((each) => Array.from({ length: 400 }, () => each));
      const page = { pieces, decoded, bits: 8, little: true, differences: undefined };
      const all = await Promise.all(Array.from({ length: 12 }, () => unpackLzwAside(page)));
      console.log(all.map((bytes) => bytes.length + ' ' + bytes[99_999]).join());`;
    const argv = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: 60_000 });
    expect(stdout.trim()).toBe(Array.from({ length: 12 }, () => '100000 249').join());
  });
});
