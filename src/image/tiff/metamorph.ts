import type { TiffDirectory } from './directory.ts';
import { tags } from './tags.ts';

/** What a stack of MetaMorph (STK) says of its planes, all of which one directory stands for. */
export interface MetaMorphStack {
  readonly images: number;
  /** What differs from plane to plane. */
  readonly along: 'channels' | 'slices' | 'frames';
}

/** Of the six numbers of a plane: its distance from the one before, as a fraction, and the day and time of its making. */
const [DISTANCE, DAY, TIME, NUMBERS] = [0, 2, 3, 6];

/**
 * Reads the tags UIC2 and UIC3 of MetaMorph. The planes are of depth where they have distances from each other, or where
 * nothing tells them apart; else of several wavelengths where these differ, or points in time where their times do.
 *
 * @returns undefined for a file of one plane, or of another program
 */
export function parseMetaMorph({ numbers }: TiffDirectory): MetaMorphStack | undefined {
  const [images = 1, ...values] = numbers.get(tags.uic2) ?? [];
  if (images < 2) return undefined;
  const planes = Array.from({ length: values.length / NUMBERS }, (_, i) =>
    values.slice(NUMBERS * i, NUMBERS * (i + 1)),
  );
  const differ = (texts: readonly string[]) => new Set(texts).size === images;
  if (planes.some((plane) => plane[DISTANCE] !== 0)) return { images, along: 'slices' };
  if (differ((numbers.get(tags.uic3) ?? []).map(String))) return { images, along: 'channels' };
  return { images, along: differ(planes.map((plane) => `${plane[DAY]} ${plane[TIME]}`)) ? 'frames' : 'slices' };
}
