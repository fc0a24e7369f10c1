import { MilscopeError } from '../errors.ts';
import { type OpenImage, openImage, type PlaneChoice } from '../image/read.ts';
import type { Region, Size } from '../image/region.ts';
import { type Image, type Pixels, pixelType } from '../pixels/pixels.ts';
import { createProjector } from '../pixels/projection.ts';
import { freeArrays } from '../threads/free-at-once.ts';
import type { ScreenAccess } from './access.ts';
import { checkPlanes, checkSize, checkSizes, type Plane, requireSame } from './check-planes.ts';
import { createDivider } from './illumination/divide.ts';
import type { ChannelSource, Field, Screen } from './screen.ts';

/** What the files of a field say of it. */
export interface FieldHeader extends Size {
  /** Names of the channels, those of the screen. */
  readonly channelNames: readonly string[];
  /** Bits of a sample of all channels together: 8, 16, or 32 for float. */
  readonly bitDepth: 8 | 16 | 32;
  /** Bits of a sample in the files, where all of these are signed and fewer; see `ImageHeader`. */
  readonly signedBits?: 8 | 16 | undefined;
  /** Planes of depth of the first channel, where it is a stack or other fields have several. */
  readonly depth?: number | undefined;
}

/** What is read of a field: all channels, rows and columns unless they are given. */
export interface ReadFieldOptions extends Region {
  /** Level of the pyramid; that of the screen unless given. */
  readonly level?: number | undefined;
  /** Places among the channels of the screen, in any order. */
  readonly channels?: readonly number[] | undefined;
  /**
   * Nothing is read after this: the memory of the files, and of pixels on their way, is given back at once. What was read before may
   * stand in it, and is lost.
   */
  readonly last?: boolean | undefined;
}

/** A field whose files are known, and whose pixels are decoded when they are asked for. */
export interface OpenField {
  /** At the level of the screen. */
  readonly header: FieldHeader;
  /** The size of every level of the pyramid, the largest first. */
  readonly levels: () => Promise<readonly Size[]>;
  /** What is decoded at once at the level of the screen (pixels): the largest chunk, tile or strip of its files. */
  readonly blocks: Size;
  /**
   * Pixels of some channels, or of all, as one image `[channels, height, width]` in the narrowest type that holds these:
   * uint8, uint16 or float32. A file that several channels share is read once. A stack is projected first, plane by plane.
   * Intensities are those of the files, divided by the illumination functions of the channels where the screen has such.
   *
   * @throws BadImage for pixels that are damaged; BadOption for a level, rows or columns that the field does not have; what
   *   `createDivider` says of illumination functions.
   */
  readonly read: (options?: ReadFieldOptions) => Promise<Image>;
}

/** A file of the field, and the channels that are in it. */
interface FieldFile {
  readonly file: string;
  readonly image: OpenImage;
  readonly planes: readonly Plane[];
  /** The files of the other planes of depth, where these have files of their own. */
  readonly stack: readonly string[];
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
    const key = JSON.stringify([source.file, source.series, source.stack]);
    planes.set(key, [...(planes.get(key) ?? []), { channel, source }]);
  }
  const files: FieldFile[] = [];
  for (const wanted of planes.values()) {
    const { file, stack = [] } = wanted[0]!.source;
    const image = await openImage(file, imageOptions(wanted[0]!.source), access);
    checkPlanes(file, { header: image.header, wanted });
    // An OME-TIFF may know the other files of its stack itself.
    const knowsOthers = image.header.parts !== undefined && (image.header.stack?.z ?? 1) > stack.length;
    files.push({ file, image, planes: wanted, stack: knowsOthers ? [] : stack });
  }
  checkSizes(files, screen);
  const [first] = files;
  if (first === undefined)
    throw new MilscopeError('ChannelMismatch', { row: field.row, problem: 'the field has no image' });
  const { height, width } = first.image.header;
  const isDivided = field.sources.some(({ illumination }) => illumination !== undefined);
  const depths = isDivided ? [32] : files.map(({ image }) => image.header.bitDepth);
  const signed = new Set(files.map(({ image }) => image.header.signedBits));
  const [signedBits] = signed.size === 1 ? signed : [];
  const depth = first.image.header.stack?.z ?? field.sources[0]?.depths;
  const divide = createDivider(field.sources, { usual: { height, width }, levels: first.image.levels }, access);
  return {
    header: {
      ...{ height, width, channelNames: screen.channels, bitDepth: Math.max(...depths) as 8 | 16 | 32 },
      ...(signedBits && { signedBits }),
      ...(depth !== undefined && { depth }),
    },
    levels: first.image.levels,
    blocks: {
      height: Math.max(...files.map(({ image }) => image.blocks.height)),
      width: Math.max(...files.map(({ image }) => image.blocks.width)),
    },
    async read({ channels = field.sources.map((_, channel) => channel), last = false, ...part } = {}) {
      const { pixels, made } = await readPart(files, { channels, part, names: screen.channels }, access);
      const divided = await divide(pixels, { channels, ...part });
      if (last) freeArrays([...made, pixels.data, ...files.flatMap(({ image }) => image.bytes ?? [])], divided.data);
      return divided;
    },
  };
}

