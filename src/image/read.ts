import { MilscopeError } from '../errors.ts';
import { type Image, type Pixels, pixelType } from '../pixels/pixels.ts';
import { createProjector, type Projection, type Projector } from '../pixels/projection.ts';
import type { ImageAccess } from './access.ts';
import { type FileBytes, openBytes } from './bytes.ts';
import { damaged } from './damaged.ts';
import { cannotOpen, isZarrFolder, parseHeader, requireLevel } from './header.ts';
import type { ImageHeader, ImageOptions } from './image.ts';
import { type ChannelPlace, noSeries } from './ome/place-channels.ts';
import { joined, planesIn } from './planes.ts';
import { isWholePng } from './png-header.ts';
import { cutPlane, type Region, type Size, type Window, windowOf } from './region.ts';
import { type DecodeLimits, requireDecodable } from './require-decodable.ts';
import { gatheredBits } from './spread-bits.ts';
import { decodePage } from './tiff/decode-page.ts';
import { asNumbers } from './tiff/page.ts';
import { requireDecodablePage } from './tiff/require-decodable-page.ts';
import type { Tiff } from './tiff/tiff.ts';
import { openZarrImage } from './zarr/open-zarr-image.ts';

/** A plane of an image: its place among the channels, or a grey page of a TIFF, whatever channel and depth it is. */
export type PlaneChoice = number | { readonly page: number };

/** What is read of an image. */
export interface ReadOptions extends Region {
  /**
   * Whether the numbers in the file are wanted, as of labels: the places in a palette in one plane, and not what they look
   * up; and greys of a TIFF that are neither inverted where white is zero, nor spread where they have fewer than 8 bits.
   */
  readonly places?: boolean | undefined;
  /** Level of the pyramid; the one that the image was opened at unless given. */
  readonly level?: number | undefined;
  /** The planes, in that order; all channels unless given. */
  readonly channels?: readonly PlaneChoice[] | undefined;
  /** How the planes of depth of a channel become one; unless given, the first is read. Pages are read as they are. */
  readonly projection?: Projection | undefined;
}

/** An image whose header is known and whose pixels are decoded when they are asked for. */
export interface OpenImage {
  /** That of the level that the image was opened at. */
  readonly header: ImageHeader;
  /** The size of every level of the pyramid, the largest first; of a file its only one. */
  readonly levels: () => Promise<readonly Size[]>;
  /** What is decoded at once at that level (pixels): a chunk, a tile, a strip, or the whole plane of a PNG. */
  readonly blocks: Size;
  /**
   * The planes asked for, in that order, or what a region has of them: a channel below `header.channels`, a page below
   * `header.pages`. Of a TIFF only the strips or tiles, and of OME-Zarr only the chunks that a region touches are read.
   *
   * @throws BadImage when they are damaged; MissingFile when they are in another file of an OME-TIFF, which is not there;
   *   BadOption for a level, rows or columns that the image does not have.
   */
  readonly read: (options?: ReadOptions) => Promise<Image>;
  /** The bytes of the file, where all are in memory; pixels that were read may be views of them. */
  readonly bytes?: Uint8Array | undefined;
}

/**
 * Reads a PNG or TIFF. The intensities are those of the file. The channels are the pages of a TIFF, or red, green and
 * blue; a palette of greys is one channel.
 *
 * - PNG of every kind.
 * - TIFF and BigTIFF of either byte order, in strips or tiles, interleaved or planar; plain, LZW, deflate, Zstandard,
 *   PackBits or JPEG, with predictors; unsigned samples of 1, 2, 4, 8, 12 and 16 bits, signed ones of 8 and 16 (which come
 *   as float32), integers of 32 (as float32 too, exact up to 2²⁴), floats of 32; grey, RGB, palette, or several samples of grey a pixel, which are channels.
 * - OME-TIFF, also of several files and with pyramids: its channels with their names, at full resolution.
 * - Hyperstacks of ImageJ, also those of more than 4 GB.
 * - Stacks of MetaMorph (STK).
 *
 * Of several planes of depth or points in time, the first of each is read, unless `openImage` is asked to project the
 * depth; a table picks others with a `Frame_` column.
 *
 * Three kinds of samples change: those of 1, 2 and 4 bits are spread over 0 to 255, as PNG has it; a TIFF in which white is
 * zero is inverted, so that more is brighter; alpha is dropped.
 *
 * The folder of an image of OME-Zarr is read too, its channels being planes (see `readZarrImage` and `readPlanes`).
 *
 * No more is decoded than `maxPixels` and the memory of the machine allow (`requireDecodable`).
 *
 * @throws MissingFile when there is no such file.
 * @throws BadImage when it is no image of these kinds, is damaged or cut short, or has pixels that cannot be given exactly.
 */
