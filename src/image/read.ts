import { MilscopeError } from '../errors.ts';
import type { Image, Pixels } from '../pixels/pixels.ts';
import { type FileBytes, openBytes } from './bytes.ts';
import { damaged, decodePicture, joined } from './decode-picture.ts';
import { cannotOpen, type ImageOptions, isZarrFolder, parseHeader, requireLevel } from './header.ts';
import type { ImageHeader } from './image.ts';
import type { ChannelPlace } from './ome/place-channels.ts';
import { isWholePng } from './png-header.ts';
import { decodePage } from './tiff/decode-page.ts';
import type { Tiff } from './tiff/tiff.ts';
import { openZarrImage } from './zarr/open-zarr-image.ts';

/** A plane of an image: its place among the channels, or a grey page of a TIFF, whatever channel it is. */
export type PlaneChoice = number | { readonly page: number };

/** An image whose header is known and whose pixels are decoded when they are asked for. */
export interface OpenImage {
  readonly header: ImageHeader;
  /**
   * The planes named, in that order, or all channels; a channel below `header.channels`, a page below `header.pages`.
   *
   * @throws BadImage when they are damaged; MissingFile when they are in another file of an OME-TIFF, which is not there.
   */
  readonly decode: (planes?: readonly PlaneChoice[]) => Promise<Image>;
}

/**
 * Reads a PNG or TIFF. The intensities are those of the file. The channels are the pages of a TIFF, or red, green and
 * blue; a palette of greys is one channel.
 *
 * - PNG of every kind.
 * - TIFF and BigTIFF of either byte order, in strips or tiles, interleaved or planar; plain, LZW, deflate, Zstandard,
 *   PackBits or JPEG, with predictors; unsigned samples of 1, 2, 4, 8, 12 and 16 bits, signed ones of 8 and 16 (which come
 *   as float32), floats of 32; grey, RGB, palette, or several samples of grey a pixel, which are channels.
 * - OME-TIFF, also of several files and with pyramids: its channels with their names, at full resolution.
 * - Hyperstacks of ImageJ, also those of more than 4 GB.
 *
 * Of an OME-TIFF or hyperstack with several planes of depth or points in time, the first of each is read; a table picks
 * others with a `Frame_` column.
 *
 * Three things are not taken as they stand: samples of 1, 2 and 4 bits are spread over 0 to 255, as PNG has it; a TIFF in
 * which white is zero is turned round, so that more is brighter; alpha is dropped.
 *
 * The folder of an image of OME-Zarr is read too, its channels being planes (see `readZarrImage` and `readPlanes`).
 *
 * @throws MissingFile when there is no such file.
 * @throws BadImage when it is no image of these kinds, is damaged or cut short, or has pixels that cannot be given exactly.
 */
export async function readImage(path: string, options: ImageOptions = {}): Promise<Image> {
  return (await openImage(path, options)).decode();
}

/** Reads the header of an image, and of a small one its bytes. @throws MissingFile and BadImage as {@link readImage}. */
export async function openImage(path: string, options: ImageOptions = {}): Promise<OpenImage> {
  if (isZarrFolder(path)) {
    const { header, decode } = openZarrImage(path, options);
    return { header, decode: async (planes) => finite(await decode(planes?.map(channelOf)), path) };
  }
  requireLevel(path, options);
  const { bytes, parsed } = await parseFile(path);
  const { header } = parsed;
  const decode = async (planes?: readonly PlaneChoice[]): Promise<Image> => {
    const { width, height } = header;
    const choices = planes ?? Array.from({ length: header.channels }, (_, channel) => channel);
    try {
      const parts =
        'places' in parsed ? await tiffPlanes(bytes, parsed, choices) : await pngPlanes(bytes, header, choices);
      return finite({ data: joined(parts), channels: choices.length, width, height }, path);
    } catch (error) {
      throw cannotOpen(path, error);
    }
  };
  return { header, decode };
}

/** The place among the channels, which are the pages of a file that has no others. */
const channelOf = (choice: PlaneChoice): number => (typeof choice === 'number' ? choice : choice.page);

async function parseFile(path: string) {
  try {
    const bytes = await openBytes(path);
    return { bytes, parsed: bytes.now((read) => parseHeader(read, { file: path, size: bytes.size })) };
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

async function pngPlanes(bytes: FileBytes, header: ImageHeader, choices: readonly PlaneChoice[]): Promise<Pixels[]> {
  const { file, size } = bytes;
  const [whole] = await bytes.pieces([{ offset: 0, length: size }]);
  if (!isWholePng(whole!)) throw damaged(file, { found: 'a PNG without its last chunk' });
  const { samples, width, height, bitDepth, palette } = header;
  const colour = samples === 3 || palette;
  const data = await decodePicture(whole!, { file, width, height, samples, bitDepth, colour });
  const all = planesOf(data, width * height);
  return choices.map((choice) => all[typeof choice === 'number' ? choice : 0]!);
}

/** The planes of a TIFF, each page being decoded once. */
async function tiffPlanes(bytes: FileBytes, tiff: Tiff, choices: readonly PlaneChoice[]): Promise<Pixels[]> {
  const { samples, width, height } = tiff.header;
  const files = new Map<string | undefined, { bytes: FileBytes; tiff: Tiff }>([[undefined, { bytes, tiff }]]);
  const decoded = new Map<string, Pixels[]>();
  const parts: Pixels[] = [];
  for (const choice of choices) {
    const channel = typeof choice === 'number' ? choice : 0;
    const place: ChannelPlace = typeof choice === 'number' ? tiff.places[Math.floor(channel / samples)]! : choice;
    const key = JSON.stringify([place.file ?? '', place.page]);
    let planes = decoded.get(key);
    if (planes === undefined) {
      const source = files.get(place.file) ?? (await openPart(place.file!, { of: bytes.file, tiff }));
      files.set(place.file, source);
      const page = source.tiff.page(place.page);
      planes = planesOf(await decodePage(source.bytes, { page, little: source.tiff.little }), width * height);
      decoded.set(key, planes);
    }
    parts.push(planes[channel % samples]!);
  }
  return parts;
}

/** Another file of an OME-TIFF, whose pages must be like those of the first. */
async function openPart(file: string, { of, tiff }: { of: string; tiff: Tiff }) {
  const { bytes, parsed } = await parseFile(file);
  const say = ({ width, height, samples, bitDepth }: ImageHeader) =>
    `${width} × ${height}, ${samples} samples a pixel of ${bitDepth} bits`;
  if ('places' in parsed && say(parsed.header) === say(tiff.header)) return { bytes, tiff: parsed };
  throw new MilscopeError('BadImage', {
    file,
    problem: `this is not like ${of}, which names it as another part of the same image`,
    found: 'places' in parsed ? say(parsed.header) : 'a PNG',
    expected: say(tiff.header),
  });
}

function planesOf(data: Pixels, size: number): Pixels[] {
  return Array.from({ length: data.length / size }, (_, i) => data.subarray(i * size, (i + 1) * size));
}

/** Gives the image back when every pixel of it can be used. */
function finite(image: Image, file: string): Image {
  const { data } = image;
  const bad = data instanceof Float32Array ? data.filter((value) => !Number.isFinite(value)).length : 0;
  if (bad === 0) return image;
  throw new MilscopeError('BadImage', {
    file,
    problem: 'some pixels are not finite',
    found: `${bad} of ${data.length} that are NaN or infinite`,
    remedy: 'replace them before the image is used',
  });
}
