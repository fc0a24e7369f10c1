import type { Files } from '../files/files.ts';
import type { DecodeImages } from './decode.ts';

/** What is needed of files to read those that are there. */
export type ReadFiles = Pick<Files, 'list' | 'status' | 'read'>;

/** What reading images needs of the machine. */
export interface ImageAccess {
  readonly files: ReadFiles;
  /** Decodes what needs a codec. */
  readonly decode: DecodeImages;
}
