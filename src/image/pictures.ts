import type { Image } from '../pixels/pixels.ts';

/** A colour picture of 8 bits, `[height, width, 3]`, and where its upper left corner goes. */
export interface Tile {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly left: number;
  readonly top: number;
}

/** Colour pictures side by side on white, with drawings over them. */
export interface Composition {
  readonly width: number;
  readonly height: number;
  readonly tiles: readonly Tile[];
  /** SVG of the size of the whole. */
  readonly drawing: string;
}

/** Small colour pictures side by side on nothing. */
export interface Mosaic {
  readonly width: number;
  readonly height: number;
  readonly pictures: readonly Tile[];
}

/** A picture that can be seen through, `[height, width, 4]`: red, green, blue and how opaque, 0 to 255. */
export interface SeeThrough {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** Encodes pictures. The same pixels always make the same bytes. */
export interface Pictures {
  /**
   * An 8- or 16-bit image of one channel (grey) or three (RGB) as a PNG.
   *
   * @throws BadImage when the pixels are float32, are none, or do not fit `[channels, height, width]`; `file` is named then.
   */
  readonly png: (image: Image, file: string) => Promise<Uint8Array>;
  /**
   * An 8- or 16-bit image as a TIFF (deflate, horizontal predictor): one channel as grey, three as RGB, any other number as
   * pages of grey, one a channel.
   *
   * @throws BadImage as {@link Pictures.png} does
   */
  readonly tiff: (image: Image, file: string) => Promise<Uint8Array>;
  readonly composePng: (composition: Composition) => Promise<Uint8Array>;
  /** A JPEG, for where a file must be small: of 800 × 400 pixels at most some 300 KB. */
  readonly composeJpeg: (composition: Composition) => Promise<Uint8Array>;
  /** A WebP that a page can hold without a file beside it, see-through where there is no picture. */
  readonly mosaic: (mosaic: Mosaic) => Promise<Uint8Array>;
  /** A WebP to lie over another picture. */
  readonly overlay: (picture: SeeThrough) => Promise<Uint8Array>;
  /** A drawing (SVG) as a PNG, enlarged or reduced to fit into the middle of a white picture. */
  readonly drawingPng: (svg: string, size: { readonly width: number; readonly height: number }) => Promise<Uint8Array>;
}
