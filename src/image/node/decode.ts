import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { DecodeImages } from '../decode.ts';
import { decodePicture } from './decode-picture.ts';
import { rebuildPage } from './rebuild-page.ts';

const inflaters = { gzip: promisify(gunzip), zlib: promisify(inflate) };

/** Decodes pictures with sharp, and deflated bytes with zlib. */
export const nodeDecode: DecodeImages = {
  png: decodePicture,
  tiffPage: async (page, picture) => decodePicture(await rebuildPage(page), picture),
  inflate: (bytes, { format, most }) => inflaters[format](bytes, { maxOutputLength: most }),
};
