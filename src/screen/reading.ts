import type { ScreenOptions } from './screen-options.ts';

/** How the images of a screen are read: what a model has to be shown again. The options that say so, with their defaults. */
export interface Reading {
  /** Level of the pyramid; 0 where images have none. */
  readonly level: number;
}

/** How images are read that are read with some options. */
export function readingOf({ level = 0 }: ScreenOptions): Reading {
  return { level };
}
