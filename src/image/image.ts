/** Intensity counts as the file holds them; never rescaled. */
export type Pixels = Uint8Array | Uint16Array | Float32Array;

/** Pixels of one image: planes one after the other, `[channels, height, width]` in C order. */
export interface Image {
  readonly data: Pixels;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Names of the channels where the file itself gives them. */
  readonly channelNames?: readonly string[];
}

/** What a file says of its pixels. */
export interface ImageHeader {
  readonly format: 'png' | 'tiff' | 'zarr';
  readonly width: number;
  readonly height: number;
  /** Planes that `readImage` gives: `pages` × `samples`. */
  readonly channels: number;
  /** Pages of grey, one a channel; 1 in an RGB file. */
  readonly pages: number;
  /** Samples of a pixel that are intensities: 1 grey, 3 RGB. Alpha does not count. */
  readonly samples: 1 | 3;
  /** Whether the pixels are places in a palette, which `readImage` looks up. */
  readonly palette: boolean;
  /** Bits of a sample as `readImage` gives it: 8 (for 1, 2 and 4 bits too), 16, or 32 for float. */
  readonly bitDepth: 8 | 16 | 32;
  /** Names of the channels, where the file gives them. */
  readonly channelNames?: readonly string[] | undefined;
  /** Planes of depth and points in time, where there is more than one of either: `readImage` takes the first of each. */
  readonly stack?: { readonly z: number; readonly t: number } | undefined;
}
