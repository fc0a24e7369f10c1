import { MilscopeError } from '../../errors.ts';
import type { Colour } from '../../pixels/palette.ts';
import { micrometresIn, type PixelSize, sizeOfPixel } from '../pixel-size.ts';

/** What OME-XML says of its images (OME model 2016-06, in the words of that model). */
export interface Ome {
  /** Of the file itself. */
  readonly uuid?: string | undefined;
  /** The file that has the rest, where this one says only that (`BinaryOnly`). */
  readonly metadataFile?: string | undefined;
  readonly images: readonly OmePixels[];
}

/** `Pixels` of one `Image`. */
export interface OmePixels {
  /** `Name` of the image. */
  readonly name?: string | undefined;
  readonly sizeC: number;
  readonly sizeZ: number;
  readonly sizeT: number;
  /** Such as XYCZT: the dimension that changes fastest comes first. */
  readonly order: string;
  /** `Channel`, in their order. */
  readonly names: readonly (string | undefined)[];
  readonly colours: readonly (Colour | undefined)[];
  readonly pixelSize?: PixelSize | undefined;
  /** `TiffData`, in their order. */
  readonly blocks: readonly OmeBlock[];
}

/** `TiffData`: planes from one on, in `order`, and the page (IFD) that the first of them is. */
export interface OmeBlock {
  readonly ifd?: number | undefined;
  readonly first: { readonly c: number; readonly z: number; readonly t: number };
  readonly count?: number | undefined;
  readonly uuid?: string | undefined;
  /** Without its folder, where the planes are in a named file. */
  readonly file?: string | undefined;
}

/** Elements in elements, at most; the model has some ten levels. */
const DEEPEST = 100;
/** Channels, at most. */
const MOST_CHANNELS = 1024;

type Element = Readonly<Record<string, unknown>>;

/** Whether a description is OME-XML. */
export function isOme(description: string): boolean {
  return /^\s*</.test(description) && /<(\w+:)?OME[\s/>]/.test(description.slice(0, 4096));
}

/**
 * Parses OME-XML. Entities of its own making (`<!ENTITY …>`) are refused, not expanded.
 *
 * @param file that it stands in
 * @throws BadImage when it is no XML, or says something that cannot be.
 */
export async function parseOme(xml: string, file: string): Promise<Ome> {
  const refuse = (problem: string, found?: string, expected?: string): MilscopeError => {
    const remedy = 'save the image again in the program that wrote it, or as a plain TIFF';
    return new MilscopeError('BadImage', { file, problem, found, expected, remedy });
  };
  const root = await rootOf(xml, refuse);
  const whole = (of: Element, name: string, otherwise?: number): number | undefined => {
    const text = of[name];
    if (text === undefined) return otherwise;
    if (typeof text === 'string' && /^\d{1,10}$/.test(text.trim())) return Number(text);
    throw refuse(`${name} in the OME-XML is no whole number`, String(text).slice(0, 40));
  };
  const size = (pixels: Element, name: string): number => {
    const value = whole(pixels, name, 1)!;
    const most = name === 'SizeC' ? MOST_CHANNELS : 2 ** 31;
    if (value < 1 || value > most) throw refuse(`${name} in the OME-XML cannot be`, String(value), `1 to ${most}`);
    return value;
  };
  const block = (data: Element): OmeBlock => {
    const uuid = element(data.UUID);
    const named = text(uuid?.FileName);
    return {
      ifd: whole(data, 'IFD'),
      first: { c: whole(data, 'FirstC', 0)!, z: whole(data, 'FirstZ', 0)!, t: whole(data, 'FirstT', 0)! },
      count: whole(data, 'PlaneCount'),
      uuid: text(uuid?.['#text'] ?? data.UUID),
      file: named?.split(/[/\\]/).at(-1),
    };
  };
  const image = (each: unknown): OmePixels | undefined => {
    const pixels = element(element(each)?.Pixels);
    if (pixels === undefined) return undefined;
    const order = text(pixels.DimensionOrder) ?? 'XYCZT';
    if (!/^XY(CZT|CTZ|ZCT|ZTC|TCZ|TZC)$/.test(order)) throw refuse('DimensionOrder in the OME-XML cannot be', order);
    return {
      name: text(element(each)?.Name),
      sizeC: size(pixels, 'SizeC'),
      sizeZ: size(pixels, 'SizeZ'),
      sizeT: size(pixels, 'SizeT'),
      order,
      names: list(pixels.Channel).map((channel) => text(element(channel)?.Name)),
      colours: list(pixels.Channel).map((channel) => colour(element(channel)?.Color)),
      pixelSize: pixelSize(pixels),
      blocks: list(pixels.TiffData).map((data) => block(element(data) ?? {})),
    };
  };
  return {
    uuid: text(root?.UUID),
    metadataFile: text(element(root?.BinaryOnly)?.MetadataFile),
    images: list(root?.Image).flatMap((each) => image(each) ?? []),
  };
}

/** The element `OME`. The XML library takes as long to load as some commands to run, and few screens need it. */
async function rootOf(xml: string, refuse: (problem: string, found?: string) => MilscopeError) {
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw refuse('the OME-XML defines entities of its own, which are not read');
  try {
    const { XMLParser, XMLValidator } = await import('fast-xml-parser');
    const valid = XMLValidator.validate(xml);
    if (valid !== true) throw new Error(`${valid.err.msg} (line ${valid.err.line})`);
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '',
      removeNSPrefix: true,
      parseTagValue: false,
      maxNestedTags: DEEPEST,
      htmlEntities: true,
      isArray: (name) => ['Image', 'Channel', 'TiffData'].includes(name),
    });
    return element((parser.parse(xml) as Element).OME);
  } catch (cause) {
    throw refuse('the OME-XML of the image cannot be read', cause instanceof Error ? cause.message : String(cause));
  }
}

function pixelSize(pixels: Element): OmePixels['pixelSize'] {
  const along = (axis: 'X' | 'Y'): number => {
    const unit = micrometresIn(text(pixels[`PhysicalSize${axis}Unit`]) ?? 'µm');
    return Number(text(pixels[`PhysicalSize${axis}`]) ?? Number.NaN) * (unit ?? Number.NaN);
  };
  return sizeOfPixel(along('X'), along('Y'));
}

/** Red, green, blue and opacity in the bytes of a signed integer of 32 bits. */
function colour(value: unknown): Colour | undefined {
  const written = text(value);
  if (written === undefined || !/^-?\d{1,10}$/.test(written)) return undefined;
  const bits = Number(written) >>> 0;
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255];
}

function element(value: unknown): Element | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Element) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  const trimmed = typeof value === 'string' ? value.trim() : '';
  return trimmed === '' ? undefined : trimmed;
}
