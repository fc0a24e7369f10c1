import type { Colour } from '../pixels/palette.ts';
import type { PixelSize } from './pixel-size.ts';

/** What the pages of a TIFF are that says nothing of them. */
export const PAGE_KINDS = ['channels', 'depth'] as const;

/** Which part of a file is read, and how. */
export interface ImageOptions {
  /** Level of the pyramid of an image of OME-Zarr, 0 being the largest; other files have one. */
  readonly level?: number | undefined;
  /** Pixels of a plane that are decoded at most. */
  readonly maxPixels?: number | undefined;
  /** Which image of an OME-TIFF that has several, counted from 0; its first unless given. */
  readonly series?: number | undefined;
  /** What the pages of a TIFF are that says nothing of them: channels unless given. */
  readonly pages?: (typeof PAGE_KINDS)[number] | undefined;
}

/** What a file says of its pixels. */
export interface ImageHeader {
  readonly format: 'png' | 'tiff' | 'zarr';
  readonly width: number;
  readonly height: number;
  /** Planes that `readImage` gives. */
  readonly channels: number;
  /** Pages that the file has, of which `Frame_` picks one; 1 in a PNG. */
  readonly pages: number;
  /** Samples of a pixel of a page that are intensities: 1 grey, 3 RGB. Alpha does not count. */
  readonly samples: number;
  /** Whether the pixels are places in a palette, which `readImage` looks up. */
  readonly palette: boolean;
  /** Bits of a sample as `readImage` gives it: 8 (for 1, 2 and 4 bits too), 16 (for 12), or 32 for float and signed. */
  readonly bitDepth: 8 | 16 | 32;
  /** Bits of a sample in the file where they are signed and fewer than `bitDepth`: `readImage` gives them as floats. */
  readonly signedBits?: 8 | 16 | undefined;
  /** Names of the channels, where the file gives them (OME-TIFF). */
  readonly channelNames?: readonly string[] | undefined;
  /** The colours in which the channels are to be shown, where the file gives one for each (OME-TIFF, OME-Zarr). */
  readonly channelColours?: readonly Colour[] | undefined;
  /** Micrometres from a pixel to the next, where the file says so; at the level that is read. */
  readonly pixelSize?: PixelSize | undefined;
  /** Planes of depth and points in time, where there is more than one of either: those of depth can be projected. */
  readonly stack?: { readonly z: number; readonly t: number } | undefined;
  /** Whether nothing in a file of several pages says what they are, so that they are taken for channels. */
  readonly assumedChannels?: true | undefined;
  /** Of a file of several images (series): which one this is, the places of all of them, and their names. */
  readonly series?:
    | { readonly index: number; readonly own: readonly number[]; readonly names: readonly (string | undefined)[] }
    | undefined;
  /** An OME-TIFF of several files: the channels that are in this one, and the files (absolute) that have the others. */
  readonly parts?: { readonly own: readonly number[]; readonly files: readonly string[] } | undefined;
}
