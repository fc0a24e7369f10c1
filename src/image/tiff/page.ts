import { MilscopeError } from '../../errors.ts';
import type { TiffDirectory } from './directory.ts';
import { type Segments, segmentsOf } from './segments.ts';
import { black, compressions, deflate, jpeg, none, palette, rgb, tags, white, ycbcr, zstandard } from './tags.ts';

/** How the pixels of one page are stored, checked to be what milscope can give exactly. */
export interface TiffPage extends Segments {
  readonly directory: TiffDirectory;
  readonly width: number;
  readonly height: number;
  /** Bits of a sample in the file: 1, 2, 4, 8, 12, 16 or 32. */
  readonly bits: number;
  readonly type: 'unsigned' | 'signed' | 'float';
  /** Samples of a pixel that are intensities, once a palette is looked up. */
  readonly samples: number;
  /** Samples of a pixel as they are stored: places in a palette are one, alpha is one more. */
  readonly stored: number;
  readonly palette: boolean;
  /** Whether the pixels are several samples of grey side by side. */
  readonly wide: boolean;
  /** Whether each sample has strips or tiles of its own. */
  readonly planar: boolean;
  readonly photometric: number;
  readonly compression: number;
  readonly predictor: number;
}

const straightAlpha = 2;

/**
 * What a directory says of its pixels, refusing what cannot be given as it is: sharp decodes some files to other
 * intensities than they hold. A palette counts as one grey channel when all its entries are grey, whichever of them the
 * pixels use, and as RGB otherwise.
 *
 * @param size of the file in bytes: no page may claim more pixels than its strips can hold.
 */
export function readPage(directory: TiffDirectory, { file, size }: { file: string; size: number }): TiffPage {
  const refuse = (problem: string, found: string | number, expected?: string, remedy?: string): never => {
    throw new MilscopeError('BadImage', { file, problem, found: String(found), expected, remedy });
  };
  const coding = codingOf(directory, refuse);
  const { samples, stored, planar, wide, indexed } = samplesOf(directory, { coding, refuse });
  const fillOrder = firstValue(directory, tags.fillOrder, 1);
  if (fillOrder !== 1 && (coding.bits === 12 || coding.compression === zstandard)) {
    refuse('bits in reverse order are not read here', `fill order ${fillOrder} of ${coding.bits} bits`);
  }
  const [width, height] = [firstValue(directory, tags.imageWidth, 0), firstValue(directory, tags.imageLength, 0)];
  const { bits, compression } = coding;
  const layout = { width, height, bits, samples: stored, planar, compression };
  return {
    directory,
    width,
    height,
    samples,
    stored,
    palette: indexed,
    wide,
    planar,
    ...coding,
    ...segmentsOf(directory, { ...layout, file, size }),
  };
}

/**
 * A page whose samples are numbers rather than intensities: places in a palette become greys, and greys of which 0 is white
 * are not inverted.
 */
export function asNumbers(page: TiffPage): TiffPage {
  if (page.palette) return { ...page, palette: false, samples: 1, photometric: black };
  return page.photometric === white ? { ...page, photometric: black } : page;
}

type Refuse = (problem: string, found: string | number, expected?: string, remedy?: string) => never;

function firstValue({ numbers }: TiffDirectory, tag: number, otherwise: number): number {
  return numbers.get(tag)?.[0] ?? otherwise;
}

type Coding = Pick<TiffPage, 'compression' | 'photometric' | 'bits' | 'type' | 'predictor'>;

/** How samples are coded, where their compression, colour model, type and predictor go together. */
function codingOf(directory: TiffDirectory, refuse: Refuse): Coding {
  const compression = firstValue(directory, tags.compression, none);
  if (!compressions.has(compression)) {
    const known = [...new Set([...compressions.values()].map(({ name }) => name))].join(', ');
    const remedy = 'save the image with LZW or deflate, or without compression';
    refuse('the compression of the TIFF is not read', `code ${compression}`, known, remedy);
  }
  const photometric = firstValue(directory, tags.photometric, black);
  if (![white, black, rgb, palette].includes(photometric) && !(photometric === ycbcr && compression === jpeg)) {
    refuse('this colour model is not read', `photometric interpretation ${photometric}`, 'grey, RGB or a palette');
  }
  const { bits, type } = sampleType(directory, { photometric, refuse });
  const predictor = compression === jpeg || compression === none ? 1 : firstValue(directory, tags.predictor, 1);
  if (![1, 2, 3].includes(predictor) || (predictor === 2 && bits < 8) || (predictor === 3 && type !== 'float')) {
    refuse('the predictor of the TIFF is not one for its pixels', `predictor ${predictor} for ${bits} bits`);
  }
  const packed = bits === 12 && (predictor > 1 || ![none, zstandard, ...deflate].includes(compression));
  if (packed || (compression === jpeg && bits !== 8)) {
    const remedy = 'save the image with 16 bits a sample';
    refuse('samples of so many bits are not read with this compression', bits, undefined, remedy);
  }
  return { compression, photometric, bits, type, predictor };
}

