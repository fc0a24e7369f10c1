import { MilscopeError } from '../../errors.ts';
import { counted } from '../../words.ts';
import type { ReadBytes } from '../bytes.ts';
import type { ImageHeader, ImageOptions } from '../image.ts';
import { isOme, type OmePixels, parseOme } from '../ome/parse-ome.ts';
import { type ChannelPlace, noSeries, placeChannels } from '../ome/place-channels.ts';
import { givenBits } from './decode-page.ts';
import { readTiffDirectories, type TiffDirectory } from './directory.ts';
import { completeStack, type ImageJStack, parseImageJ } from './imagej.ts';
import { parseMetaMorph } from './metamorph.ts';
import { isCopyOrMask, readPage, type TiffPage } from './page.ts';
import { tiffPixelSize } from './pixel-size.ts';
import { compressions, tags } from './tags.ts';

/** A TIFF that is understood as far as it can be without its pixels. */
export interface Tiff {
  readonly header: ImageHeader;
  readonly little: boolean;
  /**
   * Where the channels are at a depth, from 0 to before `header.stack.z`, `header.samples` of them on each page.
   *
   * @throws BadImage when a plane is not there
   */
  readonly placesAt: (z: number) => readonly ChannelPlace[];
  /** Where the planes of the image begin in the file. */
  readonly firstPage: number;
  /** Pages in the file. */
  readonly pages: number;
  /** How the pixels of a page are stored. @throws BadImage when it is not like the others, or cannot be given exactly. */
  readonly page: (index: number) => TiffPage;
}

/**
 * Reads the directories of a TIFF and decides what its channels are:
 *
 * - OME-TIFF: those that its XML names (`placeChannels`), at any depth and the first time, of one of its images (`series`).
 * - A hyperstack of ImageJ or a stack of MetaMorph: its channels, at any slice and the first frame.
 * - Any other: its pages, but for smaller copies and masks; or the samples of its only page, where they are several. With
 *   `pages`, they are planes of depth.
 *
 * @throws BadImage when it is damaged, lies about its size, or has pixels that cannot be given exactly.
 */
export async function parseTiff(
  read: ReadBytes,
  { file, size, series, pages: kind }: { file: string; size: number } & Pick<ImageOptions, 'series' | 'pages'>,
): Promise<Tiff> {
  const { little, directories: listed } = await readTiffDirectories(read, { file, size });
  if (listed.length === 0) throw new MilscopeError('BadImage', { file, problem: 'the TIFF has no page' });
  const description = listed[0]!.texts.get(tags.imageDescription) ?? '';
  const stack = parseImageJ(description) ?? (listed.length === 1 ? metaMorphStack(listed[0]!) : undefined);
  const directories = completeStack(listed, { images: stack?.images, file, size });
  const known = new Map<number, TiffPage>();
  const page = (index: number): TiffPage => {
    const directory = directories[index];
    if (directory === undefined) {
      const found = counted(directories.length, 'page');
      throw new MilscopeError('BadImage', { file, problem: `the TIFF has no page ${index}, counted from 0`, found });
    }
    const parsed = known.get(index) ?? readPage(directory, { file, size });
    known.set(index, parsed);
    return parsed;
  };
  const { placesAt, ...about } = isOme(description)
    ? await omeChannels(description, { file, directories, page, series })
    : plainChannels(directories, { file, stack, series, kind });
  const places = placesAt(0);
  const own = places.flatMap((place) => (place.file === undefined ? [place.page] : []));
  const first = page(own[0] ?? 0);
  const like = (index: number): TiffPage => checkLike(page(index), { index, first, file });
  for (const index of own) like(index);
  checkTotal(own.map(page), { file, size });
  if (places.length > 1 && first.samples > 1) {
    throw new MilscopeError('BadImage', {
      file,
      problem: `the pages of the TIFF are ${kindOf(first)}, so they cannot be channels of one field`,
      found: counted(places.length, 'page'),
      expected: 'one such page, or pages of grey',
    });
  }
  const { width, height, samples, palette } = first;
  const channels = places.length * samples;
  const shape = { width, height, channels, pages: directories.length, samples, palette, bitDepth: givenBits(first) };
  const names = about.channelNames?.length === channels ? about.channelNames : undefined;
  const colours = about.channelColours?.length === channels ? about.channelColours : undefined;
  const pixelSize = about.pixelSize ?? tiffPixelSize(listed[0]!);
  const signedBits = first.type === 'signed' && first.bits < 32 ? (first.bits as 8 | 16) : undefined;
  return {
    header: {
      ...{ format: 'tiff', ...shape, ...about, channelNames: names, channelColours: colours },
      ...(pixelSize && { pixelSize }),
      ...(signedBits && { signedBits }),
    },
    little,
    placesAt,
    firstPage: (series ?? 0) === 0 ? 0 : (own[0] ?? 0),
    pages: directories.length,
    page: like,
  };
}

type Channels = Pick<Tiff, 'placesAt'> &
  Pick<ImageHeader, 'channelNames' | 'channelColours' | 'pixelSize' | 'stack' | 'parts' | 'series' | 'assumedChannels'>;