export async function readImage(path: string, options: ImageOptions, access: ImageAccess): Promise<Image> {
  return (await openImage(path, options, access)).read();
}

/** Reads the header of an image, and of a small one its bytes. @throws MissingFile and BadImage as {@link readImage}. */
export async function openImage(path: string, options: ImageOptions, access: ImageAccess): Promise<OpenImage> {
  const { files, decode } = access;
  if (await isZarrFolder(path, files)) {
    if ((options.series ?? 0) > 0) throw noSeries(path, { series: options.series!, count: 1 });
    const { header, levels, blocks, read } = await openZarrImage(path, options, access);
    return {
      header,
      levels,
      blocks,
      read: async ({ channels, ...part } = {}) =>
        finite(await read({ ...part, channels: channels?.map(channelOf) }), path),
    };
  }
  const limits = { maxPixels: options.maxPixels, memory: access.memory };
  requireLevel(path, options);
  const { bytes, parsed } = await parseFile(path, options, access);
  const { header } = parsed;
  return {
    header,
    levels: async () => [{ height: header.height, width: header.width }],
    bytes: bytes.whole,
    blocks: 'placesAt' in parsed ? tiffBlocks(parsed) : { height: header.height, width: header.width },
    async read({ level, channels, projection, places = false, ...region } = {}) {
      requireLevel(path, { level });
      const window = windowOf(region, header, path);
      const shown = places ? asPlaces(header) : header;
      const choices = channels ?? Array.from({ length: shown.channels }, (_, channel) => channel);
      try {
        const parts =
          'placesAt' in parsed
            ? await tiffPlanes(
                bytes,
                { tiff: { ...parsed, header: shown }, choices, window, limits, projection, places },
                access,
              )
            : await pngPlanes(bytes, { header: shown, choices, window, limits, places }, decode);
        const { height, width } = window;
        return finite({ data: joined(parts), channels: choices.length, width, height }, path);
      } catch (error) {
        throw await cannotOpen(path, error, files);
      }
    },
  };
}

/** The size of the strips or tiles of a TIFF, whose pages are alike. */
function tiffBlocks({ page, placesAt, header: { height, width } }: Tiff): Size {
  const [wide, high] = page(placesAt(0).find(({ file }) => file === undefined)?.page ?? 0).segment;
  return { height: Math.min(height, high), width: Math.min(width, wide) };
}

/** What is decoded of a file. */
interface Wanted {
  readonly choices: readonly PlaneChoice[];
  readonly window: Window;
  readonly limits: DecodeLimits;
  readonly places: boolean;
}

/** An image whose pixels are the places in its palette. */
function asPlaces(header: ImageHeader): ImageHeader {
  return header.palette ? { ...header, samples: 1, channels: header.channels / header.samples } : header;
}

/** The place among the channels, which are the pages of a file that has no others. */
const channelOf = (choice: PlaneChoice): number => (typeof choice === 'number' ? choice : choice.page);

async function parseFile(path: string, options: ImageOptions, { files }: ImageAccess) {
  try {
    const bytes = await openBytes(path, files);
    return { bytes, parsed: await parseHeader(bytes.read, { ...options, file: path, size: bytes.size }) };
  } catch (error) {
    throw await cannotOpen(path, error, files);
  }
}

/** Planes of a PNG, which is decoded whole whatever is wanted of it. */
async function pngPlanes(
  bytes: FileBytes,
  { header, choices, window, limits, places }: { header: ImageHeader } & Wanted,
  { png }: ImageAccess['decode'],
): Promise<Pixels[]> {
  const { file, size } = bytes;
  requireDecodable(file, { ...header, bytes: (header.samples * header.bitDepth) / 8 }, limits);
  const [whole] = await bytes.pieces([{ offset: 0, length: size }]);
  if (!(await isWholePng(whole!))) throw damaged(file, { found: 'a PNG without its last chunk' });
  const { samples, width, height, bitDepth, palette } = header;
  const colour = samples === 3 || palette;
  const data = await png(whole!, { file, width, height, samples, bitDepth, colour, places: places && palette });
  const all = planesIn(data, width * height);
  return choices.map((choice) => cutPlane(all[typeof choice === 'number' ? choice : 0]!, header, window));
}

/** What is wanted of a TIFF. */
interface TiffChoices extends Wanted {
  readonly tiff: Tiff;
  readonly projection?: Projection | undefined;
}

