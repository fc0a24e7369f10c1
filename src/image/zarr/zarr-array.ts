import * as z from 'zod';
import { MilscopeError } from '../../errors.ts';
import type { ReadFiles } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import { isThere, readDocument } from './ome-group.ts';

/** What the metadata of an array of Zarr say. */
export interface ZarrArray {
  /** Where `.zarray` or `zarr.json` and the chunks are. */
  readonly folder: string;
  readonly format: 2 | 3;
  readonly shape: readonly number[];
  /** What is read at once: chunks, or those in a shard. */
  readonly chunks: readonly number[];
  readonly dtype: Dtype;
}

/** Types of numbers that are read, with the bits of the pixels they become: no value changes, but see `readPlanes`. */
export const pixelBits = {
  bool: 8,
  uint8: 8,
  uint16: 16,
  int8: 32,
  int16: 32,
  int32: 32,
  uint32: 32,
  int64: 32,
  uint64: 32,
  float32: 32,
  float64: 32,
} as const;

export type Dtype = keyof typeof pixelBits;

/** Bytes of a chunk, which is decoded whole, and of the table of a shard. */
const MOST_OF_A_CHUNK = 2 ** 28;

const lengths = z.array(z.int().min(1));
const codecs = z.array(z.looseObject({ name: z.string() }));
const shardSchema = z.looseObject({ chunk_shape: lengths, codecs, index_codecs: codecs });

/** `.zarray` (Zarr 2 specification, "Metadata"). */
const oldSchema = z.looseObject({
  zarr_format: z.literal(2),
  shape: lengths,
  chunks: lengths,
  dtype: z.string(),
  compressor: z.looseObject({ id: z.string() }).nullish(),
  filters: z.array(z.looseObject({ id: z.string() })).nullish(),
  order: z.enum(['C', 'F']),
  dimension_separator: z.enum(['.', '/']).optional(),
});

/** `zarr.json` of an array (Zarr 3 core specification, "Array metadata"). */
const newSchema = z.looseObject({
  zarr_format: z.literal(3),
  node_type: z.literal('array'),
  shape: lengths,
  data_type: z.string(),
  chunk_grid: z.looseObject({ name: z.literal('regular'), configuration: z.looseObject({ chunk_shape: lengths }) }),
  chunk_key_encoding: z.looseObject({ name: z.enum(['default', 'v2']) }),
  codecs: codecs.min(1),
});

/** Types of Zarr 2 without their order of bytes, as NumPy writes them. */
const numpyTypes: Readonly<Record<string, Dtype>> = {
  b1: 'bool',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  f4: 'float32',
  f8: 'float64',
};

/**
 * The metadata of the array at `path` in an image.
 *
 * @throws BadImage, naming the image, when they are missing, damaged or make no sense, or chunks are too large to read.
 */
export async function readZarrArray(image: string, path: string, files: ReadFiles): Promise<ZarrArray> {
  if (path.split('/').includes('..') || path.startsWith('/')) throw bad(image, { found: `a level outside: ${path}` });
  const folder = join(image, path);
  const format = (await isThere(join(folder, 'zarr.json'), files)) ? 3 : 2;
  const array = await (format === 3 ? newArray(image, path, files) : oldArray(image, path, files));
  const { dtype } = array;
  if (!isDtype(dtype)) {
    const expected = Object.keys(pixelBits).join(', ');
    throw bad(image, { problem: 'pixels of this type are not read', found: dtype, expected });
  }
  if (array.chunks.length !== array.shape.length) {
    throw bad(image, { found: `chunks of ${array.chunks.length} dimensions for an array of ${array.shape.length}` });
  }
  const bytes = product(array.chunks) * itemBytes(dtype);
  if (bytes > MOST_OF_A_CHUNK) {
    const remedy = 'write the image with smaller chunks';
    throw bad(image, { problem: 'the chunks are too large to be read', found: `${bytes} bytes in one`, remedy });
  }
  return { ...array, folder, format, dtype };
}

/** Bytes of a number as the chunks have it. */
export function itemBytes(dtype: Dtype): number {
  return Number(/\d+$/.exec(dtype)?.[0] ?? 8) / 8;
}

async function oldArray(image: string, path: string, files: ReadFiles) {
  const { shape, chunks, dtype } = await parsed(image, { document: join(path, '.zarray'), schema: oldSchema, files });
  return { shape, chunks, dtype: numpyTypes[dtype.slice(1)] ?? dtype };
}

async function newArray(image: string, path: string, files: ReadFiles) {
  const metadata = await parsed(image, { document: join(path, 'zarr.json'), schema: newSchema, files });
  const { shape, data_type: dtype, chunk_grid, codecs: all } = metadata;
  const outer = chunk_grid.configuration.chunk_shape;
  const shard = all.find(({ name }) => name === 'sharding_indexed');
  if (shard === undefined) return { shape, chunks: outer, dtype };
  const { data, error } = shardSchema.safeParse(shard.configuration);
  const inner = data?.chunk_shape ?? [];
  const fits = inner.length === outer.length && outer.every((length, i) => length % inner[i]! === 0);
  const entries = fits ? product(outer) / product(inner) : 0;
  if (error !== undefined || !fits || 16 * entries > MOST_OF_A_CHUNK) {
    throw bad(image, { found: `shards of ${outer.join(' × ')} in chunks of ${inner.join(' × ')}` });
  }
  return { shape, chunks: inner, dtype };
}

async function parsed<T>(
  image: string,
  { document, schema, files }: { document: string; schema: z.ZodType<T>; files: ReadFiles },
): Promise<T> {
  const { data, error } = schema.safeParse(await readDocument(image, document, files));
  if (error === undefined) return data;
  const [{ path, message } = { path: [], message: '' }] = error.issues;
  throw bad(image, { found: `${path.join('.')} in ${document}: ${message}` });
}

const product = (lengths: readonly number[]) => lengths.reduce((all, length) => all * length, 1);

const isDtype = (name: string): name is Dtype => Object.hasOwn(pixelBits, name);

function bad(
  file: string,
  {
    problem = 'the metadata of its array make no sense',
    ...details
  }: { problem?: string; found: string; expected?: string; remedy?: string },
): MilscopeError {
  return new MilscopeError('BadImage', { file, problem, ...details });
}
