import type { Pixels } from '../../pixels/pixels.ts';
import type { DecodeImages, Picture } from '../decode.ts';
import type { TiffPage } from './page.ts';
import type { PageBytes } from './page-bytes.ts';
import { black, deflate, none, tags } from './tags.ts';

/** Bytes of a deflated strip or tile below which a decoder that takes them all at once is faster. */
const LEAST_DEFLATED = 65_536;

/**
 * Decodes strips or tiles of one unsigned sample of 8 or 16 bits that stand in the file as they are, or deflated, perhaps as
 * differences along the rows. Undefined for all others, and where anything is not as it should be: then a decoder that knows more
 * reads them, or says what is wrong.
 */
export async function decodePlainPage(
  { page, little, area, segments, pieces, alone }: PageBytes,
  { samples }: Pick<Picture, 'samples'>,
  { inflate }: Pick<DecodeImages, 'inflate'>,
): Promise<Uint8Array | Uint16Array | undefined> {
  if (samples !== 1 || !isPlain(page, alone)) return undefined;
  const { tiled, segment, bits, predictor } = page;
  const raw = page.compression === none ? pieces : await inflateAll({ segments, pieces }, inflate);
  if (!raw || raw.some(({ length }, i) => length !== segments[i]!.decoded)) return undefined;
  const [wide, high] = segment;
  const size = area.width * area.height;
  const swaps = bits === 16 && !little;
  const finished = (numbers: Uint8Array | Uint16Array) => {
    if (swaps) swapBytes(numbers);
    if (predictor === 2) addDifferences(numbers, wide);
    return numbers;
  };
  // What was inflated is nobody else's; the bytes of a file may be read again.
  const mayChange = raw !== pieces || (!swaps && predictor !== 2);
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
  return isOne && isSimple && inOrder && (compression === none || deflate.has(compression));
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

/** Of numbers of 16 bits. */
function swapBytes(numbers: Uint8Array | Uint16Array): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i]! << 8) | (numbers[i]! >> 8);
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
