import { isZarritaError, open } from 'zarrita';
import { isMilscopeError, MilscopeError } from '../../errors.ts';
import type { ReadFiles } from '../../files/files.ts';
import type { Pixels } from '../../pixels/pixels.ts';
import { createProjector, type Projection } from '../../pixels/projection.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { ImageAccess } from '../access.ts';
import type { Size, Window } from '../region.ts';
import { guardCodecs } from './codecs.ts';
import { copyChunk, type ZarrChunk } from './copy-chunk.ts';
import { fileStore } from './file-store.ts';
import { itemBytes } from './zarr-array.ts';
import type { ZarrImage } from './zarr-image.ts';

/** Bytes of chunks that are decoded at once. */
const AT_ONCE = 2 ** 28;

/**
 * Decodes a window of planes of an image, `[planes, height, width]`. A chunk that is not there is the fill value, as Zarr
 * has it. Of a stack the depth is projected, or else its first plane is read. Each chunk is decoded once and then let go.
 *
 * Unsigned integers of 8 and 16 bits and float32 stay what they are; false and true are 0 and 1; other integers become
 * float32, and are refused where that would change one; float64 is rounded to float32, in which everything is computed.
 *
 * @throws BadImage, naming the image, when a chunk is damaged, cut short, or coded as is not known; when all chunks are
 *   missing, but other files are there.
 */
export async function readPlanes(
  folder: string,
  {
    image,
    planes,
    window,
    projection = 'none',
  }: { image: ZarrImage; planes: readonly number[]; window: Window; projection?: Projection | undefined },
  { files, decode }: ImageAccess,
): Promise<Pixels> {
  const { array, header } = image;
  const { chunks, format } = array;
  const size = chunks.reduce((all, length) => all * length, 1);
  const Type = { 8: Uint8Array, 16: Uint16Array, 32: Float32Array }[header.bitDepth];
  guardCodecs(decode);
  const store = fileStore(array.folder, { most: 2 * AT_ONCE, files });
  const opened = await orDamaged(folder, 'the array cannot be opened', async () =>
    format === 3 ? open.v3(store, { kind: 'array' }) : open.v2(store, { kind: 'array' }),
  );
  const before = store.found();
  const length = planes.length * window.height * window.width;
  const depths = projection === 'none' ? 1 : (header.stack?.z ?? 1);
  const kind = { Type, length, planes: depths };
  const projector = depths === 1 || projection === 'none' ? undefined : createProjector(projection, kind);
  const out = projector ?? new Type(length);
  const read = async (place: readonly number[]) => {
    const problem = `chunk ${place.join(', ')} cannot be read`;
    const chunk = await orDamaged<ZarrChunk>(folder, problem, () => opened.getChunk([...place]));
    if (chunk.data.length !== size) {
      throw damaged(folder, { problem, found: `${chunk.data.length} pixels of ${size}` });
    }
    copyChunk(chunk, { folder, image, planes, window, depths, place, out });
  };
  const limit = Math.max(1, Math.min(4, Math.floor(AT_ONCE / (size * itemBytes(array.dtype)))));
  for await (const _ of mapInOrder(chunkPlaces(image, { planes, window, depths }), limit, read));
  if (planes.length > 0 && store.found() === before && isWhole(window, header)) {
    await requireNoOtherFiles(folder, array.folder, files);
  }
  return 'result' in out ? out.result() : out;
}

/** The places of all chunks that have pixels of a window of the planes at some depths, the last dimension running fastest. */
function* chunkPlaces(
  { array, axes }: ZarrImage,
  { planes, window, depths }: { planes: readonly number[]; window: Window; depths: number },
): Generator<number[]> {
  const along = array.chunks.map((chunk, i) => {
    if (i === axes.c) return [...new Set(planes.map((plane) => Math.floor(plane / chunk)))];
    if (i === axes.z) return Array.from({ length: Math.ceil(depths / chunk) }, (_, place) => place);
    if (i !== axes.y && i !== axes.x) return [0];
    const [from, length] = i === axes.y ? [window.top, window.height] : [window.left, window.width];
    const first = Math.floor(from / chunk);
    return Array.from({ length: Math.ceil((from + length) / chunk) - first }, (_, place) => first + place);
  });
  function* from(dimension: number): Generator<number[]> {
    const here = along[dimension];
    if (here === undefined) yield [];
    else for (const first of here) for (const rest of from(dimension + 1)) yield [first, ...rest];
  }
  yield* from(0);
}

/** An image of which nothing was ever written is a legal one; one whose chunks are elsewhere than its metadata say is not. */
async function requireNoOtherFiles(folder: string, array: string, files: ReadFiles): Promise<void> {
  const names = (await files.list(array)).map(({ name }) => name);
  const others = names.filter((name) => !name.startsWith('.') && name !== 'zarr.json');
  if (others.length === 0) return;
  throw damaged(folder, {
    problem: 'none of the chunks is where the metadata say',
    found: `other files and folders, such as ${others.slice(0, 3).join(', ')}`,
  });
}

function isWhole(window: Window, { height, width }: Size): boolean {
  return window.height === height && window.width === width;
}

async function orDamaged<T>(folder: string, problem: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isMilscopeError(error)) throw error;
    const isUnknown = isZarritaError(error, 'UnknownCodecError', 'UnsupportedError');
    const remedy = isUnknown ? 'write the image compressed with Blosc, Zstandard or gzip' : undefined;
    throw damaged(folder, { problem, found: reasons(error), cause: error, ...(remedy && { remedy }) });
  }
}

/** The message of an error and of those that caused it. */
function reasons(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasons(error.cause)}`;
}

function damaged(
  file: string,
  details: { problem: string; found: string; remedy?: string; cause?: unknown },
): MilscopeError {
  return new MilscopeError('BadImage', { file, remedy: 'copy the image again from where it came', ...details });
}
