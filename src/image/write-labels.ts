import { MilscopeError } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { extname } from '../files/paths.ts';
import type { Pictures } from './pictures.ts';
import { openLabelTiff } from './rows/label-tiff.ts';

/** Regions of a field, `[height, width]`: 0 background, from 1 on the regions. */
export interface LabelImage {
  readonly labels: Int32Array;
  readonly height: number;
  readonly width: number;
}

/** The largest label that 16 bits hold. */
export const MOST_LABELS_OF_16_BITS = 65535;

/** The path of a label image of 32 bits, which is a TIFF whatever it would be with fewer labels. */
export function pathOf32Bits(path: string): string {
  return `${path.slice(0, path.length - extname(path).length)}.tif`;
}

/**
 * Writes a label image of 16 bits: as a TIFF where the path ends in .tif or .tiff, else as a PNG. Where there are more labels than
 * 16 bits can number, it is a TIFF of 32 bits, at `pathOf32Bits`.
 *
 * @returns the path that was written
 * @throws BadImage when a label is negative
 */
export async function writeLabels(
  path: string,
  { labels, height, width }: LabelImage,
  { files, pictures }: { readonly files: Files; readonly pictures: Pictures },
): Promise<string> {
  const most = largestLabel(labels, path);
  if (most > MOST_LABELS_OF_16_BITS) {
    const writer = await openLabelTiff(pathOf32Bits(path), { height, width }, { files });
    try {
      await writer.write(labels);
      await writer.keep();
    } catch (error) {
      await writer.discard();
      throw error;
    }
    return pathOf32Bits(path);
  }
  const encode = /^\.tiff?$/i.test(extname(path)) ? pictures.tiff : pictures.png;
  await files.write(path, await encode({ data: Uint16Array.from(labels), channels: 1, height, width }, path));
  return path;
}

/** @throws BadImage when a label is negative */
export function largestLabel(labels: Int32Array, file: string): number {
  let [least, most] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label > most) most = label;
    if (label < least) least = label;
  }
  if (least === 0) return most;
  throw new MilscopeError('BadImage', { file, problem: 'a label is negative', found: String(least) });
}
