import type { Files } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import type { Colour } from '../../pixels/palette.ts';
import type { Image } from '../../pixels/pixels.ts';
import { writeGroup } from './ome-zarr-version.ts';
import { halve } from './pyramid.ts';
import type { ChannelWindow } from './windows.ts';
import { type StorageOptions, writeArray } from './write-array.ts';

/** How a viewer is to show a channel. */
export interface ChannelDisplay {
  readonly label: string;
  readonly colour: Colour;
  readonly window: ChannelWindow;
}

export interface ZarrImageOptions extends StorageOptions {
  readonly name: string;
  /** Levels of the pyramid, the image itself being the first. */
  readonly levels: number;
  /** In the order of the image's channels. */
  readonly channels: readonly ChannelDisplay[];
  /** Side of a pixel in micrometres, where it is known. */
  readonly pixelSize?: number | undefined;
}

/**
 * Writes an image as an OME-Zarr image with axes c, y and x: its pixels as they are at level `0`, and means of blocks of
 * 2 × 2 at each level above. The folder is to be new; the metadata, without which no program takes it for an image, come
 * last.
 */
export async function writeZarrImage(
  folder: string,
  image: Image,
  options: ZarrImageOptions,
  files: Files,
): Promise<void> {
  let level = image;
  for (let i = 0; i < options.levels; i++) {
    if (i > 0) level = halve(level);
    await writeArray(join(folder, String(i)), level, { ...options, files });
  }
  const ome = { multiscales: [multiscale(options)], omero: omero(image, options) };
  await writeGroup(folder, { version: options.version, ome }, files);
}

/** The description of the pyramid, https://ngff.openmicroscopy.org/0.5/#multiscale-md. */
function multiscale({ name, levels, pixelSize }: ZarrImageOptions): object {
  const unit = pixelSize === undefined ? {} : { unit: 'micrometer' };
  const space = (axis: string) => ({ name: axis, type: 'space', ...unit });
  return {
    name,
    axes: [{ name: 'c', type: 'channel' }, space('y'), space('x')],
    datasets: Array.from({ length: levels }, (_, level) => ({
      path: String(level),
      coordinateTransformations: transformations(level, pixelSize ?? 1),
    })),
    type: 'mean',
    metadata: {
      method: 'milscope convert',
      description: 'means of blocks of 2 × 2 pixels, of what there is at odd edges',
    },
  };
}

/** Where the pixels of a level are: twice as far apart as below, and the first in the middle of those it is made of. */
function transformations(level: number, pixelSize: number): object[] {
  const scale = pixelSize * 2 ** level;
  const offset = (scale - pixelSize) / 2;
  return [
    { type: 'scale', scale: [1, scale, scale] },
    ...(level === 0 ? [] : [{ type: 'translation', translation: [0, offset, offset] }]),
  ];
}

/** How the channels are shown, as OMERO has it: https://ngff.openmicroscopy.org/0.5/#omero-md. */
function omero({ data }: Image, { name, channels }: ZarrImageOptions): object {
  return {
    name,
    channels: channels.map(({ label, colour, window: { start, end, least, most } }) => ({
      label,
      color: colour
        .map((part) => part.toString(16).padStart(2, '0'))
        .join('')
        .toUpperCase(),
      active: true,
      coefficient: 1,
      family: 'linear',
      inverted: false,
      window: {
        ...(data instanceof Float32Array
          ? { min: least, max: most }
          : { min: 0, max: data instanceof Uint16Array ? 65535 : 255 }),
        ...{ start, end },
      },
    })),
    rdefs: { defaultT: 0, defaultZ: 0, model: 'color' },
  };
}
