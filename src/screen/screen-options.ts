import type { ImageOptions } from '../image/image.ts';
import type { Projection } from '../pixels/projection.ts';

/** How a screen is read, beside where it is. */
export interface ScreenOptions {
  /** The channels that are used, in this order, each by its name or as `new name=name`. See `chooseChannels`. */
  readonly channels?: readonly string[] | undefined;
  /** Level of the pyramid of OME-Zarr images that is read; 0 is the largest. */
  readonly level?: number | undefined;
  /** Pixels of a plane that are decoded at most; larger images cost their field. 2²⁸ unless given. */
  readonly maxPixels?: number | undefined;
  /** How the planes of depth of a stack become one: their maximum unless given. */
  readonly projection?: Projection | undefined;
  /** What the pages of a TIFF are that says nothing of them: channels unless given. */
  readonly pages?: ImageOptions['pages'];
  /**
   * By what pixels are divided: unless given, by the illumination functions that the table of the screen names; `none` reads
   * pixels as they are; anything else is the path of a table with the functions of each plate. See `functionsOfPlates`.
   */
  readonly illumination?: string | undefined;
  /**
   * How the images of a folder are named: a regular expression with named groups, found in the path from the folder on
   * (with `/`). See `readPattern`.
   */
  readonly pattern?: string | undefined;
  /** Wells of a plate, where the names of images number the wells. See `plateFormatOf`. */
  readonly plateFormat?: number | undefined;
  /** A second table, whose columns are given to the fields that agree with its rows in `on`. See `joinTable`. */
  readonly annotations?: string | undefined;
  readonly on?: readonly string[] | undefined;
  /** A table of wells, or a grid of one plate, whose values are given to the fields of each well. See `readPlateMap`. */
  readonly plateMap?: string | undefined;
}
