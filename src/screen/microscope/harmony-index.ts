import { MilscopeError } from '../../errors.ts';
import { micrometresIn, sizeOfPixel, squareSide } from '../../image/pixel-size.ts';

/** What an index says of one image, in its own words. */
export interface HarmonyImage {
  readonly row: string;
  readonly column: string;
  readonly field: string;
  readonly plane: string;
  readonly time: string;
  readonly channel: string;
  /** Side of a pixel (µm). */
  readonly pixelSize?: number | undefined;
}

/** What Harmony writes about the images of a measurement. */
export interface HarmonyIndex {
  readonly plate: string | undefined;
  /** Names of channels by their number; a name that two of them have is followed by the number. */
  readonly channels: ReadonlyMap<string, string>;
  /** By the name of the file, in lower case. */
  readonly images: ReadonlyMap<string, HarmonyImage>;
}

/** An element as it is parsed: text, or elements by name. */
type Element = Readonly<Record<string, unknown>>;

/** What the names of attributes begin with, to be told from those of elements. */
const ATTRIBUTE = '@';

/** Elements that there may be many of, so that one alone is a list too. */
const many = new Set(['Plate', 'Map', 'Entry', 'Image']);

/**
 * Reads `Index.idx.xml` (Harmony 5) or `Index.xml` (6 and 7): the name of the plate, those of the channels, and where each
 * image is and how large its pixels are. Of a channel, name and size stand with each image (5) or once in the maps (7); its
 * name is in the text of its flat-field profile, too. Image elements without a place are passed over.
 *
 * @param most bytes that it may have
 * @throws BadTable when it is larger, declares a document type (whose entities could be expanded without end), or is no
 *   such index.
 */
export async function parseHarmonyIndex(
  bytes: Uint8Array,
  { file, most }: { file: string; most: number },
): Promise<HarmonyIndex> {
  const refuse = (found: string, cause?: unknown) =>
    new MilscopeError('BadTable', {
      file,
      problem: 'this index of a measurement cannot be read',
      found,
      remedy:
        'export the measurement again, or take the index away: plate and channels are then called after the files',
      cause,
    });
  if (bytes.length > most) throw refuse(`${bytes.length} bytes`);
  const text = new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-8').decode(bytes);
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw refuse('a declaration of a document type');
  const { XMLParser } = await import('fast-xml-parser');
  const parser = new XMLParser({
    removeNSPrefix: true,
    parseTagValue: false,
    ignoreAttributes: false,
    attributeNamePrefix: ATTRIBUTE,
    ignoreDeclaration: true,
    ignorePiTags: true,
    isArray: (name, _path, isLeaf) => many.has(name) && !isLeaf,
  });
  let root: Element | undefined;
  try {
    root = Object.values(parser.parse(text, true) as Element).find(isElement);
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  const images = listOf(root?.Images, 'Image');
  if (root === undefined || images.length === 0) throw refuse('no list of images');
  const entries = listOf(root.Maps, 'Map')
    .flatMap((map) => listOf(map, 'Entry'))
    .map((entry): Element => ({ ChannelID: entry[`${ATTRIBUTE}ChannelID`], ...entry }));
  const profiles = entries.map(({ ChannelID, FlatfieldProfile }): Element => {
    const [, name] = /\bChannelName:\s*"?([^",{}]+)/.exec(textOf(FlatfieldProfile) ?? '') ?? [];
    return { ChannelID, ChannelName: name };
  });
  const sizes = new Map(
    entries.flatMap((entry) => {
      const [id, size] = [wholeOf(entry.ChannelID), pixelSizeOf(entry)];
      return id === undefined || size === undefined ? [] : [[id, size] as const];
    }),
  );
  const [plate] = listOf(root.Plates, 'Plate');
  return {
    plate: textOf(plate?.Name) ?? textOf(plate?.PlateID),
    channels: channelNames([...entries, ...images, ...profiles]),
    images: new Map(images.flatMap((image) => placeOfImage(image, sizes) ?? [])),
  };
}

function placeOfImage(image: Element, sizes: ReadonlyMap<string, number>): [string, HarmonyImage][] | undefined {
  const name = textOf(image.URL)?.split(/[\\/]/).at(-1)?.toLowerCase();
  const [row, column, field, channel] = [image.Row, image.Col, image.FieldID, image.ChannelID].map(wholeOf);
  if (!name || row === undefined || column === undefined || field === undefined || channel === undefined) return;
  const [plane, time] = [image.PlaneID, image.TimepointID].map(wholeOf);
  const pixelSize = pixelSizeOf(image) ?? sizes.get(channel);
  return [[name, { row, column, field, plane: plane ?? '1', time: time ?? '1', channel, pixelSize }]];
}

/** The side of a pixel in micrometres; sizes are in metres unless they have another unit. */
function pixelSizeOf(element: Element): number | undefined {
  const [x, y] = ['X', 'Y'].map((axis) => {
    const value = element[`ImageResolution${axis}`];
    const unit = isElement(value) ? textOf(value[`${ATTRIBUTE}Unit`]) : undefined;
    return Number(textOf(value) ?? Number.NaN) * (micrometresIn(unit ?? 'm') ?? Number.NaN);
  });
  return squareSide(sizeOfPixel(x!, Number.isNaN(y!) ? x! : y!));
}

function channelNames(elements: readonly Element[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { ChannelID, ChannelName } of elements) {
    const [id, name] = [wholeOf(ChannelID), textOf(ChannelName)];
    if (id !== undefined && name !== undefined && !names.has(id)) names.set(id, name);
  }
  const all = [...names.values()];
  const isUnique = (name: string) => all.filter((other) => other === name).length === 1;
  return new Map([...names].map(([id, name]) => [id, isUnique(name) ? name : `${name} ${id}`]));
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null;
}

function listOf(parent: unknown, name: string): readonly Element[] {
  const list = isElement(parent) ? parent[name] : undefined;
  return Array.isArray(list) ? list.filter(isElement) : [];
}

function textOf(value: unknown): string | undefined {
  const text = isElement(value) ? value['#text'] : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}

function wholeOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^\d{1,9}$/.test(text) ? String(Number(text)) : undefined;
}
