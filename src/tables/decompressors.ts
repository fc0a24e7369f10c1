import type { Compressors } from 'hyparquet';

/** Makes `length` bytes of compressed ones. */
type Decompress = (input: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** What Node.js has built in; another runtime has none of it, and an older Node.js no Zstandard. */
interface Zlib {
  readonly gunzipSync: Decompress;
  readonly brotliDecompressSync: Decompress;
  readonly zstdDecompressSync?: Decompress;
}

/** What the reader of Parquet knows by itself. */
const OWN: readonly string[] = ['UNCOMPRESSED', 'SNAPPY'];

/**
 * Functions that undo the compressions of a Parquet file: those that Node.js has built in where it runs, since they are fast, and
 * those of a package. The package is loaded only if it is needed. Only LZO, which nobody writes any more, is missing.
 *
 * @param codecs the compressions of the columns, as the format names them
 */
export async function decompressorsFor(codecs: readonly string[]): Promise<Compressors> {
  const builtIn = builtInDecompressors();
  if (codecs.every((codec) => OWN.includes(codec) || codec in builtIn)) return builtIn;
  const { decompressBrotli, decompressGzip, decompressLz4, decompressLz4Raw, decompressZstd } = await import(
    'hyparquet-compressors'
  );
  return {
    GZIP: (input, length) => decompressGzip(input, length),
    BROTLI: decompressBrotli,
    // Without a place of its own it would make as much room as the data say of themselves.
    ZSTD: (input, length) => decompressZstd(input, new Uint8Array(length)),
    LZ4: decompressLz4,
    LZ4_RAW: decompressLz4Raw,
    ...builtIn,
  };
}

function builtInDecompressors(): Compressors {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  const zlib = process?.getBuiltinModule?.('node:zlib') as Zlib | undefined;
  if (zlib === undefined) return {};
  const { gunzipSync, brotliDecompressSync, zstdDecompressSync } = zlib;
  const limited = (decompress: Decompress) => (input: Uint8Array, length: number) =>
    decompress(input, { maxOutputLength: length });
  return {
    GZIP: limited(gunzipSync),
    BROTLI: limited(brotliDecompressSync),
    ...(zstdDecompressSync && { ZSTD: limited(zstdDecompressSync) }),
  };
}
