import { type Kernels, makeKernels } from '../../kernels/kernels.ts';

/** Strips or tiles in LZW, of whole numbers of one sample. */
export interface LzwPieces {
  readonly pieces: readonly Uint8Array[];
  /** Bytes of each once it is unpacked. */
  readonly decoded: readonly number[];
  readonly bits: 8 | 16;
  readonly little: boolean;
  /** Where the numbers are differences along rows: the numbers of a row. */
  readonly differences: number | undefined;
}

/** Bytes of the table of the loop, and what it may read and write behind its places. */
const [TABLE, SLACK] = [33_024, 16];
/** Bytes of a strip or tile, packed or unpacked: of larger ones the memory of the loop would be large for good. */
const MOST = 2 ** 26;

let made: { readonly kernels: Kernels; readonly bytes: number } | undefined;

/** A loop whose memory has so many bytes, which is kept for what comes next. */
function loopWith(bytes: number): Kernels {
  if (made && made.bytes >= bytes) return made.kernels;
  made?.kernels.release();
  made = { kernels: makeKernels(bytes), bytes };
  return made.kernels;
}

const rounded = (bytes: number) => Math.ceil((bytes + SLACK) / SLACK) * SLACK;

/**
 * Unpacks strips or tiles: their numbers one after the other, in the byte order of this machine. Undefined where anything is not as it
 * should be, or is too large for the memory that this keeps: another decoder reads it then, or says what is wrong.
 */
export function unpackLzw({ pieces, decoded, bits, little, differences }: LzwPieces): Uint8Array | undefined {
  const longest = pieces.reduce((most, { length }) => Math.max(most, length), 0);
  const largest = decoded.reduce((most, bytes) => Math.max(most, bytes), 0);
  if (Math.max(longest, largest) > MOST || !pieces.every(isAsNow)) return undefined;
  const y = TABLE + rounded(longest);
  const kernels = loopWith(y + rounded(largest));
  const memory = new Uint8Array(kernels.floats.buffer);
  const out = new Uint8Array(decoded.reduce((sum, bytes) => sum + bytes, 0));
  let at = 0;
  for (const [i, piece] of pieces.entries()) {
    const bytes = decoded[i]!;
    memory.set(piece, TABLE);
    const unpacked = kernels.unpackLzw({ x: TABLE, table: 0, y }, { bytes: piece.length, most: bytes });
    if (unpacked !== bytes) return undefined;
    if (bits === 16 && !little) swapBytes(new Uint16Array(memory.buffer, y, bytes / 2));
    if (differences) kernels.addDifferences(y, { bits, wide: differences, rows: (8 * bytes) / bits / differences });
    out.set(memory.subarray(y, y + bytes), at);
    at += bytes;
  }
  return out;
}

/** Whether the first code is the one that starts the table: before TIFF 5.0 codes stood the other way round, without it. */
function isAsNow(piece: Uint8Array): boolean {
  return piece[0] === 0x80 && piece[1]! < 0x80;
}

/** Of numbers of 16 bits. */
export function swapBytes(numbers: Uint8Array | Uint16Array): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i]! << 8) | (numbers[i]! >> 8);
}
