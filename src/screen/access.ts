import type { Files } from '../files/files.ts';
import type { ImageAccess } from '../image/access.ts';

/** What reading a screen needs of the machine. */
export interface ScreenAccess extends ImageAccess {
  readonly files: Files;
  /** SHA-256 of bytes or text, or of pieces one after the other, in hexadecimal. */
  readonly hash: Hash;
  /** Compares texts with an expression that a user wrote, and stops when that takes too long. */
  readonly matchAll: MatchAll;
}

/** SHA-256, in hexadecimal, of bytes or text, or of pieces of either one after the other. */
export type Hash = (
  content: string | Uint8Array | AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
) => Promise<string>;

/** Named groups of a match. */
export type Groups = Readonly<Record<string, string | undefined>>;

/**
 * The groups of the first match of a regular expression in each text, null where it has none; undefined when all of them
 * together take longer than `patience` milliseconds: there are expressions for which a single text takes years.
 */
export type MatchAll = (
  pattern: { readonly source: string; readonly flags: string },
  texts: readonly string[],
  options: { readonly patience: number },
) => Promise<readonly (Groups | null)[] | undefined>;
