import type { TiffPage } from './page.ts';
import type { Segment } from './segments.ts';

/** A page of a TIFF with the bytes of its strips or tiles. */
export interface PageBytes {
  readonly page: TiffPage;
  readonly little: boolean;
  /** The strips or tiles that are wanted, of one sample or of all, and their bytes. */
  readonly segments: readonly Segment[];
  readonly pieces: readonly Uint8Array[];
  /** Whether they are of one sample alone. */
  readonly alone: boolean;
}
