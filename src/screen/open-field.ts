import { MilscopeError } from '../errors.ts';
import type { ImageHeader } from '../image/image.ts';
import { type OpenImage, openImage, type PlaneChoice } from '../image/read.ts';
import type { Region, Size } from '../image/region.ts';
import { requireDecodable } from '../image/require-decodable.ts';
import type { Image, Pixels } from '../pixels/pixels.ts';
import type { ScreenAccess } from './access.ts';
import type { ChannelSource, Field, Screen } from './screen.ts';

/** What the files of a field say of it. */
export interface FieldHeader extends Size {
  /** Names of the channels, those of the screen. */
  readonly channelNames: readonly string[];
  /** Bits of a sample of all channels together: 8, 16, or 32 for float. */
  readonly bitDepth: 8 | 16 | 32;
}

/** What is read of a field: all channels, rows and columns unless they are given. */
export interface ReadFieldOptions extends Region {
  /** Level of the pyramid; that of the screen unless given. */
  readonly level?: number | undefined;
  /** Places among the channels of the screen, in any order. */
  readonly channels?: readonly number[] | undefined;
}

/** A field whose files are known, and whose pixels are decoded when they are asked for. */
export interface OpenField {
  /** At the level of the screen. */
  readonly header: FieldHeader;
  /** The size of every level of the pyramid, the largest first. */
  readonly levels: () => Promise<readonly Size[]>;
  /**
   * Pixels of some channels, or of all, as one image `[channels, height, width]` in the narrowest type that holds these:
   * uint8, uint16 or float32. Intensities are never rescaled; a file that several channels share is read once.
   *
   * @throws BadImage for pixels that are damaged; BadOption for a level, rows or columns that the field does not have.
   */
  readonly read: (options?: ReadFieldOptions) => Promise<Image>;
}

/** Where in the field a plane goes, and what it is. */
interface Plane {
  readonly channel: number;
  readonly source: ChannelSource;
}

/** A file of the field, and the channels that are in it. */
interface FieldFile {
  readonly file: string;
  readonly image: OpenImage;
  readonly planes: readonly Plane[];
}

/**
 * Opens a field: the headers of its files are read, and whether they are what the screen says is checked.
 *
 * @example
 * const { header, read } = await openField(screen, field, nodeAccess);
 * const corner = await read({ channels: [0], rows: [0, 64], columns: [0, 64] });
 *
 * @throws the `problem` of a channel, MissingFile and BadImage as `openImage` does.
 * @throws ChannelMismatch when a file has other planes than the screen, or another size than the other channels.
 */
export async function openField(
  screen: Pick<Screen, 'channels' | 'usualSize'>,
  field: Field,
  access: ScreenAccess,
): Promise<OpenField> {
  const { problem } = field.sources.find((source) => source.problem !== undefined) ?? {};
  if (problem !== undefined) throw problem;
  const planes = new Map<string, Plane[]>();
  for (const [channel, source] of field.sources.entries()) {
    planes.set(source.file, [...(planes.get(source.file) ?? []), { channel, source }]);
  }
  const files: FieldFile[] = [];
  for (const [file, wanted] of planes) {
    const { level, maxPixels } = wanted[0]!.source;
    const image = await openImage(file, { level, maxPixels }, access);
    checkPlanes(file, { header: image.header, wanted });
    files.push({ file, image, planes: wanted });
  }
  checkSizes(files, screen);
  const [first] = files;
  if (first === undefined)
    throw new MilscopeError('ChannelMismatch', { row: field.row, problem: 'the field has no image' });
  const { height, width } = first.image.header;
  const depths = files.map(({ image }) => image.header.bitDepth);
  return {
    header: { height, width, channelNames: screen.channels, bitDepth: Math.max(...depths) as 8 | 16 | 32 },
    levels: first.image.levels,
    read: ({ channels, ...part } = {}) =>
      readPart(files, { channels: channels ?? field.sources.map((_, channel) => channel), part, screen }),
  };
}

async function readPart(
  files: readonly FieldFile[],
  {
    channels,
    part,
    screen,
  }: {
    channels: readonly number[];
    part: Omit<ReadFieldOptions, 'channels'>;
    screen: Pick<Screen, 'channels'>;
  },
): Promise<Image> {
  const channelNames = channels.map((channel) => screen.channels[channel]!);
  const planes: Pixels[] = [];
  let first: { readonly file: string; readonly size: Image } | undefined;
  for (const { file, image, planes: own } of files) {
    const wanted = channels.flatMap((channel, place) => {
      const plane = own.find((each) => each.channel === channel);
      return plane === undefined ? [] : [{ place, source: plane.source }];
    });
    if (wanted.length === 0) continue;
    const read = await image.read({ ...part, channels: wanted.map(({ source }) => planeChoice(source)) });
    // The planes of one file come in the order of the channels already.
    if (wanted.length === channels.length) return { ...read, channelNames };
    first ??= { file, size: read };
    checkSize(file, { size: read, usual: first });
    const length = read.width * read.height;
    for (const [i, { place }] of wanted.entries()) planes[place] = read.data.subarray(i * length, (i + 1) * length);
  }
  const { height = 0, width = 0 } = first?.size ?? {};
  return { data: stack(planes), channels: planes.length, height, width, channelNames };
}

