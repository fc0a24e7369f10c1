/** Reads a `.npy` file of float32 numbers as NumPy would, strictly. */
export function readNpy(file: Uint8Array): { readonly shape: number[]; readonly data: Float32Array } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const text = (from: number, to: number) => Buffer.from(file.subarray(from, to)).toString('latin1');
  if (text(0, 6) !== '\x93NUMPY' || file[6] !== 1 || file[7] !== 0) throw new Error('no .npy file of version 1.0');
  const start = 10 + view.getUint16(8, true);
  if (start % 64 !== 0) throw new Error(`the data begin at ${start}`);
  const header = text(10, start);
  const found = header.match(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]*)\), \} *\n$/);
  if (!found) throw new Error(`another header: ${header}`);
  const shape = found[1]!
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  if (file.length !== start + 4 * count) throw new Error(`${file.length - start} bytes for [${shape.join(', ')}]`);
  return { shape, data: Float32Array.from({ length: count }, (_, i) => view.getFloat32(start + 4 * i, true)) };
}
