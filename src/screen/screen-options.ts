/** How a screen is read, beside where it is. */
export interface ScreenOptions {
  /** Level of the pyramid of OME-Zarr images that is read; 0 is the largest. */
  readonly level?: number | undefined;
}
