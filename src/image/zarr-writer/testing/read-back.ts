import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AbsolutePath, type DataType, get, open, root } from 'zarrita';

/** An array as zarrita reads it. */
export interface ReadArray {
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly data: ArrayLike<number> & { readonly constructor: unknown };
}

/** Reads an array of Zarr 2 or 3 whole, with zarrita. */
export async function readArray(folder: string): Promise<ReadArray> {
  const store = {
    get: (key: AbsolutePath) => readFile(join(folder, key)).then((bytes) => new Uint8Array(bytes), absent),
  };
  const array = await open(root(store), { kind: 'array' });
  const { data, shape } = await get<DataType, typeof store, null[]>(
    array,
    array.shape.map(() => null),
  );
  return { shape, chunks: array.chunks, data: data as ReadArray['data'] };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: metadata are looked into as they come
type Json = any;

/** The metadata of a group: the file's, and what is OME's in it. */
export function readGroup(folder: string): {
  readonly version: '0.4' | '0.5';
  readonly file: Json;
  readonly ome: Json;
} {
  const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  if (existsSync(join(folder, 'zarr.json'))) {
    const file = json('zarr.json');
    return { version: '0.5', file, ome: file.attributes.ome };
  }
  const file = existsSync(join(folder, '.zattrs')) ? json('.zattrs') : json('.zgroup');
  return { version: '0.4', file, ome: file };
}
