import { MilscopeError } from '../../errors.ts';
import type { ReadBytes } from '../bytes.ts';
import { tags, tagsOfSegments } from './tags.ts';

/** The tags of one image file directory (TIFF 6.0, section 2): their numbers, or for an ASCII tag its text. */
export interface TiffDirectory {
  readonly numbers: ReadonlyMap<number, readonly number[]>;
  readonly texts: ReadonlyMap<number, string>;
}

/** The directories of a TIFF, in the order of their chain, and its byte order. */
export interface TiffDirectories {
  readonly little: boolean;
  readonly directories: readonly TiffDirectory[];
}

/** Bytes that a value of each field type takes, by its code. */
const typeSizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, IFD and LONG8; signed values stand in no tag that is asked for. */
const readableTypes: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 7, 13, 16]);
const ascii = 2;
const rational = 5;
const wanted: ReadonlySet<number> = new Set(Object.values(tags));

/** The longest value of a tag other than those of strips and tiles: a ColorMap of 16 bits. */
const MOST_VALUES = 3 * 65536;
/** The longest text, in bytes. OME-XML of a whole plate is that long. */
const LONGEST_TEXT = 32 * 2 ** 20;

/** Whether a file that begins so is a TIFF or BigTIFF, and in which byte order. */
export function tiffFlavour(head: Uint8Array): { readonly little: boolean; readonly big: boolean } | undefined {
  const magic = String.fromCharCode(...head.subarray(0, 4));
  if (magic === 'II*\0' || magic === 'MM\0*') return { little: magic.startsWith('I'), big: false };
  if (magic === 'II+\0' || magic === 'MM\0+') return { little: magic.startsWith('I'), big: true };
  return undefined;
}

/**
 * Every directory in the main chain of a TIFF or BigTIFF, with the tags that milscope asks for; of texts only those of
 * the first. Directories that hang on a tag (SubIFDs, such as the smaller copies of a pyramid) are not among them.
 *
 * @throws BadImage when the chain leads out of the file or in a circle, as in a file cut short, or when directories lie
 *   over each other, so that reading them would take for ever.
 */
export async function readTiffDirectories(
  read: ReadBytes,
  { file, size }: { file: string; size: number },
): Promise<TiffDirectories> {
  const flavour = tiffFlavour(await read(0, 4));
  if (flavour === undefined) throw new MilscopeError('BadImage', { file, problem: 'this is no TIFF' });
  const { little, big } = flavour;
  const corrupt = (problem: string, found?: string): MilscopeError =>
    new MilscopeError('BadImage', { file, problem, found, remedy: 'copy the file again from where it came' });
  const bytesAt = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = await read(offset, length);
    if (bytes.length < length) throw corrupt('the TIFF is cut short: its directory points beyond the end of the file');
    return bytes;
  };
  // Directories of an honest file are apart from each other; values may be shared, but not by all with all.
  const left = { entries: size, values: 16 * size + 2 ** 20 };
  const tiff: TiffBytes = { bytesAt, corrupt, size, little, big, left };

  const directories: TiffDirectory[] = [];
  const visited = new Set<number>();
  const word = big ? 8 : 4;
  let offset = numberAt(viewOf(await bytesAt(word, word)), { at: 0, bytes: word, little });
  while (offset !== 0) {
    if (visited.has(offset)) throw corrupt('the directories of the TIFF lead in a circle');
    visited.add(offset);
    const { directory, next } = await readDirectory(tiff, { offset, first: directories.length === 0 });
    directories.push(directory);
    offset = next;
  }
  return { little, directories };
}

/** A TIFF that is read, and how much of it may still be. */
interface TiffBytes {
  /** @throws BadImage where the file ends before */
  readonly bytesAt: (offset: number, length: number) => Promise<Uint8Array>;
  readonly corrupt: (problem: string, found?: string) => MilscopeError;
  readonly size: number;
  readonly little: boolean;
  readonly big: boolean;
  /** Bytes of entries and of values that an honest file may still have. */
  readonly left: { entries: number; values: number };
}