/** What the samples of a pixel are, where they go together with the colours and the coding. */
function samplesOf(
  directory: TiffDirectory,
  { coding, refuse }: { coding: Coding; refuse: Refuse },
): Pick<TiffPage, 'samples' | 'stored' | 'planar' | 'wide'> & { readonly indexed: boolean } {
  const { photometric, compression, bits, predictor } = coding;
  const colours = photometric === rgb || photometric === ycbcr ? 3 : 1;
  const stored = firstValue(directory, tags.samplesPerPixel, 1);
  const extras = directory.numbers.get(tags.extraSamples) ?? [];
  const planar = firstValue(directory, tags.planarConfiguration, 1) === 2 && stored > 1;
  const alpha = stored === colours + 1 && extras[0] === straightAlpha;
  const grey = photometric === white || photometric === black;
  const severalGreys = grey && stored > 1 && extras.every((extra) => extra === 0);
  if (stored !== colours && !alpha && !severalGreys) {
    refuse(
      'the pixels have another number of samples than their colours need',
      `${stored} samples a pixel${extras[0] === 1 ? ', multiplied by alpha' : ''}`,
      `${colours}, or ${colours + 1} with the last marked as alpha that is not multiplied in`,
      'save the image without alpha, and several channels as pages of one TIFF or as a file each',
    );
  }
  const wide = severalGreys && !planar;
  if (
    (wide && (predictor > 1 || bits % 8 !== 0 || compression === jpeg)) ||
    (planar && [ycbcr, palette].includes(photometric))
  ) {
    refuse(
      'several samples a pixel are not read with this compression',
      `${stored} samples of ${bits} bits, ${compressions.get(compression)?.name}, predictor ${predictor}`,
      undefined,
      'save the channels as pages of one TIFF',
    );
  }
  const indexed = photometric === palette;
  const coloured = indexed ? !hasGreyPalette(directory, { coding, refuse }) : colours === 3;
  return { samples: severalGreys ? stored : coloured ? 3 : 1, stored, planar, wide, indexed };
}

function hasGreyPalette(
  { numbers }: TiffDirectory,
  { coding: { bits, type }, refuse }: { coding: Coding; refuse: Refuse },
): boolean {
  const colorMap = numbers.get(tags.colorMap) ?? [];
  if (bits > 8 || type !== 'unsigned' || colorMap.length !== 3 * 2 ** bits) {
    refuse('the palette does not fit its pixels', `${colorMap.length} numbers for ${bits} bits`);
  }
  return isGreyPalette(colorMap);
}

function sampleType(
  { numbers }: TiffDirectory,
  { photometric, refuse }: { photometric: number; refuse: Refuse },
): Pick<TiffPage, 'bits' | 'type'> {
  const depths = new Set(numbers.get(tags.bitsPerSample) ?? [1]);
  const formats = new Set(numbers.get(tags.sampleFormat) ?? [1]);
  const [bits, format] = [[...depths][0] ?? 1, [...formats][0]];
  const type =
    formats.size > 1 || depths.size > 1 ? undefined : ([undefined, 'unsigned', 'signed', 'float'] as const)[format!];
  const known = { unsigned: [1, 2, 4, 8, 12, 16, 32], signed: [8, 16, 32], float: [32] };
  // Wide integers and signed ones are grey, with black as zero.
  const plain = bits === 32 && type !== 'float' ? photometric === black : type === 'unsigned' || photometric !== white;
  if (type !== undefined && known[type].includes(bits) && plain) {
    return { bits, type };
  }
  const kinds = ['undefined', 'unsigned integer', 'signed integer', 'float'];
  return refuse(
    'pixels of this type are not read',
    `${[...formats].map((code) => kinds[code] ?? 'complex').join(', ')} of ${[...depths].join(', ')} bits`,
    'unsigned integers of 8, 12, 16 or 32 bits, signed ones of 8, 16 or 32, or float of 32 bits',
    'convert the image in the program that wrote it',
  );
}

/** A ColorMap is all reds, all greens, all blues. */
function isGreyPalette(colours: readonly number[]): boolean {
  const count = colours.length / 3;
  return colours.every((value, i) => value === colours[i % count]);
}

/** Whether a page is a smaller copy of another or a mask, and so no image of its own. */
export function isCopyOrMask({ numbers }: TiffDirectory): boolean {
  const kind = numbers.get(tags.newSubfileType)?.[0] ?? 0;
  return (kind & 5) !== 0 || numbers.get(tags.subfileType)?.[0] === 2;
}
