import { MilscopeError } from '../../errors.ts';
import type { ReadFiles } from '../../files/files.ts';
import { type FileBytes, openBytes } from '../bytes.ts';
import { damaged } from '../damaged.ts';
import type { Size } from '../region.ts';
import { type DecodeLimits, requireDecodable } from '../require-decodable.ts';

/** Numbers of a plane, `[height, width]`. */
export interface Plane extends Size {
  readonly data: Float32Array;
}

/** Bytes that every header has at its beginning: magic, version, and room for the longest length. */
const PREAMBLE = 12;
/** Bytes of a header at most; NumPy itself reads no more than 10,000 characters. */
const LONGEST_HEADER = 65_536;

type GetNumber = (view: DataView, at: number, little: boolean) => number;

/** How a number is read, by its kind and bytes as NumPy names them. */
const numbers: Readonly<Record<string, GetNumber>> = {
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
};

/** What the header of an array says. */
interface NpyHeader extends Size {
  readonly start: number;
  readonly bytes: number;
  readonly get: GetNumber;
  readonly little: boolean;
  readonly isFortran: boolean;
}

/** Whether a file begins as an array of NumPy does. */
export function isNpy(head: Uint8Array): boolean {
  return head[0] === 0x93 && latin(head.subarray(1, 6)) === 'NUMPY';
}

/**
 * Reads a plane of numbers that NumPy saved (`.npy`, versions 1 to 3): floats of 4 or 8 bytes or integers of 1 to 8, of either
 * byte order, in C or Fortran order, `[height, width]`, or in three dimensions of which the first or the last is 1. The
 * numbers come as float32.
 *
 * @throws BadImage for everything else, for a file that is cut short, and for a plane larger than `limits` allow
 */
export async function readNpy(file: string, limits: DecodeLimits, files: ReadFiles): Promise<Plane> {
  const bytes = await openBytes(file, files);
  const header = await readHeader(bytes);
  const { height, width, start, bytes: each, get, little, isFortran } = header;
  requireDecodable(file, { height, width, bytes: each + 4 }, limits);
  const length = height * width * each;
  const [body = new Uint8Array()] = await bytes.pieces([{ offset: start, length }]);
  if (body.length < length) {
    throw damaged(file, { found: `${body.length} bytes of numbers`, expected: `${length} for ${width} × ${height}` });
  }
  const view = new DataView(body.buffer, body.byteOffset, length);
  const data = new Float32Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) data[i] = get(view, each * (isFortran ? x * height + y : i), little);
  }
  return { data, height, width };
}

async function readHeader({ file, read }: FileBytes): Promise<NpyHeader> {
  const head = await read(0, PREAMBLE);
  const version = head[6] ?? 0;
  if (!isNpy(head) || head.length < PREAMBLE || version < 1 || version > 3) {
    throw refused(file, { found: isNpy(head) ? `version ${version}` : 'a file of another kind' });
  }
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const [begin, length] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (length > LONGEST_HEADER) throw refused(file, { found: `a header of ${length} bytes` });
  const text = latin(await read(begin, length));
  const [, order, kind = ''] = /'descr'\s*:\s*'([<>|=])(\w+)'/.exec(text) ?? [];
  const [, fortran] = /'fortran_order'\s*:\s*(True|False)/.exec(text) ?? [];
  const [, sizes] = /'shape'\s*:\s*\(([\d,L\s]*)\)/.exec(text) ?? [];
  if (fortran === undefined || sizes === undefined || text.length < length) throw damaged(file, { found: text.trim() });
  const get = Object.hasOwn(numbers, kind) ? numbers[kind] : undefined;
  if (get === undefined) {
    const [, found = text.trim()] = /'descr'\s*:\s*(.+?),\s*'(?:fortran_order|shape)'/s.exec(text) ?? [];
    throw refused(file, { found: `numbers of the kind ${found}` });
  }
  return {
    ...sizeOf(file, sizes),
    ...{ start: begin + length, bytes: Number(kind.slice(1)), get, little: order !== '>' },
    isFortran: fortran === 'True',
  };
}

function sizeOf(file: string, text: string): Size {
  const shape = text.split(',').flatMap((size) => size.replace('L', '').trim() || []);
  const sizes = shape.map(Number);
  const plane = sizes.length !== 3 ? sizes : sizes[0] === 1 ? sizes.slice(1) : sizes[2] === 1 ? sizes.slice(0, 2) : [];
  const [height = 0, width = 0] = plane;
  if (plane.length === 2 && height > 0 && width > 0) return { height, width };
  throw refused(file, { found: `an array of the shape (${shape.join(', ')})` });
}

function refused(file: string, { found }: { found: string }): MilscopeError {
  return new MilscopeError('BadImage', {
    file,
    problem: 'this is no plane of numbers that NumPy saved',
    found,
    expected: 'an array (height, width) of floats or integers',
    remedy: "save it with numpy.save(file, plane.astype('float32'))",
  });
}

const latin = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
