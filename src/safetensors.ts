import * as z from 'zod';

const TYPES = { F32: Float32Array, F64: Float64Array, I32: Int32Array };
type TypeName = keyof typeof TYPES;

/** Numbers to write, in pieces that follow one another, as `shape` in all. */
export interface TensorPieces {
  readonly type: TypeName;
  readonly shape: readonly number[];
  readonly pieces: readonly (Float32Array | Float64Array | Int32Array)[];
}

/** Numbers that were read. */
export interface ReadTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array;
}

const METADATA = '__metadata__';
const entry = z.object({
  dtype: z.enum(['F32', 'F64', 'I32']),
  shape: z.array(z.number()),
  data_offsets: z.tuple([z.number(), z.number()]),
});
const metadataOf = z.record(z.string(), z.string());

/**
 * A file in the safetensors format, which Python opens too: eight bytes of length, a JSON header, then the numbers. The
 * pieces follow one another; they are the numbers themselves and not copies.
 */
export function* encodeSafetensors(
  tensors: Readonly<Record<string, TensorPieces>>,
  metadata: Readonly<Record<string, string>>,
): Generator<Uint8Array> {
  const header: Record<string, unknown> = { [METADATA]: metadata };
  let offset = 0;
  for (const [name, { type, shape, pieces }] of Object.entries(tensors)) {
    const end = pieces.reduce((sum, { byteLength }) => sum + byteLength, offset);
    header[name] = { dtype: type, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  yield length;
  yield text;
  for (const { pieces } of Object.values(tensors)) {
    for (const { buffer, byteOffset, byteLength } of pieces) yield new Uint8Array(buffer, byteOffset, byteLength);
  }
}

/** What {@link encodeSafetensors} wrote, as numbers of their own. Throws an `Error` that says what is wrong with it. */
export function decodeSafetensors(bytes: Uint8Array): {
  readonly tensors: Readonly<Record<string, ReadTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
} {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>;
  const tensors: Record<string, ReadTensor> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) continue;
    const { dtype, shape, data_offsets } = entry.parse(value);
    const [from, to] = data_offsets.map((at) => 8 + length + at) as [number, number];
    const size = shape.reduce((product, side) => product * side, 1);
    if (to > bytes.length || to - from !== size * TYPES[dtype].BYTES_PER_ELEMENT) {
      throw new Error(`"${name}" is cut short`);
    }
    // Copied, since numbers want alignment; a `slice` of Node's buffers would be no copy.
    tensors[name] = { shape, data: new TYPES[dtype](new Uint8Array(bytes.subarray(from, to)).buffer) };
  }
  return { tensors, metadata: metadataOf.parse(header[METADATA]) };
}
