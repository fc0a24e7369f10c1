import { MilscopeError } from '../errors.ts';
import type { ReadBytes } from './bytes.ts';
import type { ImageHeader } from './image.ts';
import { readTiffDirectories, type TiffDirectory } from './tiff-directory.ts';

/** The tags that say how pixels are stored, by their names in TIFF 6.0. */
const tags = {
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  imageDescription: 270,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  colorMap: 320,
  tileWidth: 322,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

const wanted: ReadonlySet<number> = new Set(Object.values(tags));

const compressions = new Map([
  [1, 'none'],
  [5, 'LZW'],
  [7, 'JPEG'],
  [8, 'deflate'],
  [32946, 'deflate'],
  [32773, 'PackBits'],
]);

const [white, black, rgb, palette, ycbcr] = [0, 1, 2, 3, 6];
const straightAlpha = 2;

/** How the pixels of one page are stored. */
interface Page {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly samples: 1 | 3;
  readonly palette: boolean;
}

/**
 * The header of a TIFF, refusing what cannot be given as it is: sharp decodes some files to other intensities than they
 * hold (more than one sample of grey, signed integers, half floats) or turns pages away without saying so. A palette
 * counts as one grey channel when all its entries are grey, whichever of them the pixels use, and as RGB otherwise.
 */
export function tiffHeader(read: ReadBytes, { file, size }: { file: string; size: number }): ImageHeader {
  const directories = readTiffDirectories(read, { file, wanted });
  const pages = directories.map((directory) => readPage(directory, file));
  const [first] = pages;
  if (first === undefined) throw new MilscopeError('BadImage', { file, problem: 'the TIFF has no page' });
  for (const directory of directories) checkExtent(directory, { file, size });
  checkPages(pages, file);
  checkImageJ(directories, file);
  const { bits, ...shape } = first;
  const bitDepth = bits === 32 ? 32 : bits === 16 ? 16 : 8;
  return { format: 'tiff', ...shape, channels: pages.length * first.samples, pages: pages.length, bitDepth };
}

function readPage(directory: TiffDirectory, file: string): Page {
  const value = (tag: number, otherwise: number): number => directory.numbers.get(tag)?.[0] ?? otherwise;
  const refuse = (problem: string, found: string | number, expected?: string, remedy?: string): never => {
    throw new MilscopeError('BadImage', { file, problem, found: String(found), expected, remedy });
  };
  const depths = new Set(directory.numbers.get(tags.bitsPerSample) ?? [1]);
  const bits = [...depths][0]!;
  const format = new Set(directory.numbers.get(tags.sampleFormat) ?? [1]);
  const float = format.size === 1 && format.has(3);
  const photometric = value(tags.photometric, black);
  const known = float ? bits === 32 && photometric !== white : format.has(1) && format.size === 1;
  if (!known || depths.size > 1 || !(float ? [32] : [1, 2, 4, 8, 16]).includes(bits)) {
    const kind = ['undefined', 'unsigned integer', 'signed integer', 'float'];
    refuse(
      'pixels of this type are not read',
      `${[...format].map((code) => kind[code] ?? 'complex').join(', ')} of ${[...depths].join(', ')} bits`,
      'unsigned integers of 8 or 16 bits, or float of 32 bits',
      'convert the image in the program that wrote it',
    );
  }

  const compression = value(tags.compression, 1);
  if (!compressions.has(compression)) {
    refuse(
      'the compression of the TIFF is not read',
      compression === 50000 ? 'Zstandard' : `code ${compression}`,
      [...new Set(compressions.values())].join(', '),
      'save the image with LZW or deflate, or without compression',
    );
  }

  const colours = [rgb, ycbcr].includes(photometric) ? 3 : 1;
  if (![white, black, rgb, palette].includes(photometric) && !(photometric === ycbcr && compression === 7)) {
    refuse('this colour model is not read', `photometric interpretation ${photometric}`, 'grey, RGB or a palette');
  }
  const extra = value(tags.samplesPerPixel, 1) - colours;
  const alpha = value(tags.extraSamples, 0);
  if (extra < 0 || extra > 1 || (extra === 1 && alpha !== straightAlpha)) {
    refuse(
      'the pixels have another number of samples than their colours need',
      `${extra + colours} samples a pixel${extra === 1 && alpha === 1 ? ', multiplied by alpha' : ''}`,
      `${colours}, or ${colours + 1} with the last marked as alpha that is not multiplied in`,
      'save the image without alpha, and several channels as pages of one TIFF or as a file each',
    );
  }
  if (value(tags.planarConfiguration, 1) === 2 && colours + extra > 1 && directory.numbers.has(tags.tileWidth)) {
    refuse('tiles of separate planes are not read', 'a tiled, planar TIFF', 'strips, or interleaved samples');
  }
  const indexed = photometric === palette;
  const coloured = indexed ? !isGreyPalette(directory.numbers.get(tags.colorMap) ?? []) : colours === 3;
  const [width, height] = [value(tags.imageWidth, 0), value(tags.imageLength, 0)];
  return { width, height, bits, samples: coloured ? 3 : 1, palette: indexed };
}

/** A ColorMap is all reds, all greens, all blues. */
function isGreyPalette(colours: readonly number[]): boolean {
  const count = colours.length / 3;
  return colours.every((value, i) => value === colours[i % count]);
}

/** Every strip and tile must lie in the file, or it was cut short. */
function checkExtent({ numbers }: TiffDirectory, { file, size }: { file: string; size: number }): void {
  const offsets = numbers.get(tags.tileOffsets) ?? numbers.get(tags.stripOffsets) ?? [];
  const counts = numbers.get(tags.tileByteCounts) ?? numbers.get(tags.stripByteCounts) ?? [];
  if (offsets.length === 0)
    throw new MilscopeError('BadImage', { file, problem: 'the TIFF has a page without pixels' });
  // Some writers count the last strip as long as the others, though the image ends before it does.
  const raw = (numbers.get(tags.compression)?.[0] ?? 1) === 1 && !numbers.has(tags.tileOffsets);
  const end = offsets.reduce((furthest, offset, i) => {
    const last = raw && i === offsets.length - 1;
    return Math.max(furthest, offset + (last ? 1 : (counts[i] ?? 1)));
  }, 0);
  if (end <= size) return;
  throw new MilscopeError('BadImage', {
    file,
    problem: 'the TIFF is cut short: some of its pixels are missing',
    found: `${size} bytes`,
    expected: `at least ${end}`,
    remedy: 'copy the file again from where it came',
  });
}

/** Pages are channels: grey, and of one size and depth. */
function checkPages(pages: readonly Page[], file: string): void {
  const [first] = pages;
  const say = (page: Page | undefined): string =>
    `${page?.samples === 3 ? 'RGB' : 'grey'} ${page?.width} × ${page?.height} of ${page?.bits} bits`;
  const odd = pages.findIndex((page) => say(page) !== say(first));
  if (odd !== -1) {
    throw new MilscopeError('BadImage', {
      file,
      problem: 'the pages of the TIFF are not alike, so they cannot be channels of one field',
      found: `page ${odd}: ${say(pages[odd])}`,
      expected: `like page 0: ${say(first)}`,
      remedy: 'save the channels alone, without thumbnails, masks or smaller copies',
    });
  }
  if (pages.length > 1 && first?.samples === 3) {
    throw new MilscopeError('BadImage', {
      file,
      problem: 'the pages of the TIFF are RGB, so they cannot be channels of one field',
      found: `${pages.length} pages`,
      expected: 'one RGB page, or pages of grey',
    });
  }
}

/** ImageJ writes a stack of more than 4 GB as one page, with the rest of its planes behind it. */
function checkImageJ(directories: readonly TiffDirectory[], file: string): void {
  const description = directories[0]?.texts.get(tags.imageDescription) ?? '';
  const planes = /^ImageJ=[\s\S]*^images=(\d+)/m.exec(description)?.[1];
  if (planes === undefined || Number(planes) <= directories.length) return;
  throw new MilscopeError('BadImage', {
    file,
    problem: 'the stack has planes that its directory does not list',
    found: `${directories.length} of ${planes} planes`,
    remedy: 'save it as a stack of less than 4 GB, or as a file a plane',
  });
}
