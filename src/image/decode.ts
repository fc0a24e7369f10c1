import type { Pixels } from '../pixels/pixels.ts';
import type { LzwPieces } from './tiff/lzw.ts';
import type { PageBytes } from './tiff/page-bytes.ts';

/** What a picture is, so that it is decoded to nothing else. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Samples wanted of a pixel, the first of those there are; what follows is alpha. */
  readonly samples: number;
  /** Whether the decoder holds it as colours. */
  readonly colour: boolean;
  readonly bitDepth: 8 | 16 | 32;
  /** Whether the places in its palette are wanted, and not what they look up. */
  readonly places?: boolean | undefined;
  /** What samples of 32 bits are, where they are no floats; they come as float32 all the same. */
  readonly integers?: 'unsigned' | 'signed' | undefined;
}

/** Decodes the pixels of files, to planes `[samples, height, width]`; what is damaged is refused as BadImage. */
export interface DecodeImages {
  /** A whole PNG, whose header has been checked. */
  readonly png: (bytes: Uint8Array, picture: Picture & { readonly file: string }) => Promise<Pixels>;
  /** The strips or tiles of a page of a TIFF, or of one sample of it. */
  readonly tiffPage: (page: PageBytes, picture: Picture & { readonly file: string }) => Promise<Pixels>;
  /** Bytes that were deflated (RFC 1950 or 1952), their checksum verified. Rejects where there are more than `most` of them. */
  readonly inflate: (
    bytes: Uint8Array,
    options: { readonly format: 'gzip' | 'zlib'; readonly most: number },
  ) => Promise<Uint8Array>;
  /** Strips or tiles in LZW; undefined where they are not as they should be, see `unpackLzw`. */
  readonly lzw: (pieces: LzwPieces) => Promise<Uint8Array | undefined>;
}
