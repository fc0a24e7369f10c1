import type { Pixels } from '../../pixels/pixels.ts';
import type { DecodeImages, Picture } from '../decode.ts';
import { swapBytes } from './lzw.ts';
import type { TiffPage } from './page.ts';
import type { PageBytes } from './page-bytes.ts';
import { black, deflate, lzw, none, tags } from './tags.ts';

/** Bytes of a deflated strip or tile below which a decoder that takes them all at once is faster. */
const LEAST_DEFLATED = 65_536;

/**
 * Decodes strips or tiles of one unsigned sample of 8 or 16 bits that stand in the file as they are, deflated or in LZW, perhaps
 * as differences along the rows. Undefined for all others, and where anything is not as it should be: then a decoder that knows more
 * reads them, or says what is wrong.
 */
export async function decodePlainPage(
  { page, little, area, segments, pieces, alone }: PageBytes,
  { samples }: Pick<Picture, 'samples'>,
  unpackers: Unpackers,
): Promise<Uint8Array | Uint16Array | undefined> {
  if (samples !== 1 || !isPlain(page, alone)) return undefined;
  const { tiled, segment, bits, predictor, compression } = page;
  const raw = await unpackAll({ page, little, segments, pieces }, unpackers);
  if (!raw || raw.some(({ length }, i) => length !== segments[i]!.decoded)) return undefined;
  const [wide, high] = segment;
  const size = area.width * area.height;
  // What was in LZW comes finished.
  const swaps = bits === 16 && !little && compression !== lzw;
  const adds = predictor === 2 && compression !== lzw;
  const finished = (numbers: Uint8Array | Uint16Array) => {
    if (swaps) swapBytes(numbers);
    if (adds) addDifferences(numbers, wide);
    return numbers;
  };
  // What was unpacked is nobody else's; the bytes of a file may be read again.
  const mayChange = raw !== pieces || (!swaps && !adds);
  const there = mayChange && !tiled ? inPlace(raw, { bits, size }) : undefined;
  if (there) return finished(there);
  const out = bits === 8 ? new Uint8Array(size) : new Uint16Array(size);
  const across = Math.ceil(area.width / wide);
  for (const [i, bytes] of raw.entries()) {
    const [top, left] = [Math.floor(i / across) * high, (i % across) * wide];
    const numbers = (8 * bytes.length) / bits;
    const start = top * area.width;
    const own = tiled ? like(out, numbers) : out.subarray(start, start + numbers);
    new Uint8Array(own.buffer, own.byteOffset, own.byteLength).set(bytes);
    finished(own);
    if (tiled) copyTile(own, { wide, top, left, area }, out);
  }
  return out;
}

/** The numbers of strips where they stand, if these follow one another in one memory. */
function inPlace(
  strips: readonly Uint8Array[],
  { bits, size }: { bits: number; size: number },
): Uint8Array | Uint16Array | undefined {
  const [{ buffer, byteOffset } = new Uint8Array()] = strips;
  let end = byteOffset;
  for (const strip of strips) {
    if (strip.buffer !== buffer || strip.byteOffset !== end) return undefined;
    end += strip.length;
  }
  if (end - byteOffset !== (size * bits) / 8) return undefined;
  if (bits === 8) return new Uint8Array(buffer, byteOffset, size);
  return byteOffset % 2 === 0 ? new Uint16Array(buffer, byteOffset, size) : undefined;
}

function isPlain(
  { compression, bits, predictor, wide, stored, palette, photometric, directory }: TiffPage,
  alone: boolean,
) {
  const inOrder = (directory.numbers.get(tags.fillOrder)?.[0] ?? 1) === 1;
  const isGrey = stored === 1 && photometric === black;
  const isOne = (alone || isGrey) && !wide && !palette;
  const isSimple = (bits === 8 || bits === 16) && predictor <= 2;
  return isOne && isSimple && inOrder && (compression === none || compression === lzw || deflate.has(compression));
}

type Unpackers = Pick<DecodeImages, 'inflate' | 'lzw'>;

/** The bytes of strips or tiles as they were before they were packed: of those in LZW, the numbers themselves. */
async function unpackAll(
  { page, little, segments, pieces }: Pick<PageBytes, 'page' | 'little' | 'segments' | 'pieces'>,
  { inflate, lzw: unpack }: Unpackers,
): Promise<readonly Uint8Array[] | undefined> {
  const { compression, segment, predictor } = page;
  if (compression === none) return pieces;
  if (compression !== lzw) return inflateAll({ segments, pieces }, inflate);
  const decoded = segments.map((one) => one.decoded);
  const differences = predictor === 2 ? segment[0] : undefined;
  const all = await unpack({ pieces, decoded, bits: page.bits as 8 | 16, little, differences });
  if (!all) return undefined;
  const out: Uint8Array[] = [];
  for (let i = 0, at = 0; i < decoded.length; at += decoded[i++]!) out.push(all.subarray(at, at + decoded[i]!));
  return out;
}

async function inflateAll(
  { segments, pieces }: Pick<PageBytes, 'segments' | 'pieces'>,
  inflate: DecodeImages['inflate'],
): Promise<Uint8Array[] | undefined> {
  if (segments[0]!.decoded < LEAST_DEFLATED) return undefined;
  const each = pieces.map((bytes, i) => inflate(bytes, { format: 'zlib', most: segments[i]!.decoded }));
  const ended = await Promise.allSettled(each);
  const inflated = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return inflated.length === pieces.length ? inflated : undefined;
}

function like(pixels: Uint8Array | Uint16Array, length: number): Uint8Array | Uint16Array {
  return pixels instanceof Uint8Array ? new Uint8Array(length) : new Uint16Array(length);
}

/** Undoes the differences along rows, which begin anew with each; the array keeps as many bits as its numbers have. */
function addDifferences(numbers: Uint8Array | Uint16Array, wide: number): void {
  for (let start = 0; start < numbers.length; start += wide) {
    let value = 0;
    const end = Math.min(numbers.length, start + wide);
    for (let i = start; i < end; i++) {
      value = (value + numbers[i]!) & 0xffff;
      numbers[i] = value;
    }
  }
}

function copyTile(
  tile: Pixels,
  { wide, top, left, area }: { wide: number; top: number; left: number; area: PageBytes['area'] },
  out: Pixels,
): void {
  const columns = Math.min(wide, area.width - left);
  const rows = Math.min(tile.length / wide, area.height - top);
  for (let row = 0; row < rows; row++)
    out.set(tile.subarray(row * wide, row * wide + columns), (top + row) * area.width + left);
}
