/** Headers that speak of more pixels than may be decoded: nothing is decoded or allocated for them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isMilscopeError } from '../errors.ts';
import type { ReadFiles } from '../files/files.ts';
import type { ImageAccess } from './access.ts';
import { nodeDecode } from './node/decode.ts';
import { openImage } from './read.ts';
import { requireDecodable } from './require-decodable.ts';
import { pngByHand } from './testing/png-by-hand.ts';
import { tiffByHand } from './testing/tiff-by-hand.ts';

const [maxPixels, memory] = [1e6, 16e6];

/** A file of a terabyte that begins with some bytes, so that no header lies about what could be in it. */
function vast(beginning: Uint8Array): ReadFiles {
  const size = 1e12;
  return {
    list: async () => [],
    status: async () => ({ kind: 'file', size, changed: 0 }),
    async read(_, { offset, length } = { offset: 0, length: size }) {
      if (length > 1e7) throw Object.assign(new Error('EFBIG'), { code: 'EFBIG' });
      const bytes = new Uint8Array(length);
      bytes.set(beginning.subarray(offset, offset + length));
      return bytes;
    },
  };
}

/** What becomes of an image, and the bytes of pixels that were asked to be decoded of it at once. */
async function decodedBytes(beginning: Uint8Array): Promise<{ bytes: number[]; error: unknown }> {
  const bytes: number[] = [];
  const files = vast(beginning);
  const access: ImageAccess = {
    files,
    memory,
    decode: {
      png: async (_, { width, height, samples, bitDepth }) => {
        bytes.push((width * height * samples * bitDepth) / 8);
        throw new Error('decoded');
      },
      tiffPage: async ({ segments }, { width, height, samples, bitDepth }) => {
        const pieces = segments.reduce((sum, { decoded }) => sum + decoded, 0);
        bytes.push(Math.max(pieces, (width * height * samples * bitDepth) / 8));
        throw new Error('decoded');
      },
      inflate: () => Promise.reject(new Error('inflated')),
      lzw: () => Promise.reject(new Error('unpacked')),
    },
  };
  try {
    const { read } = await openImage('odd', { maxPixels }, access);
    await read();
    return { bytes, error: undefined };
  } catch (error) {
    return { bytes, error };
  }
}

/** Sides that often are near the bound, and often far above. */
const side = fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 2 ** 32 - 1 }));

it('decodes no PNG above the bound, whatever its header says', async () => {
  const seen = { decoded: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(side, side, fc.constantFrom(1, 2, 4, 8, 16), fc.constantFrom(0, 2, 4, 6), async (...header) => {
      const [width, height, bits, colour] = header;
      const png = pngByHand({ width: 1, height: 1, values: [0] });
      png.writeUInt32BE(width, 16);
      png.writeUInt32BE(height, 20);
      png.set([bits, colour], 24);
      const { bytes, error } = await decodedBytes(png);
      expect(isMilscopeError(error) || (error as { code?: string }).code === 'EFBIG').toBe(true);
      expect(bytes.every((length) => length <= memory / 4)).toBe(true);
      if (width * height > maxPixels) expect(error).toMatchObject({ tag: 'BadImage', details: { file: 'odd' } });
      seen[isMilscopeError(error) && /larger than|too large/.test(error.message) ? 'refused' : 'decoded']++;
    }),
    { numRuns: 200, seed: 1 },
  );
  expect(seen.refused).toBeGreaterThan(50);
});

