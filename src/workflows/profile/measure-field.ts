import type { Command } from 'commander';
import { numberBetween } from '../../cli/options.ts';
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
 * Raised whenever a field is measured otherwise, in its nuclei or in any feature, so that numbers of before are not taken
 * for those of now.
 */
export const MEASUREMENT_VERSION = 1;

/** Adds the options that say how cells are found and measured. */
export function addMeasureOptions(command: Command): Command {
  return command
    .option(
      '--distance <pixels>',
      'how far a cell reaches beyond its nucleus',
      numberBetween({ least: 0, most: 1000 }),
      10,
    )
    .option(
      '--diameter <pixels>',
      'diameter of a typical nucleus (default: estimated in every field)',
      numberBetween({ least: 1, most: 1000 }),
    );
}

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
