import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createRandom, type Random } from '../../random.ts';
import { mutate } from './mutate.ts';
import { type ArrayByHand, zarrImageByHand } from './zarr-by-hand.ts';

/** The files of a folder, by their paths in it. */
export type FolderOfFiles = ReadonlyMap<string, Buffer>;

/** Small images of OME-Zarr of every kind that is read, all of them whole. */
export async function seedZarrs(): Promise<ReadonlyMap<string, FolderOfFiles>> {
  const random = createRandom(8);
  const values = Array.from({ length: 2 * 9 * 7 }, () => random.integer(200));
  const kinds: Readonly<Record<string, Partial<ArrayByHand>>> = {
    plain: { codec: 'none', dtype: 'uint16' },
    big: { codec: 'zlib', dtype: 'uint16', bigEndian: true },
    gzip: { codec: 'gzip' },
    zstd: { codec: 'zstd', dtype: 'uint16' },
    lz4: { codec: 'lz4' },
    blosc: { codec: 'blosc', dtype: 'float32' },
    bool: { codec: 'gzip', dtype: 'bool' },
    'new-gzip': { format: 3, codec: 'gzip', dtype: 'uint16' },
    'new-zstd': { format: 3, codec: 'zstd', dtype: 'float32' },
    'new-blosc': { format: 3, codec: 'blosc', dtype: 'uint16' },
    'new-crc32c': { format: 3, codec: 'crc32c', dtype: 'uint16' },
    shards: { format: 3, codec: 'zstd', dtype: 'uint16', shard: [2, 2, 2] },
  };
  const seeds = new Map<string, FolderOfFiles>();
  for (const [name, kind] of Object.entries(kinds)) {
    const folder = mkdtempSync(join(tmpdir(), 'milscope-seed-'));
    const { format = 2 } = kind;
    const level: ArrayByHand = {
      ...{ shape: [2, 9, 7], chunks: [1, 5, 4], dtype: 'uint8', ...kind },
      values: kind.dtype === 'bool' ? values.map((value) => value % 2) : values,
    };
    await zarrImageByHand(folder, { axes: 'cyx', format, levels: [level], channels: ['DNA', 'Actin'] });
    seeds.set(`${name}.zarr`, filesOf(folder));
    rmSync(folder, { recursive: true });
  }
  return seeds;
}

/** A copy of a folder in which something has happened to one of its files, or one of them is gone. */
export function mutateFolder(files: FolderOfFiles, random: Random): FolderOfFiles {
  const paths = [...files.keys()];
  const path = paths[random.integer(paths.length)]!;
  const bytes = files.get(path)!;
  const copy = new Map(files);
  if (random.integer(20) === 0) copy.delete(path);
  else if (bytes[0] === 0x7b && random.integer(3) > 0) copy.set(path, changeJson(bytes, random));
  else copy.set(path, mutate(bytes, random));
  return copy;
}

/** What may stand in metadata in place of what should. */
const strange = [
  '-1',
  '0',
  '1e3',
  '2147483648',
  '4294967296',
  '1e300',
  'null',
  '[]',
  '{}',
  '""',
  'true',
  '"zstd"',
  '"<u8"',
];

/** Metadata in which a number or a text has become another, and which can still be parsed. */
function changeJson(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString();
  const tokens = [...text.matchAll(/(?<=[:,[])(?:-?\d[\d.]*|"[^"]*"|true|false|null)(?=[,\]}])/g)];
  const token = tokens[random.integer(Math.max(1, tokens.length))];
  if (token === undefined) return bytes;
  const end = token.index + token[0].length;
  return Buffer.from(text.slice(0, token.index) + strange[random.integer(strange.length)]! + text.slice(end));
}

function filesOf(folder: string): FolderOfFiles {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  const files = paths.filter((path) => statSync(path).isFile()).sort();
  return new Map(files.map((path) => [relative(folder, path), readFileSync(path)]));
}
