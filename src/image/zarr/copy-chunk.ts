import { MilscopeError } from '../../errors.ts';
import type { Pixels } from '../../pixels/pixels.ts';
import type { Projector } from '../../pixels/projection.ts';
import type { Window } from '../region.ts';
import type { ZarrImage } from './zarr-image.ts';

/** A chunk as zarrita gives it, whatever its numbers. */
export interface ZarrChunk {
  readonly data:
    | ArrayLike<number | bigint | unknown>
    | { readonly length: number; readonly get: (at: number) => unknown };
  /** How far the neighbours along each dimension are from each other. */
  readonly stride: readonly number[];
}

/**
 * Copies what a chunk has of a window of some planes to its place in `out`, `[planes, height, width]` of the window, or adds
 * it to a projection of that shape.
 *
 * @param depths how many planes of depth are read
 * @param place of the chunk among the chunks
 * @throws BadImage for an integer that float32 does not have
 */
export function copyChunk(
  { data, stride }: ZarrChunk,
  {
    folder,
    image,
    planes,
    window,
    depths,
    place,
    out,
  }: {
    readonly folder: string;
    readonly image: ZarrImage;
    readonly planes: readonly number[];
    readonly window: Window;
    readonly depths: number;
    readonly place: readonly number[];
    readonly out: Pixels | Projector;
  },
): void {
  const { array, axes } = image;
  const starts = array.chunks.map((length, i) => length * place[i]!);
  const [top, left] = [starts[axes.y]!, starts[axes.x]!];
  const [firstRow, firstColumn] = [Math.max(top, window.top), Math.max(left, window.left)];
  const rows = Math.min(top + array.chunks[axes.y]!, window.top + window.height) - firstRow;
  const columns = Math.min(left + array.chunks[axes.x]!, window.left + window.width) - firstColumn;
  const [down, right] = [stride[axes.y]!, stride[axes.x]!];
  const writeRow = rowWriter(data, { out, right, columns, valueAt: converter(data, { folder, dtype: array.dtype }) });
  const [above, up] = axes.z === undefined ? [0, 0] : [starts[axes.z]!, stride[axes.z]!];
  const own = axes.z === undefined ? 1 : Math.min(array.chunks[axes.z]!, depths - above);
  for (const [i, plane] of planes.entries()) {
    const within = axes.c === undefined ? 0 : plane - starts[axes.c]!;
    if (within < 0 || (axes.c !== undefined && within >= array.chunks[axes.c]!)) continue;
    // Of every other axis the first position is read.
    const ofPlane = axes.c === undefined ? 0 : within * stride[axes.c]!;
    for (let depth = 0; depth < own; depth++) {
      const first = ofPlane + depth * up + (firstRow - top) * down + (firstColumn - left) * right;
      for (let row = 0; row < rows; row++) {
        const to = (i * window.height + firstRow - window.top + row) * window.width + firstColumn - window.left;
        writeRow(first + row * down, to);
      }
    }
  }
}

/** A function that puts the pixels of a row, which stand from one place of a chunk on, to a place of `out`. */
function rowWriter(
  data: ZarrChunk['data'],
  {
    out,
    right,
    columns,
    valueAt,
  }: { out: Pixels | Projector; right: number; columns: number; valueAt: (at: number) => number },
): (from: number, to: number) => void {
  if (!('result' in out)) {
    if (right === 1 && sameType(data, out)) return (from, to) => out.set(data.subarray(from, from + columns), to);
    return (from, to) => {
      for (let column = 0; column < columns; column++) out[to + column] = valueAt(from + column * right);
    };
  }
  if (isPixels(data)) return (from, to) => out.add(data, to, { from, step: right, count: columns });
  const row = new Float32Array(Math.max(0, columns));
  return (from, to) => {
    for (let column = 0; column < columns; column++) row[column] = valueAt(from + column * right);
    out.add(row, to);
  };
}

function isPixels(data: unknown): data is Pixels {
  return data instanceof Uint8Array || data instanceof Uint16Array || data instanceof Float32Array;
}

function sameType(data: unknown, out: Pixels): data is Pixels {
  return data instanceof (out.constructor as Uint8ArrayConstructor);
}

/** A function that gives the numbers of a chunk as pixels. */
function converter(
  data: ZarrChunk['data'],
  { folder, dtype }: { folder: string; dtype: string },
): (at: number) => number {
  if ('get' in data) return (at) => (data.get(at) ? 1 : 0);
  if (!/^u?int(32|64)$/.test(dtype)) return (at) => Number(data[at]);
  return (at) => {
    const value = Number(data[at]);
    // Between ±2²⁴ float32 has every whole number.
    if (Math.abs(value) <= 2 ** 24) return value;
    throw new MilscopeError('BadImage', {
      file: folder,
      problem: 'some pixels cannot be given exactly',
      found: `${value} in an image of ${dtype}`,
      expected: 'whole numbers from -16777216 to 16777216',
      remedy: 'write the image as uint16 or float32',
    });
  };
}
