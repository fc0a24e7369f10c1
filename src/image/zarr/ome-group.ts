import type * as z from 'zod';
import { MilscopeError } from '../../errors.ts';
import type { ReadFiles } from '../../files/files.ts';
import { kindOf } from '../../files/kind-of.ts';
import { join } from '../../files/paths.ts';
import type { OmeVersion, SchemaOptions } from './ome-schemas.ts';

/** A group of OME-Zarr: an image, a well, a plate, or a collection of them. */
export interface OmeGroup {
  readonly folder: string;
  /** Version of Zarr itself. */
  readonly format: 2 | 3;
  /** As it stands in the metadata, such as `0.4`. */
  readonly version: string | undefined;
  /** The metadata of OME: all attributes of the group in Zarr 2, those under `ome` in Zarr 3. */
  readonly ome: Readonly<Record<string, unknown>>;
}

/** Metadata of plates with everything consolidated has some megabytes. */
const MOST_METADATA = 2 ** 26;

/** Whether a folder says of itself that it is of Zarr. */
export async function isZarr(folder: string, files: ReadFiles): Promise<boolean> {
  for (const name of ['zarr.json', '.zattrs', '.zgroup']) {
    if (await isThere(join(folder, name), files)) return true;
  }
  return false;
}

/** Whether a document of metadata is there. */
export async function isThere(document: string, files: ReadFiles): Promise<boolean> {
  return (await kindOf(document, files)) !== undefined;
}

/** @throws BadImage when the metadata cannot be read, or have nothing of OME. */
export async function readOmeGroup(folder: string, files: ReadFiles): Promise<OmeGroup> {
  const format = (await isThere(join(folder, 'zarr.json'), files)) ? 3 : 2;
  const attributes = await groupAttributes(folder, { format, files });
  const ome = format === 3 ? attributes.ome : attributes;
  if (!isObject(ome) || Object.keys(ome).length === 0) {
    throw new MilscopeError('BadImage', {
      file: folder,
      problem: 'this is Zarr, but not OME-Zarr',
      found: format === 3 ? 'no attributes "ome" in zarr.json' : 'no attributes in .zattrs',
      remedy: 'name the folder of a plate or an image',
    });
  }
  const [multiscale] = Array.isArray(ome.multiscales) ? (ome.multiscales as unknown[]) : [];
  const inner = [ome, ome.plate, ome.well, multiscale].map((part) => (isObject(part) ? part.version : undefined));
  const version = inner.find((text) => typeof text === 'string');
  return { folder, format, version: version as string | undefined, ome };
}

/**
 * The metadata of a group as their schema has them. A version between the published ones is not held to their schemas,
 * but to `dialect` where there is one.
 *
 * @throws BadImage naming the first entry that breaks the specification.
 */
export function checkOme<T>(
  { folder, format, version, ome }: OmeGroup,
  schema: (options: SchemaOptions) => z.ZodType<T>,
  dialect?: z.ZodType<T>,
): T {
  const published: OmeVersion = format === 3 ? '0.5' : '0.4';
  const isDialect = version !== undefined && /^0\.[45][-.+]/.test(version);
  const held = isDialect && dialect !== undefined ? dialect : schema({ version: published });
  const { data, error } = held.safeParse(ome);
  if (error === undefined) return data;
  const [{ path, message } = { path: [], message: '' }] = error.issues;
  throw new MilscopeError('BadImage', {
    file: folder,
    problem: `the metadata break the specification of OME-Zarr ${published}`,
    found: `${path.join('.') || 'the whole'}: ${message}`,
    remedy: 'write the metadata anew with the program that the data are from',
  });
}

/** A JSON document of an image. @throws BadImage when it is not there, cannot be opened, or is no JSON object. */
export async function readDocument(
  folder: string,
  document: string,
  files: ReadFiles,
): Promise<Record<string, unknown>> {
  const bad = (problem: string, cause?: unknown) => {
    const found = cause instanceof Error ? cause.message : undefined;
    return new MilscopeError('BadImage', { file: folder, problem: `${document} ${problem}`, found, cause });
  };
  let text: string;
  try {
    const size = (await files.status(join(folder, document)))?.size ?? 0;
    if (size > MOST_METADATA) throw bad(`has ${size} bytes, which no metadata have`);
    text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await files.read(join(folder, document)));
  } catch (error) {
    if (error instanceof MilscopeError) throw error;
    throw bad('cannot be opened', error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad('is damaged or cut short', error);
  }
  if (!isObject(value)) throw bad('is no JSON object');
  return value;
}

async function groupAttributes(
  folder: string,
  { format, files }: { format: 2 | 3; files: ReadFiles },
): Promise<Record<string, unknown>> {
  if (format === 2) {
    return (await isThere(join(folder, '.zattrs'), files)) ? readDocument(folder, '.zattrs', files) : {};
  }
  const { attributes } = await readDocument(folder, 'zarr.json', files);
  return isObject(attributes) ? attributes : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