it('decodes no TIFF above the bound, whatever its directory says', async () => {
  const seen = { decoded: 0, refused: 0 };
  const recipe = fc.record({
    size: fc.tuple(side, side),
    tile: fc.option(fc.tuple(side, side), { nil: undefined }),
    bits: fc.constantFrom(1, 8, 16, 32),
    samples: fc.constantFrom(1, 3),
  });
  await fc.assert(
    fc.asyncProperty(recipe, async ({ size: [width, height], tile, bits, samples }) => {
      const page = { width: 1, height: 1, values: Array.from({ length: samples }, () => 0) };
      const tiff = tiffByHand({
        pages: [page],
        samples,
        compression: 'deflate',
        ...(tile && { tile: [1, 1] as const }),
        tags: [
          [256, 'LONG', [width]],
          [257, 'LONG', [height]],
          [258, 'SHORT', Array.from({ length: samples }, () => bits)],
          [339, 'SHORT', Array.from({ length: samples }, () => (bits === 32 ? 3 : 1))],
          [tile ? 325 : 279, 'LONG', [2 ** 30]],
          ...(tile
            ? ([
                [322, 'LONG', [tile[0]]],
                [323, 'LONG', [tile[1]]],
              ] as const)
            : ([[278, 'LONG', [height]]] as const)),
        ],
      });
      const { bytes, error } = await decodedBytes(tiff);
      expect(isMilscopeError(error) || (error as { code?: string }).code === 'EFBIG').toBe(true);
      expect(bytes.every((length) => length <= memory / 4)).toBe(true);
      seen[isMilscopeError(error) && /larger than|too large/.test(error.message) ? 'refused' : 'decoded']++;
    }),
    { numRuns: 200, seed: 1 },
  );
  expect(seen.refused).toBeGreaterThan(10);
});

it('decodes no image of OME-Zarr above the bound, of which not a chunk need be there', async () => {
  await fc.assert(
    fc.asyncProperty(side, side, fc.constantFrom('|u1', '<u2', '<f4'), async (width, height, dtype) => {
      const [multiscales, datasets] = [[{ version: '0.4' }], [{ path: '0' }]];
      const axes = ['y', 'x'].map((name) => ({ name, type: 'space' }));
      const scale = [{ type: 'scale', scale: [1, 1] }];
      const documents: Readonly<Record<string, unknown>> = {
        'odd/.zgroup': { zarr_format: 2 },
        'odd/.zattrs': {
          multiscales: [{ ...multiscales[0], axes, datasets: [{ ...datasets[0], coordinateTransformations: scale }] }],
        },
        'odd/0/.zarray': {
          ...{ zarr_format: 2, shape: [height, width], chunks: [1024, 1024], dtype, compressor: null },
          ...{ fill_value: 0, filters: null, order: 'C', dimension_separator: '/' },
        },
      };
      const text = (path: string) => Buffer.from(JSON.stringify(documents[path]));
      const files: ReadFiles = {
        list: async () => [],
        async status(path) {
          if (path === 'odd') return { kind: 'folder', size: 0, changed: 0 };
          return path in documents ? { kind: 'file', size: text(path).length, changed: 0 } : undefined;
        },
        async read(path) {
          if (path in documents) return text(path);
          throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
        },
      };
      const none = () => Promise.reject(new Error('decoded'));
      // The process keeps the inflater of the OME-Zarr that was read last.
      const decode = { png: none, tiffPage: none, lzw: none, inflate: nodeDecode.inflate };
      const whole = openImage('odd', { maxPixels }, { files, memory, decode }).then(({ read }) => read());
      if (width * height > maxPixels) await expect(whole).rejects.toMatchObject({ tag: 'BadImage' });
      else expect((await whole).data.length).toBe(width * height);
    }),
    { numRuns: 60 },
  );
});

it('says what is too large, and what would help', () => {
  const [huge, large] = [50_000, 16_384].map((side) => ({ width: side, height: side, bytes: 2 }));
  expect(() => requireDecodable('big.png', huge!, {})).toThrow(
    'big.png: the image is larger than images that are read ' +
      '(found 50000 × 50000 pixels; expected at most 268435456 pixels in a plane)',
  );
  expect(() => requireDecodable('big.png', huge!, { maxPixels: 1e10 })).not.toThrow();
  expect(() => requireDecodable('large.png', large!, {})).not.toThrow();
  expect(() => requireDecodable('large.png', large!, { memory: 1e9 })).toThrow(/too large for the memory.*0\.54 GB/);
});
