import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { registry } from 'zarrita';
import { crc32c } from '../crc32.ts';
import type { Dtype } from '../zarr/zarr-array.ts';

/** An array of Zarr, written without a library: byte by byte as the specifications of Zarr 2 and 3 have it. */
export interface ArrayByHand {
  readonly format?: 2 | 3;
  readonly shape: readonly number[];
  readonly chunks?: readonly number[];
  readonly dtype?: Dtype;
  /** In C order. */
  readonly values: ArrayLike<number>;
  readonly codec?: 'none' | 'gzip' | 'zlib' | 'zstd' | 'lz4' | 'blosc' | 'crc32c';
  readonly bigEndian?: boolean;
  /** Whether chunks are written with the first dimension running fastest. */
  readonly fortran?: boolean;
  /** Chunks of a shard along each dimension; Zarr 3 only. */
  readonly shard?: readonly number[];
  readonly separator?: '.' | '/';
  readonly fill?: number;
  /** Whether a chunk is left out. */
  readonly omit?: (place: readonly number[]) => boolean;
}

/** An image: its levels, all with the same axes. */
export interface ImageByHand {
  readonly levels: readonly ArrayByHand[];
  /** Such as `tczyx`. */
  readonly axes: string;
  readonly channels?: readonly string[];
  readonly format?: 2 | 3;
  /** Further attributes, such as `image-label`. */
  readonly also?: Readonly<Record<string, unknown>>;
}

const numpy: Readonly<Record<Dtype, string>> = {
  bool: 'b1',
  uint8: 'u1',
  uint16: 'u2',
  uint32: 'u4',
  uint64: 'u8',
  int8: 'i1',
  int16: 'i2',
  int32: 'i4',
  int64: 'i8',
  float32: 'f4',
  float64: 'f8',
};

/** Writes an image of OME-Zarr, 0.4 in Zarr 2 or 0.5 in Zarr 3. */
export async function zarrImageByHand(
  folder: string,
  { levels, axes, channels, format = 2, also = {} }: ImageByHand,
): Promise<string> {
  const types: Readonly<Record<string, string>> = { t: 'time', c: 'channel' };
  const scale = (level: number) => [{ type: 'scale', scale: [...axes].map(() => 2 ** level) }];
  const window = { start: 0, end: 255, min: 0, max: 255 };
  writeGroup(folder, format, {
    multiscales: [
      {
        axes: [...axes].map((name) => ({ name, type: types[name] ?? 'space' })),
        datasets: levels.map((_, i) => ({ path: String(i), coordinateTransformations: scale(i) })),
      },
    ],
    ...(channels && { omero: { channels: channels.map((label) => ({ label, color: 'FFFFFF', window })) } }),
    ...also,
  });
  for (const [i, level] of levels.entries()) await zarrArrayByHand(join(folder, String(i)), { format, ...level });
  return folder;
}

/** Writes a plate: every well has the paths of its fields, which are written by the caller. */
export function zarrPlateByHand(
  folder: string,
  {
    wells,
    format = 2,
    plate = {},
    acquisition,
  }: {
    wells: Readonly<Record<string, readonly string[]>>;
    format?: 2 | 3;
    plate?: Readonly<Record<string, unknown>>;
    /** Of a field, by its path. */
    acquisition?: (field: string) => number;
  },
): string {
  const paths = Object.keys(wells).map((path) => path.split('/') as [string, string]);
  const [rows, columns] = [0, 1].map((i) => [...new Set(paths.map((path) => path[i]!))]) as [string[], string[]];
  writeGroup(folder, format, {
    plate: {
      rows: rows.map((name) => ({ name })),
      columns: columns.map((name) => ({ name })),
      wells: paths.map(([row, column]) => ({
        path: `${row}/${column}`,
        rowIndex: rows.indexOf(row),
        columnIndex: columns.indexOf(column),
      })),
      ...plate,
    },
  });
  for (const [path, fields] of Object.entries(wells)) {
    const images = fields.map((field) => ({ path: field, ...(acquisition && { acquisition: acquisition(field) }) }));
    writeGroup(join(folder, path), format, { well: { images } });
  }
  return folder;
}

/** The metadata of a group. */
export function writeGroup(folder: string, format: 2 | 3, ome: Readonly<Record<string, unknown>>): void {
  if (format === 3) {
    const attributes = { ome: { version: '0.5', ...ome } };
    write(join(folder, 'zarr.json'), JSON.stringify({ zarr_format: 3, node_type: 'group', attributes }));
  } else {
    write(join(folder, '.zgroup'), JSON.stringify({ zarr_format: 2 }));
    write(join(folder, '.zattrs'), JSON.stringify(ome));
  }
}

async function zarrArrayByHand(folder: string, array: ArrayByHand): Promise<void> {
  const { shape, chunks = shape, separator = '/', omit = () => false } = array;
  const metadata = array.format === 3 ? newMetadata(array) : oldMetadata(array);
  write(join(folder, array.format === 3 ? 'zarr.json' : '.zarray'), JSON.stringify(metadata));
  const name = (place: readonly number[]) => [...(array.format === 3 ? ['c'] : []), ...place].join(separator);
  const places = all(shape.map((length, i) => Math.ceil(length / chunks[i]!))).filter((place) => !omit(place));
  const encoded = new Map<string, Buffer>();
  for (const place of places) encoded.set(String(place), await encode(chunkBytes(array, place), array));
  if (array.shard === undefined) {
    for (const place of places) write(join(folder, name(place)), encoded.get(String(place))!);
    return;
  }
  const { shard } = array;
  const shards = new Set(places.map((place) => String(place.map((at, i) => Math.floor(at / shard[i]!)))));
  for (const key of shards) {
    const at = key.split(',').map(Number);
    const inner = all(shard).map((place) => encoded.get(String(place.map((index, i) => at[i]! * shard[i]! + index))));
    write(join(folder, name(at)), shardBytes(inner));
  }
}

