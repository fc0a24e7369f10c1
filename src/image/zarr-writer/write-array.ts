import type { Files } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import { type Codec, type Compression, type Gzip, openCodec } from './compression.ts';
import { asJson, type OmeZarrVersion } from './ome-zarr-version.ts';

/** Numbers that an array holds: intensities, or labels. */
export type ArrayData = Uint8Array | Uint16Array | Uint32Array | Float32Array;

/** How arrays are stored. */
export interface StorageOptions {
  readonly version: OmeZarrVersion;
  /** Largest side of a chunk (pixels). */
  readonly chunk: number;
  readonly compression: Compression;
  /** Compresses with gzip, which only that needs. */
  readonly gzip?: Gzip | undefined;
}

/** Planes of numbers, `[planes, height, width]` in C order, or `[height, width]` where there is no channel axis. */
export interface ArrayPlanes {
  readonly data: ArrayData;
  /** Planes of the channel axis; undefined for an array without it. */
  readonly channels: number | undefined;
  readonly height: number;
  readonly width: number;
}

/**
 * Writes an array as Zarr 2 (OME-Zarr 0.4) or Zarr 3 (0.5): a chunk has one plane, and chunks are nested folders. All are
 * written, also those of zeros alone, so that a chunk that is missing is always one that was lost. The metadata come
 * last. The folder is to be new.
 */
export async function writeArray(
  folder: string,
  { data, channels, height, width }: ArrayPlanes,
  options: StorageOptions & { readonly files: Files },
): Promise<void> {
  const read = async (plane: number, { top, rows }: Rows) => {
    const from = (plane * height + top) * width;
    return data.subarray(from, from + rows * width);
  };
  await writeArrayInRows(folder, { like: data, channels, height, width }, { read, ...options });
}

/** Rows of an array that follow one another. */
export interface Rows {
  readonly top: number;
  readonly rows: number;
}

/** Writes an array as {@link writeArray} does, of which a row of chunks is in memory at a time. */
export async function writeArrayInRows(
  folder: string,
  {
    like,
    channels,
    height,
    width,
  }: Omit<ArrayPlanes, 'data'> & { /** Numbers of its type. */ readonly like: ArrayData },
  {
    read,
    files,
    ...options
  }: StorageOptions & {
    readonly files: Files;
    readonly read: (plane: number, rows: Rows) => Promise<ArrayData>;
  },
): Promise<void> {
  const side = (length: number) => Math.min(options.chunk, length);
  const tile = { height: side(height), width: side(width) };
  const codec = await openCodec(options, like.BYTES_PER_ELEMENT);
  for (let plane = 0; plane < (channels ?? 1); plane++) {
    for (let row = 0; row * tile.height < height; row++) {
      const top = row * tile.height;
      const band = await read(plane, { top, rows: Math.min(tile.height, height - top) });
      for (let column = 0; column * tile.width < width; column++) {
        const chunk = cut(band, { width, left: column * tile.width, tile });
        const key = [...(channels === undefined ? [] : [plane]), row, column].join('/');
        const path = join(folder, options.version === '0.5' ? `c/${key}` : key);
        await files.write(path, await codec.encode(chunk));
      }
    }
  }
  const leading = channels === undefined ? [] : [channels];
  const about = {
    shape: [...leading, height, width],
    chunks: [...leading.map(() => 1), tile.height, tile.width],
    data: like,
    codec,
  };
  if (options.version === '0.5') await files.write(join(folder, 'zarr.json'), asJson(zarr3Array(about)));
  else await files.write(join(folder, '.zarray'), asJson(zarr2Array(about)));
}

/** A chunk of a row of chunks, as bytes of little endian; what lies beyond the array is zero. */
function cut(
  band: ArrayData,
  { width, left, tile }: { width: number; left: number; tile: { readonly height: number; readonly width: number } },
): Uint8Array {
  const out = new (band.constructor as Uint16ArrayConstructor)(tile.height * tile.width);
  const end = Math.min(left + tile.width, width);
  for (let y = 0; y * width < band.length; y++) {
    out.set(band.subarray(y * width + left, y * width + end), y * tile.width);
  }
  return new Uint8Array(out.buffer);
}

interface ArrayDescription {
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly data: ArrayData;
  readonly codec: Codec;
}

/** https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html, with the `/` between places that OME-Zarr asks for. */
function zarr2Array({ shape, chunks, data, codec }: ArrayDescription): object {
  return {
    zarr_format: 2,
    ...{ shape, chunks, dtype: data instanceof Uint8Array ? '|u1' : `<${kindOf(data)}${data.BYTES_PER_ELEMENT}` },
    ...{ compressor: codec.metadata, filters: null, fill_value: 0, order: 'C', dimension_separator: '/' },
  };
}

/** https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html; OME-Zarr wants the dimensions called as the axes. */
function zarr3Array({ shape, chunks, data, codec }: ArrayDescription): object {
  const name = kindOf(data) === 'f' ? 'float' : 'uint';
  return {
    ...{ zarr_format: 3, node_type: 'array', shape, data_type: `${name}${8 * data.BYTES_PER_ELEMENT}` },
    chunk_grid: { name: 'regular', configuration: { chunk_shape: chunks } },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    codecs: [
      { name: 'bytes', configuration: { endian: 'little' } },
      ...(codec.metadata === undefined ? [] : [codec.metadata]),
    ],
    fill_value: 0,
    dimension_names: ['c', 'y', 'x'].slice(-shape.length),
    attributes: {},
  };
}

function kindOf(data: ArrayData): 'f' | 'u' {
  return data instanceof Float32Array ? 'f' : 'u';
}
