import { MilscopeError, named } from '../../errors.ts';
import type { ReadFiles } from '../../files/files.ts';
import type { Colour } from '../../pixels/palette.ts';
import { counted } from '../../words.ts';
import type { ImageHeader } from '../image.ts';
import { micrometresIn, sizeOfPixel } from '../pixel-size.ts';
import { checkOme, readOmeGroup } from './ome-group.ts';
import { dialectSchema, imageSchema, labelSchema } from './ome-schemas.ts';
import { pixelBits, readZarrArray, type ZarrArray } from './zarr-array.ts';

/** An image of OME-Zarr whose metadata are known. */
export interface ZarrImage {
  readonly header: ImageHeader;
  readonly array: ZarrArray;
  /** The place of each axis among the dimensions of the array; an image of one channel may have no `c`. */
  readonly axes: {
    readonly c: number | undefined;
    readonly z: number | undefined;
    readonly y: number;
    readonly x: number;
  };
  /** How many levels its pyramid has. */
  readonly levels: number;
}

/** An image may not have more channels than this, nor be in more pieces; how many pixels are decoded at once, `requireDecodable` bounds. */
const MOST_CHANNELS = 2 ** 10;
const MOST_CHUNKS = 2 ** 17;

/**
 * What the metadata of an image of OME-Zarr 0.4 or 0.5 say of one level of its pyramid, 0 being the largest. The channels
 * are the planes; of several time points the first is taken. The names of channels are those of `omero`, where they
 * differ and there is one for each.
 *
 * @throws BadImage when the metadata are missing, damaged, break the specification, or speak of more pixels than can be
 *   read; BadOption when there is no such level.
 */
export async function readZarrImage(
  folder: string,
  { level = 0 }: { level?: number | undefined },
  files: ReadFiles,
): Promise<ZarrImage> {
  const group = await readOmeGroup(folder, files);
  if (group.ome.multiscales === undefined) throw noImage(folder, Object.keys(group.ome));
  const { multiscales, omero } = checkOme<Multiscales>(
    group,
    (options) => imageSchema({ ...options, withoutDisplay: true }),
    dialectSchema,
  );
  if (group.ome['image-label'] !== undefined) checkOme<unknown>(group, labelSchema, dialectSchema);
  const { axes, datasets } = multiscales[0]!;
  const dataset = datasets[level];
  if (dataset === undefined) throw noLevel(folder, { level, levels: datasets.length });
  const array = await readZarrArray(folder, dataset.path, files);
  const { shape, chunks, dtype } = array;
  if (shape.length !== axes.length) {
    throw new MilscopeError('BadImage', {
      file: folder,
      problem: 'the array has other dimensions than the metadata say',
      found: shape.join(' × '),
      expected: axes.map(({ name }) => name).join(', '),
    });
  }
  const places = placesOf(axes);
  const stack = stackOf(folder, { axes, shape, places });
  const [height, width] = [shape[places.y]!, shape[places.x]!];
  const channels = places.c === undefined ? 1 : shape[places.c]!;
  const bitDepth = pixelBits[dtype];
  const read = [places.c, places.y, places.x].filter((place) => place !== undefined);
  const pieces = read.reduce((all, place) => all * Math.ceil(shape[place]! / chunks[place]!), 1);
  if (channels > MOST_CHANNELS || pieces > MOST_CHUNKS) {
    throw new MilscopeError('BadImage', {
      file: folder,
      problem: 'the image is too large to be read',
      found: `${counted(channels, 'channel')} of ${width} × ${height} pixels in ${counted(pieces, 'chunk')}`,
      remedy: `read a smaller level of its pyramid with ${named('level')}, or cut it into fields`,
    });
  }
  const channelNames = namesOf(omero?.channels ?? [], channels);
  const channelColours = coloursOf(omero?.channels ?? [], channels);
  const pixelSize = pixelSizeOf({ axes, places, scaled: [dataset, multiscales[0]!] });
  const header = { format: 'zarr', width, height, channels, pages: channels, samples: 1, palette: false } as const;
  return {
    header: {
      ...header,
      bitDepth,
      ...(channelNames && { channelNames }),
      ...(channelColours && { channelColours }),
      ...(pixelSize && { pixelSize }),
      ...(stack && { stack }),
    },
    array,
    axes: places,
    levels: datasets.length,
  };
}

interface Axis {
  readonly name: string;
  readonly type?: string | undefined;
  readonly unit?: unknown;
}

/** A level of a pyramid. */
interface Dataset {
  readonly path: string;
  readonly coordinateTransformations?: unknown;
}

