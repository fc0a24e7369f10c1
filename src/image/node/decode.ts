import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { Pixels } from '../../pixels/pixels.ts';
import type { DecodeImages, Picture } from '../decode.ts';
import { gatheredBits } from '../spread-bits.ts';
import { decodePicture } from './decode-picture.ts';
import { withoutPalette } from './palette-places.ts';
import { rebuildPage } from './rebuild-page.ts';

const inflaters = { gzip: promisify(gunzip), zlib: promisify(inflate) };

/** Decodes a PNG, or the places in its palette as they stand in the file. */
async function decodePng(png: Uint8Array, picture: Picture & { readonly file: string }): Promise<Pixels> {
  if (!picture.places) return decodePicture(png, picture);
  const { bytes, bits } = withoutPalette(png);
  return gatheredBits(await decodePicture(bytes, { ...picture, samples: 1, colour: false }), bits);
}

/** Decodes pictures with sharp, and deflated bytes with zlib. */
export const nodeDecode: DecodeImages = {
  png: decodePng,
  tiffPage: async (page, picture) => decodePicture(await rebuildPage(page), picture),
  inflate: (bytes, { format, most }) => inflaters[format](bytes, { maxOutputLength: most }),
};
