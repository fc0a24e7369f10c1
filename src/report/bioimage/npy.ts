import type { Tensor } from '../../onnx/tensor.ts';

/** Magic string of the format and its version, 1.0. */
const MAGIC = [0x93, ...Buffer.from('NUMPY'), 1, 0] as const;

/** The data begin at a multiple of so many bytes. */
const ALIGNMENT = 64;

/**
 * A float32 tensor as a `.npy` file of NumPy, format 1.0: little-endian, C order.
 *
 * Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
 */
export function encodeNpy({ shape, data }: Pick<Tensor, 'shape'> & { readonly data: Float32Array }): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Magic, two bytes of length, the header, blanks, and a line feed.
  const start = Math.ceil((MAGIC.length + 2 + header.length + 1) / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(start + 4 * data.length).fill(0x20, 0, start);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint16(MAGIC.length, start - MAGIC.length - 2, true);
  file.set(Buffer.from(header, 'latin1'), MAGIC.length + 2);
  file[start - 1] = 0x0a;
  for (const [i, value] of data.entries()) view.setFloat32(start + 4 * i, value, true);
  return file;
}
