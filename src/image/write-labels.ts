import { MilscopeError } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { extname } from '../files/paths.ts';
import type { Pictures } from './pictures.ts';

/** Regions of a field, `[height, width]`: 0 background, from 1 on the regions. */
export interface LabelImage {
  readonly labels: Int32Array;
  readonly height: number;
  readonly width: number;
}

/**
 * Writes a label image of 16 bits: as a TIFF where the path ends in .tif or .tiff, else as a PNG.
 *
 * @param options.remedy how to get fewer regions, for the error
 * @throws BadImage when a label is above 65535, or negative
 */
export async function writeLabels(
  path: string,
  { labels, height, width }: LabelImage,
  { remedy = 'leave out small regions, or divide the field' }: { remedy?: string },
  { files, pictures }: { readonly files: Files; readonly pictures: Pictures },
): Promise<void> {
  const unfit = labels.find((label) => label < 0 || label > 65535);
  if (unfit !== undefined) {
    throw new MilscopeError('BadImage', {
      file: path,
      problem: 'a 16-bit label image cannot number so many regions',
      found: `label ${unfit}`,
      expected: 'at most 65535',
      remedy,
    });
  }
  const encode = /^\.tiff?$/i.test(extname(path)) ? pictures.tiff : pictures.png;
  await files.write(path, await encode({ data: Uint16Array.from(labels), channels: 1, height, width }, path));
}
