import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { MilscopeError } from '../../errors.ts';
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
export function isZarr(folder: string): boolean {
  return ['zarr.json', '.zattrs', '.zgroup'].some((name) => existsSync(join(folder, name)));
}

/** @throws BadImage when the metadata cannot be read, or have nothing of OME. */
export function readOmeGroup(folder: string): OmeGroup {
  const format = existsSync(join(folder, 'zarr.json')) ? 3 : 2;
  const attributes = groupAttributes(folder, format);
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
export function readDocument(folder: string, document: string): Record<string, unknown> {
  const bad = (problem: string, cause?: unknown) => {
    const found = cause instanceof Error ? cause.message : undefined;
    return new MilscopeError('BadImage', { file: folder, problem: `${document} ${problem}`, found, cause });
  };
  let text: string;
  try {
    const { size } = statSync(join(folder, document));
    if (size > MOST_METADATA) throw bad(`has ${size} bytes, which no metadata have`);
    text = readFileSync(join(folder, document), 'utf8');
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

function groupAttributes(folder: string, format: 2 | 3): Record<string, unknown> {
  if (format === 2) return existsSync(join(folder, '.zattrs')) ? readDocument(folder, '.zattrs') : {};
  const { attributes } = readDocument(folder, 'zarr.json');
  return isObject(attributes) ? attributes : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
