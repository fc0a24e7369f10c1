import type { Command } from 'commander';
import type { Image } from '../image/image.ts';
import { detectNuclei } from '../localization/nuclei.ts';
import { type FieldProfile, profileField } from '../profiling/field-profile.ts';
import type { Screen } from '../screen/screen.ts';
import { numberBetween } from './options.ts';

/** How the cells of a screen are found and measured. */
export interface MeasureOptions {
  /** The place of the channel that shows nuclei. */
  readonly channel: number;
  /** How far a cell reaches beyond its nucleus (pixels). */
  readonly distance: number;
  /** Of a typical nucleus (pixels); estimated in every field if left out. */
  readonly diameter?: number | undefined;
}

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

/** Finds the nuclei of a field and measures its cells. */
export function createMeasure(
  { channels }: Pick<Screen, 'channels'>,
  { channel, distance, diameter }: MeasureOptions,
): (image: Image) => FieldProfile {
  return (image) => {
    const { data, height, width } = image;
    const size = height * width;
    const plane = { data: data.subarray(channel * size, (channel + 1) * size), height, width };
    const { labels } = detectNuclei(plane, { diameter });
    return profileField(image, labels, { channelNames: channels, distance });
  };
}
