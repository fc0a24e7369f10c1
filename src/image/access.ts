import type { ReadFiles } from '../files/files.ts';
import type { DecodeImages } from './decode.ts';

/** What reading images needs of the machine. */
export interface ImageAccess {
  readonly files: ReadFiles;
  /** Decodes what needs a codec. */
  readonly decode: DecodeImages;
  /** Bytes of memory that the machine has: what bounds the images that are decoded. */
  readonly memory?: number | undefined;
}