async function readDirectory(
  tiff: TiffBytes,
  { offset, first }: { offset: number; first: boolean },
): Promise<{ directory: TiffDirectory; next: number }> {
  const { bytesAt, corrupt, little, big, left } = tiff;
  const [word, countSize, entrySize] = big ? [8, 8, 20] : [4, 2, 12];
  const count = numberAt(viewOf(await bytesAt(offset, countSize)), { at: 0, bytes: countSize, little });
  const length = count * entrySize + word;
  const entries = viewOf(await bytesAt(offset + countSize, length));
  left.entries -= length;
  if (left.entries < 0) throw corrupt('the directories of the TIFF lie over each other');
  const numbers = new Map<number, readonly number[]>();
  const texts = new Map<number, string>();
  for (let i = 0; i < count; i++) {
    const found = await readEntry(tiff, { entries, at: i * entrySize, first });
    if (found === undefined) continue;
    if (typeof found.value === 'string') texts.set(found.tag, found.value);
    else numbers.set(found.tag, found.value);
  }
  const next = numberAt(entries, { at: count * entrySize, bytes: word, little });
  return { directory: { numbers, texts }, next };
}

/** The value of a tag; undefined for one that is not asked for. */
async function readEntry(
  tiff: TiffBytes,
  { entries, at, first }: { entries: DataView; at: number; first: boolean },
): Promise<{ readonly tag: number; readonly value: readonly number[] | string } | undefined> {
  const { bytesAt, corrupt, size, little, big, left } = tiff;
  const word = big ? 8 : 4;
  const tag = entries.getUint16(at, little);
  const type = entries.getUint16(at + 2, little);
  const bytes = typeSizes[type] ?? 0;
  const values = numberAt(entries, { at: at + 4, bytes: word, little });
  const inline = values * bytes <= word;
  const start = at + 4 + word;
  const outside = inline ? 0 : numberAt(entries, { at: start, bytes: word, little });
  // The values of a tag that is not wanted must be there too: where they are not, the file was cut short.
  if (!inline) await bytesAt(outside + values * bytes - 1, 1);
  if (!wanted.has(tag) || !readableTypes.has(type) || (type === ascii && !first)) return undefined;
  const most = type === ascii ? LONGEST_TEXT : tagsOfSegments.has(tag) ? size : MOST_VALUES;
  if (values > most) throw corrupt(`tag ${tag} of the TIFF has more values than it can have`, String(values));
  left.values -= values * bytes;
  if (left.values < 0) throw corrupt('the tags of the TIFF lie over each other');
  if (tag === tags.uic2) return { tag, value: await planesOfMetaMorph(tiff, { planes: values, offset: outside }) };
  const data = inline ? entries : viewOf(await bytesAt(outside, values * bytes));
  const from = inline ? start : 0;
  if (type === rational) {
    const half = (k: number) => numberAt(data, { at: from + k * 4, bytes: 4, little });
    return { tag, value: Array.from({ length: values }, (_, k) => half(2 * k) / half(2 * k + 1)) };
  }
  if (type !== ascii) {
    const numbers = Array.from({ length: values }, (_, k) => numberAt(data, { at: from + k * bytes, bytes, little }));
    return { tag, value: numbers };
  }
  const text = new Uint8Array(data.buffer, data.byteOffset + from, values);
  return { tag, value: new TextDecoder().decode(text).replace(/\0+$/, '') };
}

/** Numbers that MetaMorph keeps of a plane of a stack, four bytes each. */
const NUMBERS_OF_PLANE = 6;

/** How many planes there are, and then their numbers, which are more than the tag says; without them where they are not there. */
async function planesOfMetaMorph(
  { bytesAt, left, size, little }: TiffBytes,
  { planes, offset }: { planes: number; offset: number },
): Promise<readonly number[]> {
  const length = planes * NUMBERS_OF_PLANE * 4;
  left.values -= length;
  if (offset + length > size || left.values < 0) return [planes];
  const data = viewOf(await bytesAt(offset, length));
  const numbers = Array.from({ length: planes * NUMBERS_OF_PLANE }, (_, k) =>
    numberAt(data, { at: 4 * k, bytes: 4, little }),
  );
  return [planes, ...numbers];
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** An unsigned number of one, two, four or eight bytes. */
function numberAt(data: DataView, { at, bytes, little }: { at: number; bytes: number; little: boolean }): number {
  if (bytes === 1) return data.getUint8(at);
  if (bytes === 2) return data.getUint16(at, little);
  if (bytes === 4) return data.getUint32(at, little);
  return Number(data.getBigUint64(at, little));
}