/** The chunks one after the other and behind them, with a checksum, where each begins and how long it is. */
function shardBytes(chunks: readonly (Buffer | undefined)[]): Buffer {
  const index = Buffer.alloc(16 * chunks.length, 255);
  let offset = 0;
  for (const [i, chunk] of chunks.entries()) {
    if (chunk === undefined) continue;
    index.writeBigUInt64LE(BigInt(offset), 16 * i);
    index.writeBigUInt64LE(BigInt(chunk.length), 16 * i + 8);
    offset += chunk.length;
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32c(index));
  return Buffer.concat([...chunks.filter((chunk) => chunk !== undefined), index, sum]);
}

function oldMetadata({ shape, chunks = shape, ...array }: ArrayByHand) {
  const { dtype = 'uint16', codec = 'none', bigEndian = false, fill = 0 } = array;
  const order = numpy[dtype].endsWith('1') ? '|' : bigEndian ? '>' : '<';
  const blosc = { cname: 'lz4', clevel: 5, shuffle: 1, blocksize: 0 };
  return {
    zarr_format: 2,
    shape,
    chunks,
    dtype: `${order}${numpy[dtype]}`,
    compressor: codec === 'none' ? null : { id: codec, level: 1, ...(codec === 'blosc' && blosc) },
    filters: null,
    order: array.fortran ? 'F' : 'C',
    dimension_separator: array.separator ?? '/',
    fill_value: fill,
  };
}

function newMetadata({ shape, chunks = shape, ...array }: ArrayByHand) {
  const { dtype = 'uint16', codec = 'none', bigEndian = false, fill = 0, shard } = array;
  const little = { name: 'bytes', configuration: { endian: 'little' } };
  const order = shape.map((_, i) => shape.length - 1 - i);
  const blosc = { cname: 'lz4', clevel: 5, shuffle: 'shuffle', typesize: 2, blocksize: 0 };
  const codecs = [
    ...(array.fortran ? [{ name: 'transpose', configuration: { order } }] : []),
    bigEndian ? { name: 'bytes', configuration: { endian: 'big' } } : little,
    ...(codec === 'none' ? [] : [{ name: codec, configuration: codec === 'blosc' ? blosc : { level: 1 } }]),
  ];
  const sharding = { chunk_shape: chunks, codecs, index_codecs: [little, { name: 'crc32c' }] };
  return {
    zarr_format: 3,
    node_type: 'array',
    shape,
    data_type: dtype,
    chunk_grid: {
      name: 'regular',
      configuration: { chunk_shape: chunks.map((length, i) => length * (shard?.[i] ?? 1)) },
    },
    chunk_key_encoding: { name: 'default', configuration: { separator: array.separator ?? '/' } },
    codecs: shard ? [{ name: 'sharding_indexed', configuration: sharding }] : codecs,
    fill_value: dtype === 'bool' ? Boolean(fill) : fill,
    attributes: {},
  };
}

/** The numbers of a chunk, with the fill value beyond the edge of the array. */
function chunkBytes({ shape, chunks = shape, values, ...array }: ArrayByHand, place: readonly number[]): Buffer {
  const { dtype = 'uint16', bigEndian = false, fortran = false, fill = 0 } = array;
  const bytes = Number(numpy[dtype].slice(1));
  const out = Buffer.alloc(bytes * chunks.reduce((product, length) => product * length, 1));
  const within = fortran ? all([...chunks].reverse()).map((index) => index.reverse()) : all(chunks);
  for (const [i, index] of within.entries()) {
    const at = index.map((offset, d) => place[d]! * chunks[d]! + offset);
    const isInside = at.every((position, d) => position < shape[d]!);
    const value = isInside ? values[at.reduce((sum, position, d) => sum * shape[d]! + position, 0)]! : fill;
    put(new DataView(out.buffer, out.byteOffset + i * bytes, bytes), { value, dtype, little: !bigEndian });
  }
  return out;
}

function put(view: DataView, { value, dtype, little }: { value: number; dtype: Dtype; little: boolean }): void {
  if (dtype === 'float32') view.setFloat32(0, value, little);
  else if (dtype === 'float64') view.setFloat64(0, value, little);
  else if (view.byteLength === 1) view.setUint8(0, value);
  else if (view.byteLength === 2) view.setUint16(0, value, little);
  else if (view.byteLength === 4) view.setUint32(0, value, little);
  else view.setBigInt64(0, BigInt(value), little);
}

async function encode(bytes: Buffer, { codec = 'none' }: ArrayByHand): Promise<Buffer> {
  if (codec === 'none') return bytes;
  if (codec === 'gzip') return gzipSync(bytes);
  if (codec === 'zlib') return deflateSync(bytes);
  if (codec === 'crc32c') {
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(crc32c(bytes));
    return Buffer.concat([bytes, sum]);
  }
  const { fromConfig } = await registry.get(codec)!();
  const config = { level: 1, cname: 'lz4', clevel: 5, shuffle: 1, blocksize: 0 };
  return Buffer.from(await fromConfig(config, { dataType: 'uint8', shape: [] } as never).encode(bytes as never));
}

/** All places in a box, the last dimension running fastest. */
function all(lengths: readonly number[]): number[][] {
  return lengths.reduce<number[][]>(
    (places, length) => places.flatMap((place) => Array.from({ length }, (_, i) => [...place, i])),
    [[]],
  );
}

function write(file: string, content: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