async function omeChannels(
  description: string,
  {
    file,
    directories,
    page,
    series,
  }: {
    file: string;
    directories: readonly TiffDirectory[];
    page: (index: number) => TiffPage;
    series: number | undefined;
  },
): Promise<Channels> {
  const ome = await parseOme(description, file);
  const samples = (index: number) => page(index).samples;
  const placed = placeChannels(ome, { file, pages: directories.length, samples, series });
  if (placed !== undefined) {
    const { pixels, at } = placed;
    const places = at(0);
    const [own, files] = [places.flatMap(({ file }, c) => (file ? [] : [c])), places.flatMap(({ file }) => file ?? [])];
    const { sizeZ: z, sizeT: t } = pixels;
    const names = ome.images.map(({ name }) => name);
    return {
      placesAt: at,
      channelNames: namesOf(pixels),
      channelColours: coloursOf(pixels),
      pixelSize: pixels.pixelSize,
      ...(z * t > 1 && { stack: { z, t } }),
      ...(placed.series.own.length > 1 && { series: { ...placed.series, names } }),
      ...(files.length > 0 && { parts: { own, files: [...new Set(files)] } }),
    };
  }
  const plain = plainChannels(directories, { file, series });
  if (plain.placesAt(0).length === 1) return plain;
  throw new MilscopeError('BadImage', {
    file,
    problem: 'the OME-XML does not say what the pages of the TIFF are',
    found: ome.metadataFile === undefined ? 'no image in it' : `only that ${ome.metadataFile} says it`,
    remedy: 'save the image with its metadata in the file itself, or as a plain TIFF',
  });
}

/** The names of the channels, if all have one. */
function namesOf({ names }: OmePixels): readonly string[] | undefined {
  const given = names.flatMap((name) => name ?? []);
  return given.length === names.length ? given : undefined;
}

/** The colours of the channels, if all have one. */
function coloursOf({ colours }: OmePixels): ImageHeader['channelColours'] {
  const given = colours.flatMap((colour) => (colour ? [colour] : []));
  return given.length > 0 && given.length === colours.length ? given : undefined;
}

function metaMorphStack(directory: TiffDirectory): ImageJStack | undefined {
  const stack = parseMetaMorph(directory);
  if (stack === undefined) return undefined;
  const { images, along } = stack;
  return { images, hyperstack: { channels: 1, slices: 1, frames: 1, [along]: images } };
}

function plainChannels(
  directories: readonly TiffDirectory[],
  {
    file,
    stack,
    series = 0,
    kind,
  }: { file: string; stack?: ImageJStack | undefined } & Pick<ImageOptions, 'series'> & {
      kind?: ImageOptions['pages'];
    },
): Channels {
  if (series > 0) throw noSeries(file, { series, count: 1 });
  const hyperstack = stack?.hyperstack;
  if (hyperstack === undefined || (kind === 'channels' && hyperstack.channels === 1)) {
    const whole = directories.flatMap((directory, page) => (isCopyOrMask(directory) ? [] : [{ page }]));
    const places = whole.length > 0 ? whole : [{ page: 0 }];
    if (kind !== 'depth') {
      const assumed = kind === undefined && places.length > 1;
      return { placesAt: () => places, ...(assumed && { assumedChannels: true }) };
    }
    return { placesAt: (z) => [places[z]!], ...(places.length > 1 && { stack: { z: places.length, t: 1 } }) };
  }
  const { channels, slices, frames } = hyperstack;
  // A colour image is one page, whatever the number of its channels.
  if (directories.length === 1 && slices * frames === 1) return { placesAt: () => [{ page: 0 }] };
  if (channels >= 1 && channels * slices * frames === directories.length) {
    return {
      placesAt: (z) => Array.from({ length: channels }, (_, channel) => ({ page: z * channels + channel })),
      ...(slices * frames > 1 && { stack: { z: slices, t: frames } }),
    };
  }
  throw new MilscopeError('BadImage', {
    file,
    problem: 'the hyperstack does not have the planes that it names',
    found: counted(directories.length, 'page'),
    expected: `${counted(channels, 'channel')} × ${slices} slices × ${frames} frames`,
    remedy: 'save it again in ImageJ',
  });
}

function kindOf({ samples }: TiffPage): string {
  return samples === 1 ? 'grey' : samples === 3 ? 'RGB' : `of ${samples} samples a pixel`;
}

/** Pages are channels: of one size, depth and kind. */
function checkLike(page: TiffPage, { index, first, file }: { index: number; first: TiffPage; file: string }): TiffPage {
  const say = (each: TiffPage): string =>
    `${kindOf(each)} ${each.width} × ${each.height} of ${each.bits} bits${each.type === 'unsigned' ? '' : `, ${each.type}`}`;
  if (say(page) === say(first)) return page;
  throw new MilscopeError('BadImage', {
    file,
    problem: 'the pages of the TIFF are not alike, so they cannot be channels of one field',
    found: `page ${index}: ${say(page)}`,
    expected: `like the first: ${say(first)}`,
    remedy: 'save the channels alone, without thumbnails, masks or smaller copies',
  });
}

/** The pages of an honest file do not share their bytes: together they hold no more than the file can. */
function checkTotal(pages: readonly TiffPage[], { file, size }: { file: string; size: number }): void {
  const claimed = pages.reduce((sum, { segments }) => sum + segments.reduce((all, { decoded }) => all + decoded, 0), 0);
  const ratio = Math.max(...pages.map(({ compression }) => compressions.get(compression)!.ratio), 1);
  if (claimed <= ratio * size) return;
  throw new MilscopeError('BadImage', {
    file,
    problem: 'the header is corrupt: the pages it names cannot be in the file',
    found: `${counted(pages.length, 'page')}, ${claimed} bytes, in a file of ${size} bytes`,
    remedy: 'copy the file again from where it came',
  });
}
