import { MilscopeError } from '../errors.ts';
import type { ReadBytes } from './bytes.ts';

/** The tags of one image file directory (TIFF 6.0, section 2): their numbers, or for an ASCII tag its text. */
export interface TiffDirectory {
  readonly numbers: ReadonlyMap<number, readonly number[]>;
  readonly texts: ReadonlyMap<number, string>;
}

/** Bytes that a value of each field type takes, by its code. */
const typeSizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** BYTE, ASCII, SHORT, LONG, IFD and LONG8; signed and fractional values stand in no tag that milscope asks for. */
const readableTypes: ReadonlySet<number> = new Set([1, 2, 3, 4, 13, 16]);
const ascii = 2;

/** Whether a file that begins so is a TIFF or BigTIFF, and in which byte order. */
export function tiffFlavour(head: Uint8Array): { readonly little: boolean; readonly big: boolean } | undefined {
  const magic = String.fromCharCode(...head.subarray(0, 4));
  if (magic === 'II*\0' || magic === 'MM\0*') return { little: magic.startsWith('I'), big: false };
  if (magic === 'II+\0' || magic === 'MM\0+') return { little: magic.startsWith('I'), big: true };
  return undefined;
}

/**
 * Every directory in the main chain of a TIFF or BigTIFF, with those of its tags that are in `wanted`.
 *
 * @throws BadImage when the chain leads out of the file or in a circle, as in a file cut short.
 */
export function readTiffDirectories(
  read: ReadBytes,
  { file, wanted }: { file: string; wanted: ReadonlySet<number> },
): TiffDirectory[] {
  const flavour = tiffFlavour(read(0, 4));
  if (flavour === undefined) throw new MilscopeError('BadImage', { file, problem: 'this is no TIFF' });
  const { little, big } = flavour;
  const view = (offset: number, length: number): DataView => {
    const bytes = read(offset, length);
    if (bytes.length < length) {
      throw new MilscopeError('BadImage', {
        file,
        problem: 'the TIFF is cut short: its directory points behind its end',
        remedy: 'copy the file again from where it came',
      });
    }
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
  const number = (data: DataView, at: number, size: number): number => {
    if (size === 1) return data.getUint8(at);
    if (size === 2) return data.getUint16(at, little);
    if (size === 4) return data.getUint32(at, little);
    return Number(data.getBigUint64(at, little));
  };
  const word = big ? 8 : 4;
  const entrySize = big ? 20 : 12;

  const readDirectory = (offset: number): { directory: TiffDirectory; next: number } => {
    const countSize = big ? 8 : 2;
    const count = number(view(offset, countSize), 0, countSize);
    const entries = view(offset + countSize, count * entrySize + word);
    const numbers = new Map<number, number[]>();
    const texts = new Map<number, string>();
    for (let i = 0; i < count; i++) {
      const at = i * entrySize;
      const tag = entries.getUint16(at, little);
      const type = entries.getUint16(at + 2, little);
      const size = typeSizes[type] ?? 0;
      const length = number(entries, at + 4, word);
      const inline = length * size <= word;
      const start = at + 4 + word;
      const outside = inline ? 0 : number(entries, start, word);
      // The values of a tag that is not wanted must be there too: where they are not, the file was cut short.
      if (!inline) view(outside + length * size - 1, 1);
      if (!wanted.has(tag) || !readableTypes.has(type)) continue;
      const data = inline ? entries : view(outside, length * size);
      const from = inline ? start : 0;
      const values = Array.from({ length }, (_, k) => number(data, from + k * size, size));
      if (type === ascii) texts.set(tag, String.fromCharCode(...values.slice(0, 4096)));
      else numbers.set(tag, values);
    }
    return { directory: { numbers, texts }, next: number(entries, count * entrySize, word) };
  };

  const directories: TiffDirectory[] = [];
  const visited = new Set<number>();
  let offset = big ? number(view(8, 8), 0, 8) : number(view(4, 4), 0, 4);
  while (offset !== 0) {
    if (visited.has(offset)) {
      throw new MilscopeError('BadImage', { file, problem: 'the directories of the TIFF lead in a circle' });
    }
    visited.add(offset);
    const { directory, next } = readDirectory(offset);
    directories.push(directory);
    offset = next;
  }
  return directories;
}