const planeChoice = ({ plane, planes }: ChannelSource): PlaneChoice => (planes === undefined ? { page: plane } : plane);

/** Whether a file has the planes that the screen wants of it. */
function checkPlanes(file: string, { header, wanted }: { header: ImageHeader; wanted: readonly Plane[] }): void {
  const { channels, pages, samples, channelNames } = header;
  const kind = samples === 3 ? 'an RGB image' : `${channels} grey ${channels === 1 ? 'plane' : 'planes'}`;
  for (const { source } of wanted) {
    if (source.planes !== undefined && source.planes !== channels) {
      throw new MilscopeError('ChannelMismatch', {
        file,
        problem: 'the image has other channels than the screen',
        found: kind,
        expected: `${source.planes} ${source.planes === 1 ? 'plane' : 'planes'}, as in the first image of its column`,
      });
    }
    if (source.planes === undefined && (samples > 1 || source.plane >= pages)) {
      const problem = 'the image does not have the page that the table names';
      throw new MilscopeError('ChannelMismatch', {
        file,
        problem,
        found: samples === 1 ? `${pages} grey ${pages === 1 ? 'page' : 'pages'}` : kind,
        expected: `a grey page ${source.plane}`,
      });
    }
  }
  if (header.format === 'zarr') checkNames(file, { header, wanted });
  else checkOrder(file, { names: channelNames, wanted });
}

/** A channel that the file has in another place than the first image of the column would be taken for another. */
function checkOrder(
  file: string,
  { names = [], wanted }: { names: readonly string[] | undefined; wanted: readonly Plane[] },
): void {
  for (const { source } of wanted) {
    const place = source.name === undefined ? -1 : names.indexOf(source.name);
    if (place === -1 || names[source.plane] === source.name) continue;
    throw new MilscopeError('ChannelMismatch', {
      file,
      problem: 'the image has its channels in another order than the screen',
      found: names.join(', '),
      expected: `${source.name} in place ${source.plane}, counted from 0, as in the first image of its column`,
      remedy: 'save the images with their channels in one order, or give each channel a column with Frame_',
    });
  }
}

/** The images of a plate have the same channels: what is called otherwise is another. */
function checkNames(
  file: string,
  { header: { channelNames = [] }, wanted }: { header: ImageHeader; wanted: readonly Plane[] },
): void {
  for (const { source } of wanted) {
    const name = channelNames[source.plane];
    if (source.name === undefined || name === undefined || source.name === name) continue;
    throw new MilscopeError('ChannelMismatch', {
      file,
      problem: 'the image has other channels than the screen',
      found: channelNames.join(', '),
      expected: `${source.name} in place ${source.plane + 1}, as in the first image of the screen`,
    });
  }
}

/** All files of a field have one size. Where they differ, the odd one out is to blame, not those beside it. */
function checkSizes(files: readonly FieldFile[], { usualSize }: Pick<Screen, 'usualSize'>): void {
  const sizes = files.map(({ file, image, planes }) => ({ file, size: image.header, source: planes[0]!.source }));
  const keyOf = ({ width, height }: Size) => `${width} × ${height}`;
  if (new Set(sizes.map(({ size }) => keyOf(size))).size <= 1) return;
  for (const { file, size, source } of sizes) requireDecodable(file, { ...size, bytes: 0 }, source);
  const alike = ({ size }: { readonly size: Size }) =>
    sizes.filter((other) => keyOf(other.size) === keyOf(size)).length;
  const usual = sizes.reduce((best, one) => {
    const [a, b] = [one, best].map((each) => Number(usualSize !== undefined && keyOf(each.size) === keyOf(usualSize)));
    return alike(one) > alike(best) || (alike(one) === alike(best) && a! > b!) ? one : best;
  });
  for (const { file, size } of sizes) checkSize(file, { size, usual });
}

function checkSize(
  file: string,
  { size, usual }: { size: Size; usual: { readonly file: string; readonly size: Size } },
): void {
  if (size.width === usual.size.width && size.height === usual.size.height) return;
  throw new MilscopeError('ChannelMismatch', {
    file,
    problem: 'the channels of the field differ in size',
    found: `${size.width} × ${size.height} pixels`,
    expected: `${usual.size.width} × ${usual.size.height} as in ${usual.file}`,
  });
}

/** The planes one after the other, in the narrowest type that holds them all. */
function stack(planes: readonly Pixels[]): Pixels {
  const length = planes.reduce((sum, plane) => sum + plane.length, 0);
  const has = (type: Float32ArrayConstructor | Uint16ArrayConstructor) => planes.some((plane) => plane instanceof type);
  const Type = has(Float32Array) ? Float32Array : has(Uint16Array) ? Uint16Array : Uint8Array;
  const out = new Type(length);
  let at = 0;
  for (const plane of planes) {
    out.set(plane, at);
    at += plane.length;
  }
  return out;
}
