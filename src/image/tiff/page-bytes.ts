import type { TiffPage } from './page.ts';
import type { Segment } from './segments.ts';

/** A page of a TIFF with the bytes of strips or tiles that cover an area of it. */
export interface PageBytes {
  readonly page: TiffPage;
  readonly little: boolean;
  /** Pixels of the area that the strips or tiles cover: the whole page unless fewer of them are given. */
  readonly area: { readonly width: number; readonly height: number };
  /** The strips or tiles that are wanted, of one sample or of all, by rows, and their bytes. */
  readonly segments: readonly Segment[];
  readonly pieces: readonly Uint8Array[];
  /** Whether they are of one sample alone. */
  readonly alone: boolean;
}
