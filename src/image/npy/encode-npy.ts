/** Magic string of the format and its version, 1.0. */
const MAGIC = Uint8Array.from(['\x93', ...'NUMPY', '\x01', '\0'], (letter) => letter.charCodeAt(0));

/** The data begin at a multiple of so many bytes. */
const ALIGNMENT = 64;

/**
 * A float32 array as a `.npy` file of NumPy, format 1.0: little-endian, C order.
 *
 * Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
 */
export function encodeNpy({
  shape,
  data,
}: {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Magic, two bytes of length, the header, blanks, and a line feed.
  const start = Math.ceil((MAGIC.length + 2 + header.length + 1) / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(start + 4 * data.length).fill(0x20, 0, start);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint16(MAGIC.length, start - MAGIC.length - 2, true);
  file.set(new TextEncoder().encode(header), MAGIC.length + 2);
  file[start - 1] = 0x0a;
  for (const [i, value] of data.entries()) view.setFloat32(start + 4 * i, value, true);
  return file;
}
