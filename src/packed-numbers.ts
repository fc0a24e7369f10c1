/**
 * Numbers in a line of JSON, bit for bit: as base64 of their bytes, with the kind of number as the name. JSON itself has no
 * NaN, and a float32 takes up to 21 characters in it, here 5.4. Bytes are in the order of the processors that milscope runs
 * on, the lowest first.
 */
export type PackedNumbers = { readonly float32: string } | { readonly float64: string } | { readonly int32: string };

/** Bytes in a line of JSON. */
export type PackedBytes = { readonly uint8: string };

/** What {@link unpackNumbers} gives back. Numbers that are in no typed array are kept as float64. */
export function packNumbers(values: ArrayLike<number>): PackedNumbers {
  if (values instanceof Float32Array) return { float32: toBase64(values) };
  if (values instanceof Int32Array) return { int32: toBase64(values) };
  return { float64: toBase64(values instanceof Float64Array ? values : Float64Array.from(values)) };
}

export function unpackNumbers(packed: { readonly float32: string }): Float32Array;
export function unpackNumbers(packed: { readonly float64: string }): Float64Array;
export function unpackNumbers(packed: { readonly int32: string }): Int32Array;
export function unpackNumbers(packed: PackedNumbers): Float32Array | Float64Array | Int32Array;
export function unpackNumbers(packed: PackedNumbers): Float32Array | Float64Array | Int32Array {
  if ('float32' in packed) return new Float32Array(fromBase64(packed.float32));
  return 'float64' in packed ? new Float64Array(fromBase64(packed.float64)) : new Int32Array(fromBase64(packed.int32));
}

export function packBytes(bytes: Uint8Array): PackedBytes {
  return { uint8: toBase64(bytes) };
}

export function unpackBytes({ uint8 }: PackedBytes): Uint8Array {
  return new Uint8Array(fromBase64(uint8));
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 61; // =

/** The bytes of an array as base64, in Node and in browsers; `btoa` with a text of the bytes takes ten times as long. */
export function toBase64({
  buffer,
  byteOffset,
  byteLength,
}: Uint8Array | Float32Array | Float64Array | Int32Array): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const out = new Uint8Array(4 * Math.ceil(byteLength / 3));
  let at = 0;
  for (let i = 0; i < byteLength; i += 3) {
    // Beyond the end are zeros.
    const three = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out[at++] = LETTERS.charCodeAt(three >> 18);
    out[at++] = LETTERS.charCodeAt((three >> 12) & 63);
    out[at++] = LETTERS.charCodeAt((three >> 6) & 63);
    out[at++] = LETTERS.charCodeAt(three & 63);
  }
  const missing = (3 - (byteLength % 3)) % 3;
  out.fill(PADDING, out.length - missing);
  return new TextDecoder().decode(out);
}

function fromBase64(text: string): ArrayBuffer {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes.buffer;
}