/** Which channels of a field are read, and which part of them. */
interface FieldPart {
  readonly channels: readonly number[];
  readonly part: Omit<ReadFieldOptions, 'channels' | 'last'>;
  readonly names: readonly string[];
}

/** The pixels of a part, each stack projected; and the planes that were made on the way, which may be the same. */
async function readPart(
  files: readonly FieldFile[],
  { channels, part, names }: FieldPart,
  access: ScreenAccess,
): Promise<{ readonly pixels: Image; readonly made: readonly Pixels[] }> {
  const channelNames = channels.map((channel) => names[channel]!);
  const planes: Pixels[] = [];
  let first: { readonly file: string; readonly size: Image } | undefined;
  for (const own of files) {
    const { file } = own;
    const wanted = channels.flatMap((channel, place) => {
      const plane = own.planes.find((each) => each.channel === channel);
      return plane === undefined ? [] : [{ place, source: plane.source }];
    });
    if (wanted.length === 0) continue;
    const read = await readFile(own, { sources: wanted.map(({ source }) => source), part }, access);
    // The planes of one file come in the order of the channels already.
    if (wanted.length === channels.length) return { pixels: { ...read, channelNames }, made: [] };
    first ??= { file, size: read };
    checkSize(file, { size: read, usual: first });
    const length = read.width * read.height;
    for (const [i, { place }] of wanted.entries()) planes[place] = read.data.subarray(i * length, (i + 1) * length);
  }
  const { height = 0, width = 0 } = first?.size ?? {};
  return { pixels: { data: stack(planes), channels: planes.length, height, width, channelNames }, made: planes };
}

/** Planes of a file, or of the files of a stack, of which one is open at a time. */
async function readFile(
  { file, image, stack }: FieldFile,
  { sources, part }: Pick<FieldPart, 'part'> & { readonly sources: readonly ChannelSource[] },
  access: ScreenAccess,
): Promise<Image> {
  const { projection = 'maximum' } = sources[0]!;
  const wanted = { ...part, projection, channels: sources.map(planeChoice) };
  const lowest = await image.read(wanted);
  if (stack.length === 0 || projection === 'none') return lowest;
  const { length } = lowest.data;
  const projector = createProjector(projection, { Type: pixelType(lowest.data), length, planes: 1 + stack.length });
  projector.add(lowest.data);
  for (const other of stack) {
    const { header, read } = await openImage(other, imageOptions(sources[0]!), access);
    requireSame(other, header, { as: image.header, file });
    projector.add((await read(wanted)).data);
  }
  return { ...lowest, data: projector.result() };
}

const imageOptions = ({ level, maxPixels, series, pages }: ChannelSource) => ({ level, maxPixels, series, pages });

const planeChoice = ({ plane, planes }: ChannelSource): PlaneChoice => (planes === undefined ? { page: plane } : plane);

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
