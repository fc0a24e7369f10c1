import { type DetectedNuclei, detectNuclei } from '../../localization/nuclei/nuclei.ts';
import type { Image } from '../../pixels/pixels.ts';
import { type FieldProfile, profileField } from '../../profiling/field-profile.ts';
import type { Screen } from '../../screen/screen.ts';

/** How the nuclei of a screen are found. */
export interface NucleiOptions {
  /** The place of the channel that shows them. */
  readonly channel: number;
  /** Of a typical nucleus (pixels); estimated in every field if left out. */
  readonly diameter?: number | undefined;
}

/** How the cells of a screen are found and measured. */
export interface MeasureOptions extends NucleiOptions {
  /** How far a cell reaches beyond its nucleus (pixels). */
  readonly distance: number;
}

/**
 * Raise it whenever fields are measured differently, in their nuclei or in any feature, so that kept numbers of an earlier
 * version are not used.
 */
export const MEASUREMENT_VERSION = 1;

/** Finds the nuclei of a field in one of its channels. */
export function findNuclei({ data, height, width }: Image, { channel, diameter }: NucleiOptions): DetectedNuclei {
  const size = height * width;
  const plane = { data: data.subarray(channel * size, (channel + 1) * size), height, width };
  return detectNuclei(plane, { diameter });
}

/** Finds the nuclei of a field and measures its cells. */
export function createMeasure(
  { channels }: Pick<Screen, 'channels'>,
  options: MeasureOptions,
): (image: Image) => FieldProfile {
  const { distance } = options;
  return (image) => profileField(image, findNuclei(image, options).labels, { channelNames: channels, distance });
}
