import type { Pictures } from '../pictures.ts';
import { composeJpeg, composePng, drawingToPng } from './compose.ts';
import { encodePng, encodeTiff } from './encode.ts';
import { encodeMosaic, encodeOverlay } from './mosaic.ts';

/** Encodes pictures with sharp. */
export const nodePictures: Pictures = {
  png: encodePng,
  tiff: encodeTiff,
  composePng,
  composeJpeg,
  mosaic: encodeMosaic,
  overlay: encodeOverlay,
  drawingPng: drawingToPng,
};
