import { DamagedChunk, decodeLz4 } from './lz4.ts';

/** Decodes one part of a block, `length` bytes when whole; undefined where it cannot. */
export type DecodePart = (part: Uint8Array, length: number) => Promise<Uint8Array>;

/** What the first 16 bytes of a chunk of Blosc say. */
interface BloscHeader {
  readonly flags: number;
  readonly itemSize: number;
  /** Bytes of the chunk when it is decoded. */
  readonly size: number;
  readonly blockSize: number;
}

const HEADER = 16;
/** Blocks of elements up to this size (bytes) are split, so that each byte of the elements is compressed by itself. */
const MAX_SPLITS = 16;
const MIN_SPLIT = 128;

/**
 * Decodes a chunk of Blosc 1 (c-blosc, README_CHUNK_FORMAT.rst and `blosc_d` in blosc.c): a table of blocks, each perhaps
 * split by the bytes of its elements, compressed, and shuffled before that by bytes or by bits.
 *
 * The codec that comes with zarrita does not look at what c-blosc answers: of a damaged chunk it gives bytes that nobody
 * has written.
 *
 * @param most bytes that the chunk may have when decoded
 * @param zlib @param zstd decode those two; LZ4 is decoded here
 * @returns undefined for a chunk of another compressor, BloscLZ or Snappy
 * @throws DamagedChunk
 */
export async function decodeBlosc(
  chunk: Uint8Array,
  { most, zlib, zstd }: { most: number; zlib: DecodePart; zstd: DecodePart },
): Promise<Uint8Array | undefined> {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const header = readHeader(view, most);
  const { flags, itemSize, size, blockSize } = header;
  if (flags & 2) return chunk.subarray(HEADER, HEADER + size);
  const lz4: DecodePart = async (part, length) => {
    const out = new Uint8Array(length);
    decodeLz4(part, out);
    return out;
  };
  const decode = [undefined, lz4, undefined, zlib, zstd][flags >> 5];
  if (decode === undefined) return undefined;

  const out = new Uint8Array(size);
  const blocks = Math.ceil(size / blockSize);
  if (HEADER + 4 * blocks > chunk.length) fail('its table of blocks is cut short');
  for (let block = 0; block < blocks; block++) {
    const start = block * blockSize;
    const length = Math.min(blockSize, size - start);
    const isSplit =
      !(flags & 0x10) && itemSize <= MAX_SPLITS && blockSize / itemSize >= MIN_SPLIT && length === blockSize;
    const parts = isSplit ? itemSize : 1;
    const partLength = Math.floor(length / parts);
    const target = out.subarray(start, start + length);
    let at = view.getUint32(HEADER + 4 * block, true);
    for (let part = 0; part < parts; part++) {
      if (at + 4 > chunk.length) fail('a block is cut short');
      const packed = view.getUint32(at, true);
      at += 4;
      if (at + packed > chunk.length) fail('a block is cut short');
      const bytes = chunk.subarray(at, at + packed);
      const plain = packed === partLength ? bytes : await decode(bytes, partLength);
      if (plain.length !== partLength) fail(`a block gives ${plain.length} bytes, not ${partLength}`);
      target.set(plain, part * partLength);
      at += packed;
    }
    if (flags & 1 && itemSize > 1) target.set(unshuffled(target, itemSize));
    else if (flags & 4) target.set(bitUnshuffled(target, itemSize));
  }
  return out;
}

function readHeader(view: DataView, most: number): BloscHeader {
  if (view.byteLength < HEADER) fail('it is cut short');
  const [size, blockSize, packed] = [4, 8, 12].map((at) => view.getUint32(at, true)) as [number, number, number];
  if (packed !== view.byteLength) fail(`it has ${view.byteLength} bytes of ${packed}`);
  if (size > most) fail(`it says that it holds ${size} bytes where there is room for ${most}`);
  const [flags, itemSize] = [view.getUint8(2), view.getUint8(3)];
  if (flags & 2 && HEADER + size !== packed) fail('it is cut short');
  if (itemSize === 0 || (size > 0 && (blockSize === 0 || blockSize > size))) fail('its header makes no sense');
  return { flags, itemSize, size, blockSize };
}

/** First bytes of all elements, then second bytes, and so on, back to elements; what is left over stays at the end. */
function unshuffled(bytes: Uint8Array, itemSize: number): Uint8Array {
  const out = bytes.slice();
  const items = Math.floor(bytes.length / itemSize);
  for (let byte = 0; byte < itemSize; byte++) {
    for (let i = 0, from = byte * items, to = byte; i < items; i++, to += itemSize) out[to] = bytes[from++]!;
  }
  return out;
}

/** First bits of all elements, then second bits, and so on, back to elements, eight at a time; the others stay. */
function bitUnshuffled(bytes: Uint8Array, itemSize: number): Uint8Array {
  const items = Math.floor(bytes.length / itemSize);
  const out = bytes.slice();
  if (items % 8 !== 0) return out;
  out.fill(0, 0, items * itemSize);
  for (let bit = 0, from = 0; bit < 8 * itemSize; bit++) {
    const place = bit & 7;
    for (let first = 0; first < items; first += 8) {
      const eight = bytes[from++]!;
      for (let k = 0, to = first * itemSize + (bit >> 3); k < 8; k++, to += itemSize) {
        out[to]! |= ((eight >> k) & 1) << place;
      }
    }
  }
  return out;
}

function fail(reason: string): never {
  throw new DamagedChunk(`a chunk of Blosc is damaged: ${reason}`);
}
