import { composePng } from '../compose.ts';
import type { Pictures } from '../pictures.ts';
import { encodePng, encodeTiff } from '../write.ts';

/** Encodes pictures with sharp. */
export const nodePictures: Pictures = { png: encodePng, tiff: encodeTiff, composePng };
