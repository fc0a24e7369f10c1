import type { Colour } from '../../pixels/palette.ts';
import type { PlateMap } from './plate-map.ts';

/** The picture of one field, a WebP of so many pixels, which is not larger than the square of a well. */
export interface WellTile {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Everything of a page that is not a number of a field. */
export interface PagePictures {
  /** Of each channel of the screen. */
  readonly colours: readonly Colour[];
  /** Where the wells of each plate are drawn. */
  readonly maps: ReadonlyMap<string, PlateMap>;
  /** WebP of the wells of each plate that is shown, squares of `side` pixels. */
  readonly plates: ReadonlyMap<string, { readonly bytes: Uint8Array; readonly side: number }>;
  /** WebP of flagged fields, by `ImageNumber`. */
  readonly closeUps: ReadonlyMap<number, Uint8Array>;
  /** WebP of the fields that are shown of their wells in place of the first one, by `ImageNumber`. */
  readonly tiles: ReadonlyMap<number, WellTile>;
  /** Pixels by bins of intensity, `[channel][bin]`, of every plate. */
  readonly histograms: ReadonlyMap<string, readonly Float64Array[]>;
}

/** Flagged fields that are listed on a page, and wells that show a flagged field. */
export const MOST_SHOWN = 300;

/** Those of them that are shown as pictures. */
export const MOST_CLOSE_UPS = 60;
