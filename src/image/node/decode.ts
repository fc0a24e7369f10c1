import type { DecodeImages } from '../decode.ts';
import { decodePicture } from '../decode-picture.ts';
import { rebuildPage } from '../tiff/rebuild.ts';

/** Decodes pictures with sharp. */
export const nodeDecode: DecodeImages = {
  png: decodePicture,
  tiffPage: async (page, picture) => decodePicture(await rebuildPage(page), picture),
};
