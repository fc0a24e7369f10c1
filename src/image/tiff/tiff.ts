import { MilscopeError } from '../../errors.ts';
import type { ReadBytes } from '../bytes.ts';
import type { ImageHeader } from '../image.ts';
import { isOme, type OmePixels, parseOme } from '../ome/parse-ome.ts';
import { type ChannelPlace, placeChannels } from '../ome/place-channels.ts';
import { givenBits } from './decode-page.ts';
import { readTiffDirectories, type TiffDirectory } from './directory.ts';
import { completeStack, parseImageJ } from './imagej.ts';
import { isCopyOrMask, readPage, type TiffPage } from './page.ts';
import { compressions, tags } from './tags.ts';

/** A TIFF that is understood as far as it can be without its pixels. */
export interface Tiff {
  readonly header: ImageHeader;
  readonly little: boolean;
  /** Where the channels are, `header.samples` of them on each page. */
  readonly places: readonly ChannelPlace[];
  /** Pages in the file. */
  readonly pages: number;
  /** How the pixels of a page are stored. @throws BadImage when it is not like the others, or cannot be given exactly. */
  readonly page: (index: number) => TiffPage;
}

/**
 * Reads the directories of a TIFF and decides what its channels are:
 *
 * - OME-TIFF: those that its XML names, at the first depth and time (`placeChannels`).
 * - A hyperstack of ImageJ: its channels, at the first slice and frame.
 * - Any other: its pages, but for smaller copies and masks; or the samples of its only page, where they are several.
 *
 * @throws BadImage when it is damaged, lies about its size, or has pixels that cannot be given exactly.
 */
export async function parseTiff(read: ReadBytes, { file, size }: { file: string; size: number }): Promise<Tiff> {
  const { little, directories: listed } = await readTiffDirectories(read, { file, size });
  if (listed.length === 0) throw new MilscopeError('BadImage', { file, problem: 'the TIFF has no page' });
  const description = listed[0]!.texts.get(tags.imageDescription) ?? '';
  const stack = parseImageJ(description);
  const directories = completeStack(listed, { images: stack?.images, file, size });
  const known = new Map<number, TiffPage>();
  const page = (index: number): TiffPage => {
    const directory = directories[index];
    if (directory === undefined) {
      const found = `${directories.length} pages`;
      throw new MilscopeError('BadImage', { file, problem: `the TIFF has no page ${index}, counted from 0`, found });
    }
    const parsed = known.get(index) ?? readPage(directory, { file, size });
    known.set(index, parsed);
    return parsed;
  };
  const { places, ...about } = isOme(description)
    ? await omeChannels(description, { file, directories, page })
    : { places: plainChannels(directories, { file, hyperstack: stack?.hyperstack }), ...sizesOf(stack?.hyperstack) };
  const own = places.flatMap((place) => (place.file === undefined ? [place.page] : []));
  const first = page(own[0] ?? 0);
  const like = (index: number): TiffPage => checkLike(page(index), { index, first, file });
  for (const index of own) like(index);
  checkTotal(own.map(page), { file, size });
  if (places.length > 1 && first.samples > 1) {
    throw new MilscopeError('BadImage', {
      file,
      problem: `the pages of the TIFF are ${kindOf(first)}, so they cannot be channels of one field`,
      found: `${places.length} pages`,
      expected: 'one such page, or pages of grey',
    });
  }
  const { width, height, samples, palette } = first;
  const channels = places.length * samples;
  const shape = { width, height, channels, pages: directories.length, samples, palette, bitDepth: givenBits(first) };
  const names = about.channelNames?.length === channels ? about.channelNames : undefined;
  const colours = about.channelColours?.length === channels ? about.channelColours : undefined;
  return {
    header: { format: 'tiff', ...shape, ...about, channelNames: names, channelColours: colours },
    little,
    places,
    pages: directories.length,
    page: like,
  };
}

type Channels = Pick<ImageHeader, 'channelNames' | 'channelColours' | 'pixelSize' | 'stack' | 'parts'> & {
  readonly places: readonly ChannelPlace[];
};

async function omeChannels(
  description: string,
  {
    file,
    directories,
    page,
  }: { file: string; directories: readonly TiffDirectory[]; page: (index: number) => TiffPage },
): Promise<Channels> {
  const ome = await parseOme(description, file);
  const placed = placeChannels(ome, { file, pages: directories.length, samples: page(0).samples });
  if (placed !== undefined) {
    const { pixels, places } = placed;
    const [own, files] = [places.flatMap(({ file }, c) => (file ? [] : [c])), places.flatMap(({ file }) => file ?? [])];
    return {
      places,
      channelNames: namesOf(pixels),
      channelColours: coloursOf(pixels),
      pixelSize: pixels.pixelSize,
      ...sizesOf({ slices: pixels.sizeZ, frames: pixels.sizeT }),
      ...(files.length > 0 && { parts: { own, files: [...new Set(files)] } }),
    };
  }
  const places = plainChannels(directories, { file });
  if (places.length === 1) return { places };
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

function sizesOf(stack: { slices: number; frames: number } | undefined): Pick<ImageHeader, 'stack'> {
  if (stack === undefined || stack.slices * stack.frames === 1) return {};
  return { stack: { z: stack.slices, t: stack.frames } };
}

function plainChannels(
  directories: readonly TiffDirectory[],
  { file, hyperstack }: { file: string; hyperstack?: { channels: number; slices: number; frames: number } | undefined },
): ChannelPlace[] {
  if (hyperstack === undefined) {
    const whole = directories.flatMap((directory, page) => (isCopyOrMask(directory) ? [] : [{ page }]));
    return whole.length > 0 ? whole : [{ page: 0 }];
  }
  const { channels, slices, frames } = hyperstack;
  // A colour image is one page, whatever the number of its channels.
  if (directories.length === 1 && slices * frames === 1) return [{ page: 0 }];
  if (channels >= 1 && channels * slices * frames === directories.length) {
    return Array.from({ length: channels }, (_, page) => ({ page }));
  }
  throw new MilscopeError('BadImage', {
    file,
    problem: 'the hyperstack does not have the planes that it names',
    found: `${directories.length} pages`,
    expected: `${channels} channels × ${slices} slices × ${frames} frames`,
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
    found: `${pages.length} pages, ${claimed} bytes, in a file of ${size} bytes`,
    remedy: 'copy the file again from where it came',
  });
}
