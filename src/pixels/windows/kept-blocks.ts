import type { Image } from '../pixels.ts';
import { pixelsIn, pixelType } from '../pixels.ts';
import type { Box } from '../symmetry.ts';
import { copyBox, cutBox, type WindowedImage } from './windowed-image.ts';

/** What is decoded at once of an image: a chunk, a tile, or a strip (pixels). */
export interface BlockSize {
  readonly height: number;
  readonly width: number;
}

/** An image whose parts are decoded when they are asked for. */
export interface DecodedInBlocks
  extends Pick<WindowedImage, 'channels' | 'height' | 'width' | 'channelNames' | 'sampleBytes'> {
  readonly blocks: BlockSize;
  /** Decodes a box, which begins and ends with blocks or with the image. */
  readonly decode: (box: Box) => Promise<Image>;
}

/** Bytes of decoded pixels that are kept of an image, unless told otherwise: a row of chunks of 1024 × 1024 of 20,000 × 3 columns in 16 bits. */
export const KEPT_BYTES = 2 ** 27;

/** Blocks of a window that are decoded at once. */
const AT_ONCE = 4;

/** Pixels of a plane that are decoded together, at least: small tiles and short strips cost more one by one. */
const TOGETHER = 2 ** 20;

/**
 * Reads windows of an image that is decoded in blocks. Blocks that were used last are kept, up to `keptBytes`, so that windows that
 * overlap do not decode what they share again. Those that are decoded at the moment come on top of it.
 */
export function keepBlocks(
  image: DecodedInBlocks,
  { keptBytes = KEPT_BYTES, together = TOGETHER }: { keptBytes?: number; together?: number } = {},
): WindowedImage {
  const { channels, height, width, channelNames, sampleBytes, decode } = image;
  const block = joinedBlocks(image, together);
  const kept = createKeeper(keptBytes);
  const blockAt = (row: number, column: number): Promise<Image> => {
    const [top, left] = [row * block.height, column * block.width];
    const box = { top, left, height: Math.min(block.height, height - top), width: Math.min(block.width, width - left) };
    return kept.get(`${row},${column}`, () => decode(box), box.height * box.width * channels * sampleBytes);
  };
  return {
    ...{ channels, height, width, channelNames, sampleBytes },
    bandWidth: (tall) => bandWidth(image, { block, tall, keptBytes }),
    async read(box) {
      const [rows, columns] = [placesOf(box.top, box.height, block.height), placesOf(box.left, box.width, block.width)];
      const wanted = rows.flatMap((row) => columns.map((column) => ({ row, column })));
      let out: Image | undefined;
      // A few at once: the decoder has threads of its own.
      for (let first = 0; first < wanted.length; first += AT_ONCE) {
        const places = wanted.slice(first, first + AT_ONCE);
        const decoded = await Promise.all(places.map(({ row, column }) => blockAt(row, column)));
        for (const [i, pixels] of decoded.entries()) {
          const [top, left] = [places[i]!.row * block.height, places[i]!.column * block.width];
          if (wanted.length === 1)
            return { ...cutBox(pixels, { ...box, top: box.top - top, left: box.left - left }), channelNames };
          out ??= emptyLike(pixels, box, channelNames);
          const from = overlap(box, { top, left, height: pixels.height, width: pixels.width });
          copyBox(pixels, {
            from: { ...from, top: from.top - top, left: from.left - left },
            into: out,
            at: { top: from.top - box.top, left: from.left - box.left },
          });
        }
      }
      return out!;
    },
  };
}

/** Blocks that are decoded together: whole blocks, of at least so many pixels where the image has them. */
function joinedBlocks({ blocks, height, width }: DecodedInBlocks, together: number): BlockSize {
  const side = Math.sqrt(together);
  const upwards = (length: number, piece: number, most: number) => Math.min(most, Math.ceil(length / piece) * piece);
  const wide = upwards(Math.min(width, side), blocks.width, width);
  return { width: wide, height: upwards(Math.min(height, together / wide), blocks.height, height) };
}

/** The widest band whose blocks are all kept while boxes of a height go along it, one block beside it included. */
function bandWidth(
  { height, width, channels, sampleBytes }: DecodedInBlocks,
  { block, tall, keptBytes }: { readonly block: BlockSize; readonly tall: number; readonly keptBytes: number },
): number {
  const rows = Math.min(height, (Math.ceil((tall - 1) / block.height) + 1) * block.height);
  const columns = Math.floor(keptBytes / (rows * channels * sampleBytes));
  if (columns >= width) return width;
  // Boxes reach into the blocks on both sides of the band.
  return Math.max(0, columns - 2 * block.width);
}

const placesOf = (from: number, length: number, piece: number): number[] => {
  const first = Math.floor(from / piece);
  return Array.from({ length: Math.ceil((from + length) / piece) - first }, (_, i) => first + i);
};

function overlap(a: Box, b: Box): Box {
  const [top, left] = [Math.max(a.top, b.top), Math.max(a.left, b.left)];
  return {
    ...{ top, left },
    height: Math.min(a.top + a.height, b.top + b.height) - top,
    width: Math.min(a.left + a.width, b.left + b.width) - left,
  };
}

function emptyLike({ data, channels }: Image, { height, width }: Box, channelNames: Image['channelNames']): Image {
  const length = channels * height * width;
  const memory = new ArrayBuffer(length * pixelType(data).BYTES_PER_ELEMENT);
  return { data: pixelsIn(memory, data, { length }), channels, height, width, channelNames };
}

/** Keeps what was used last, up to a number of bytes; what is on its way is shared, too. */
function createKeeper(most: number) {
  const kept = new Map<string, { readonly found: Promise<Image>; readonly bytes: number }>();
  let total = 0;
  return {
    get(key: string, make: () => Promise<Image>, bytes: number): Promise<Image> {
      const known = kept.get(key);
      if (known) {
        // The last of a map is what was used last.
        kept.delete(key);
        kept.set(key, known);
        return known.found;
      }
      for (const [oldest, { bytes: freed }] of kept) {
        if (total + bytes <= most) break;
        kept.delete(oldest);
        total -= freed;
      }
      const found = make();
      kept.set(key, { found, bytes });
      total += bytes;
      // What could not be decoded is tried again; whoever asked hears of it.
      found.catch(() => {
        if (kept.get(key)?.found !== found) return;
        kept.delete(key);
        total -= bytes;
      });
      return found;
    },
  };
}
