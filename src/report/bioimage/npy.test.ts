import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../../test/read-npy.ts';
import { encodeNpy } from './npy.ts';

/** A header as NumPy 2 writes it. */
const header = (shape: string, length: number) =>
  Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from(`NUMPY\x01\x00v\x00`, 'latin1'),
    Buffer.from(`${`{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(length - 1)}\n`),
  ]);

describe('encodeNpy', () => {
  it('gives the bytes that numpy.save gives', () => {
    const matrix = encodeNpy({ shape: [2, 3], data: Float32Array.of(0, 1, -2, 0.5, 1e10, -0.25) });
    const numbers = '00000000 0000803f 000000c0 0000003f f9021550 000080be'.replaceAll(' ', '');
    expect(Buffer.from(matrix).toString('hex')).toBe(header('(2, 3)', 118).toString('hex') + numbers);
    const vector = encodeNpy({ shape: [1], data: Float32Array.of(1.5) });
    expect(Buffer.from(vector).toString('hex')).toBe(`${header('(1,)', 118).toString('hex')}0000c03f`);
  });

  it('gives back shape and numbers, whatever they are', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 40 }).filter((shape) => {
      return shape.reduce((product, size) => product * size, 1) <= 1000;
    });
    fc.assert(
      fc.property(shapes, fc.integer(), (shape, seed) => {
        const count = shape.reduce((product, size) => product * size, 1);
        const data = Float32Array.from({ length: count }, (_, i) => Math.sin(seed + i) * 10 ** ((i % 60) - 30));
        expect(readNpy(encodeNpy({ shape, data }))).toEqual({ shape, data });
      }),
      { numRuns: 50 },
    );
  });
});
