import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { Pixels } from '../../pixels/pixels.ts';
import type { DecodeImages, Picture } from '../decode.ts';
import { gatheredBits } from '../spread-bits.ts';
import { decodePlainPage } from '../tiff/plain-page.ts';
import { decodePicture } from './decode-picture.ts';
import { withoutPalette } from './palette-places.ts';
import { rebuildPage } from './rebuild-page.ts';
import { unpackLzwAside } from './unpack-lzw.ts';

const inflaters = { gzip: promisify(gunzip), zlib: promisify(inflate) };

/** Decodes a PNG, or the places in its palette as they stand in the file. */
async function decodePng(png: Uint8Array, picture: Picture & { readonly file: string }): Promise<Pixels> {
  if (!picture.places) return decodePicture(png, picture);
  const { bytes, bits } = withoutPalette(png);
  return gatheredBits(await decodePicture(bytes, { ...picture, samples: 1, colour: false }), bits);
}

/** What is inflated in one go, at most; by default zlib hands over 16 kB at a time. */
const AT_ONCE = 2 ** 22;

const inflateBytes: DecodeImages['inflate'] = (bytes, { format, most }) =>
  inflaters[format](bytes, { maxOutputLength: most, chunkSize: Math.max(64, Math.min(most + 1, AT_ONCE)) });

/** What plain pages are decoded with. */
const unpackers = { inflate: inflateBytes, lzw: unpackLzwAside };

/** Decodes pictures with sharp, plain pages of a TIFF itself, and deflated bytes with zlib. */
export const nodeDecode: DecodeImages = {
  png: decodePng,
  tiffPage: async (page, picture) =>
    (await decodePlainPage(page, picture, unpackers)) ?? decodePicture(await rebuildPage(page), picture),
  ...unpackers,
};
