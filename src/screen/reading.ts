import type { Projection } from '../pixels/projection.ts';
import type { ScreenOptions } from './screen-options.ts';

/** How the images of a screen are read: what a model has to be shown again. The options that say so, with their defaults. */
export interface Reading {
  /** Level of the pyramid; 0 where images have none. */
  readonly level: number;
  /** How the planes of a stack become one. */
  readonly projection: Projection;
  /** What the pages of a TIFF are that says nothing of them, where a user has said it. */
  readonly pages: ScreenOptions['pages'];
  /** Whether pixels are divided by illumination functions. */
  readonly illumination: 'none' | 'divided';
}

/** How images are read that are read with some options, and that have illumination functions or not. */
export function readingOf(
  { level = 0, projection = 'maximum', pages }: ScreenOptions,
  { isDivided = false }: { isDivided?: boolean } = {},
): Reading {
  return { level, projection, pages, illumination: isDivided ? 'divided' : 'none' };
}
