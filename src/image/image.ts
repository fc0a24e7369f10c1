import type { Colour } from '../pixels/palette.ts';

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
  /** Names of the channels, where the file gives them (OME-TIFF). */
  readonly channelNames?: readonly string[] | undefined;
  /** The colours in which the channels are to be shown, where the file gives one for each (OME-TIFF, OME-Zarr). */
  readonly channelColours?: readonly Colour[] | undefined;
  /** Micrometres from a pixel to the next, where the file says so (OME-TIFF, OME-Zarr). */
  readonly pixelSize?: { readonly x: number; readonly y: number; readonly unit: 'µm' } | undefined;
  /** Planes of depth and points in time, where there is more than one of either: `readImage` takes the first of each. */
  readonly stack?: { readonly z: number; readonly t: number } | undefined;
  /** An OME-TIFF of several files: the channels that are in this one, and the files (absolute) that have the others. */
  readonly parts?: { readonly own: readonly number[]; readonly files: readonly string[] } | undefined;
}