interface OmeroChannel {
  readonly label?: string | number | undefined;
  readonly color?: unknown;
}

interface Multiscales {
  readonly multiscales: readonly (Pick<Dataset, 'coordinateTransformations'> & {
    readonly axes: readonly Axis[];
    readonly datasets: readonly Dataset[];
  })[];
  readonly omero?: { readonly channels: readonly OmeroChannel[] } | undefined;
}

/** The last two axes of space are y and x, whatever they are called. */
function placesOf(axes: readonly Axis[]): ZarrImage['axes'] {
  const all = axes.map(({ name, type }, place) => ({ name, type, place }));
  const space = all.filter(({ name, type }) => type === 'space' || (type === undefined && /^[zyx]$/.test(name)));
  const [y = axes.length - 2, x = axes.length - 1] = space.slice(-2).map(({ place }) => place);
  const z = all.find(
    ({ name, type, place }) => place !== y && place !== x && (type === 'space' || name === 'z'),
  )?.place;
  return {
    z,
    c: all.find(({ name, type }) => type === 'channel' || (type === undefined && name === 'c'))?.place,
    y,
    x,
  };
}

/** How many planes of depth and points in time there are, where it is more than one. */
function stackOf(
  folder: string,
  { axes, shape, places }: { axes: readonly Axis[]; shape: readonly number[]; places: ZarrImage['axes'] },
): ImageHeader['stack'] {
  let [z, t] = [1, 1];
  for (const [i, { name, type }] of axes.entries()) {
    const length = shape[i]!;
    if ([places.c, places.y, places.x].includes(i) || length === 1) continue;
    if (type === 'time' || name === 't') t = length;
    else if (type === 'space' || name === 'z') z = length;
    else {
      throw new MilscopeError('BadImage', {
        file: folder,
        problem: `the image has an axis that is not read: ${name}`,
        found: `${length} positions`,
        expected: 'time, channel, z, y and x',
        remedy: 'write each position as an image of its own',
      });
    }
  }
  return z * t > 1 ? { z, t } : undefined;
}

/** Names that differ, or none. */
function namesOf(known: readonly OmeroChannel[], channels: number): string[] | undefined {
  if (known.length !== channels) return undefined;
  const names = known.map(({ label = '' }) => String(label).trim());
  return new Set(names).size === channels && !names.includes('') ? names : undefined;
}

/** A colour for each channel, or none. */
function coloursOf(known: readonly OmeroChannel[], channels: number): Colour[] | undefined {
  if (known.length !== channels) return undefined;
  const colours = known.flatMap(({ color }): Colour[] => {
    if (typeof color !== 'string' || !/^[0-9a-f]{6}$/i.test(color)) return [];
    const value = Number.parseInt(color, 16);
    return [[value >> 16, (value >> 8) & 255, value & 255]];
  });
  return colours.length === channels ? colours : undefined;
}

/**
 * That of a level: the scale of the level, times that of all levels where there is one. Undefined where an axis has no unit
 * of length or the scale makes no sense.
 */
function pixelSizeOf({
  axes,
  places,
  scaled,
}: {
  axes: readonly Axis[];
  places: ZarrImage['axes'];
  scaled: readonly Pick<Dataset, 'coordinateTransformations'>[];
}): ImageHeader['pixelSize'] {
  const [ofLevel, ofAll] = scaled.map(({ coordinateTransformations: all }) => {
    const scale: unknown = Array.isArray(all) ? all.find((each) => each?.type === 'scale')?.scale : undefined;
    return Array.isArray(scale) ? scale : undefined;
  });
  const along = (place: number): number => {
    const step = Number(ofLevel?.[place] ?? Number.NaN) * Number(ofAll?.[place] ?? 1);
    return step * (micrometresIn(String(axes[place]?.unit)) ?? Number.NaN);
  };
  return sizeOfPixel(along(places.x), along(places.y));
}

function noImage(folder: string, keys: readonly string[]): MilscopeError {
  return new MilscopeError('BadImage', {
    file: folder,
    problem: 'this group of OME-Zarr is no image',
    found: keys.slice(0, 8).join(', '),
    expected: 'multiscales',
  });
}

function noLevel(file: string, { level, levels }: { level: number; levels: number }): MilscopeError {
  return new MilscopeError('BadOption', {
    file,
    option: `level ${level}`,
    problem: 'the image has no such level',
    found: levels === 1 ? '1 level, number 0' : `${levels} levels, 0 to ${levels - 1}`,
  });
}
