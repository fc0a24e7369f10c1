import type { Compressors } from 'hyparquet';

/** Makes `length` bytes of compressed ones. */
type Decompress = (input: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** What Node.js has built in; another runtime has none of it, and an older Node.js no Zstandard. */
interface Zlib {
  readonly gunzipSync: Decompress;
  readonly brotliDecompressSync: Decompress;
  readonly zstdDecompressSync?: Decompress;
}

/** Compressions of Parquet that this runtime knows, beside Snappy, which the reader knows by itself. */
export function builtInDecompressors(): Compressors {
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
