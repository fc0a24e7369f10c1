import { registry } from 'zarrita';
import { crc32c } from '../crc32.ts';
import type { DecodeImages } from '../decode.ts';
import { decodeBlosc } from './blosc.ts';
import { DamagedChunk, decodeLz4 } from './lz4.ts';

type Load = NonNullable<ReturnType<typeof registry.get>>;
type CodecEntry = Awaited<ReturnType<Load>>;
type ChunkMetadata = Parameters<CodecEntry['fromConfig']>[1];

/** Gives the bytes that were compressed, `most` of them at the most. @throws when they are damaged */
type Decode = (
  bytes: Uint8Array,
  most: number,
  packaged: (bytes: Uint8Array) => Promise<Uint8Array>,
) => Promise<Uint8Array>;

type Inflate = DecodeImages['inflate'];

const decodeZstd: Decode = (bytes, most, packaged) => {
  const size = zstdSize(bytes);
  if (size > most)
    throw new DamagedChunk(`a frame of Zstandard says that it holds ${size} bytes of ${most} at the most`);
  return packaged(bytes);
};

const decodersWith = (inflate: Inflate): Readonly<Record<string, Decode>> => ({
  gzip: (bytes, most) => inflate(bytes, { format: 'gzip', most }),
  zlib: (bytes, most) => inflate(bytes, { format: 'zlib', most }),
  zstd: decodeZstd,
  async lz4(bytes, most) {
    const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
    if (size > most) throw new DamagedChunk(`it says that it holds ${size} bytes of ${most} at the most`);
    const out = new Uint8Array(size);
    decodeLz4(bytes.subarray(4), out);
    return out;
  },
  async blosc(bytes, most, packaged) {
    const zstd = await packagedDecoder('zstd', {});
    const decoded = await decodeBlosc(bytes, {
      most,
      zlib: (part, length) => inflate(part, { format: 'zlib', most: length }),
      zstd: (part, length) => decodeZstd(part, length, zstd),
    });
    return decoded ?? packaged(bytes);
  },
  async crc32c(bytes) {
    const content = bytes.subarray(0, -4);
    const sum = new DataView(bytes.buffer, bytes.byteOffset + content.length, bytes.length - content.length);
    if (sum.byteLength < 4 || sum.getUint32(0, true) !== crc32c(content)) {
      throw new DamagedChunk('the checksum is another than that of the bytes');
    }
    return content;
  },
});

/** The codecs of zarrita as they were before {@link guardCodecs}. */
const packagedCodecs = new Map(registry);

/**
 * Has zarrita decode with codecs that take no more memory than a chunk may have, that find damage out (the packaged ones
 * of Blosc, LZ4 and CRC-32C let some of it pass) and that still work after it. What they encode is left as it is.
 */
export function guardCodecs({ inflate }: Pick<DecodeImages, 'inflate'>): void {
  for (const [name, decode] of Object.entries(decodersWith(inflate))) {
    for (const alias of [name, `numcodecs.${name}`]) {
      const load = packagedCodecs.get(alias);
      if (load !== undefined) registry.set(alias, async () => guarded(await load(), decode));
    }
  }
}

function guarded(entry: CodecEntry, decode: Decode): CodecEntry {
  return {
    fromConfig(config, meta) {
      const codec = entry.fromConfig(config ?? {}, meta);
      const packaged = async (bytes: Uint8Array) => codec.decode(bytes);
      return {
        kind: codec.kind,
        encode: (bytes: Uint8Array) => codec.encode(bytes),
        decode: (bytes: Uint8Array) => decode(bytes, mostBytes(meta), packaged),
        ...(codec.computeEncodedSize && { computeEncodedSize: (size: number) => codec.computeEncodedSize!(size) }),
      };
    },
  };
}

async function packagedDecoder(name: string, config: unknown): Promise<(bytes: Uint8Array) => Promise<Uint8Array>> {
  const { fromConfig } = await packagedCodecs.get(name)!();
  return async (bytes) => fromConfig(config, undefined as never).decode(bytes);
}

/** Twice the bytes of a chunk, and some: a codec before this one may have made it larger. */
function mostBytes({ dataType, shape }: ChunkMetadata): number {
  const bits = Number(/\d+$/.exec(dataType)?.[0] ?? 8);
  return 2 * shape.reduce((product, length) => product * length, bits / 8) + 2 ** 16;
}

/** The size that a frame gives of its content (RFC 8878, 3.1.1.1), or 0 where it gives none. */
function zstdSize(bytes: Uint8Array): number {
  const descriptor = bytes[4] ?? 0;
  const isSingle = (descriptor & 0x20) !== 0;
  const length = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const start = 5 + (isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
  let size = 0;
  for (let i = length - 1; i >= 0; i--) size = size * 256 + (bytes[start + i] ?? 0);
  return length === 2 ? size + 256 : size;
}