/** The planes of a TIFF. Those of a stack are projected one after the other, so that few are in memory. */
async function tiffPlanes(bytes: FileBytes, wanted: TiffChoices, access: ImageAccess): Promise<Pixels[]> {
  const { tiff, choices, projection } = wanted;
  const depths = tiff.header.stack?.z ?? 1;
  if (depths === 1 || projection === undefined || projection === 'none') {
    return depthPlanes(bytes, { ...wanted, z: 0 }, access);
  }
  const parts: Pixels[] = [];
  const projectors: Projector[] = [];
  const places = choices.flatMap((choice, i) => (typeof choice === 'number' ? [i] : []));
  const own = places.map((i) => choices[i]!);
  for (let z = 0; z < depths; z++) {
    const planes = await depthPlanes(bytes, { ...wanted, choices: own, z }, access);
    for (const [i, plane] of planes.entries()) {
      const kind = { Type: pixelType(plane), length: plane.length, planes: depths };
      projectors[i] ??= createProjector(projection, kind);
      projectors[i].add(plane);
    }
  }
  for (const [i, place] of places.entries()) parts[place] = projectors[i]!.result();
  for (const [i, choice] of choices.entries()) {
    if (parts[i] === undefined)
      [parts[i]] = (await depthPlanes(bytes, { ...wanted, choices: [choice], z: 0 }, access)) as [Pixels];
  }
  return parts;
}

/** The planes of a TIFF at one depth, each page being decoded once. */
async function depthPlanes(
  bytes: FileBytes,
  { tiff, choices, window, limits, places, z }: TiffChoices & { readonly z: number },
  access: ImageAccess,
): Promise<Pixels[]> {
  const { samples } = tiff.header;
  const channelPlaces = tiff.placesAt(z);
  const files = new Map<string | undefined, { bytes: FileBytes; tiff: Tiff }>([[undefined, { bytes, tiff }]]);
  const decoded = new Map<string, Pixels[]>();
  const parts: Pixels[] = [];
  for (const choice of choices) {
    const channel = typeof choice === 'number' ? choice : 0;
    const place: ChannelPlace =
      typeof choice === 'number'
        ? channelPlaces[Math.floor(channel / samples)]!
        : { page: tiff.firstPage + choice.page };
    const key = JSON.stringify([place.file ?? '', place.page]);
    let planes = decoded.get(key);
    if (planes === undefined) {
      const source = files.get(place.file) ?? (await openPart(place.file!, { of: bytes.file, tiff }, access));
      files.set(place.file, source);
      const page = source.tiff.page(place.page);
      requireDecodablePage(source.bytes.file, { page, window, planes: choices.length }, limits);
      const read = places ? asNumbers(page) : page;
      planes = await decodePage(source.bytes, { page: read, little: source.tiff.little, window }, access.decode);
      if (places) planes = planes.map((plane) => gatheredBits(plane, page.bits));
      decoded.set(key, planes);
    }
    parts.push(planes[channel % samples]!);
  }
  return parts;
}

/** Another file of an OME-TIFF, whose pages must be like those of the first. */
async function openPart(file: string, { of, tiff }: { of: string; tiff: Tiff }, access: ImageAccess) {
  const { bytes, parsed } = await parseFile(file, {}, access);
  const say = ({ width, height, samples, bitDepth }: ImageHeader) =>
    `${width} × ${height}, ${samples} samples a pixel of ${bitDepth} bits`;
  if ('placesAt' in parsed && say(parsed.header) === say(tiff.header)) return { bytes, tiff: parsed };
  throw new MilscopeError('BadImage', {
    file,
    problem: `this is not like ${of}, which names it as another part of the same image`,
    found: 'placesAt' in parsed ? say(parsed.header) : 'a PNG',
    expected: say(tiff.header),
  });
}

/** No detector counts so far: what is larger in a float image is the mark of a pixel without a value, or damaged. */
const LARGEST_INTENSITY = 1e12;

/** Gives the image back when every pixel of it can be used. */
function finite(image: Image, file: string): Image {
  const { data } = image;
  if (!(data instanceof Float32Array)) return image;
  let [none, large] = [0, 0];
  for (const value of data) {
    if (!Number.isFinite(value)) none++;
    else if (Math.abs(value) > LARGEST_INTENSITY) large++;
  }
  if (none + large === 0) return image;
  throw new MilscopeError('BadImage', {
    file,
    problem: none > 0 ? 'some pixels are not finite' : 'some pixels are no intensities',
    found: `${none + large} of ${data.length} that are ${none > 0 ? 'NaN or infinite' : `beyond ${LARGEST_INTENSITY}`}`,
    remedy: 'replace them before the image is used',
  });
}
