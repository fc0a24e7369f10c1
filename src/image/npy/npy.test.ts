import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNpy as readStrictly } from '../../../test/read-npy.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { encodeNpy } from './encode-npy.ts';
import { readNpy } from './read-npy.ts';

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
        expect(readStrictly(encodeNpy({ shape, data }))).toEqual({ shape, data });
      }),
      { numRuns: 50 },
    );
  });
});

const folder = temporaryFolder();

const writers = {
  f4: (view: DataView, at: number, value: number, little: boolean) => view.setFloat32(at, value, little),
  f8: (view: DataView, at: number, value: number, little: boolean) => view.setFloat64(at, value, little),
  u1: (view: DataView, at: number, value: number) => view.setUint8(at, value),
  u2: (view: DataView, at: number, value: number, little: boolean) => view.setUint16(at, value, little),
  u4: (view: DataView, at: number, value: number, little: boolean) => view.setUint32(at, value, little),
  u8: (view: DataView, at: number, value: number, little: boolean) => view.setBigUint64(at, BigInt(value), little),
  i1: (view: DataView, at: number, value: number) => view.setInt8(at, value),
  i2: (view: DataView, at: number, value: number, little: boolean) => view.setInt16(at, value, little),
  i4: (view: DataView, at: number, value: number, little: boolean) => view.setInt32(at, value, little),
  i8: (view: DataView, at: number, value: number, little: boolean) => view.setBigInt64(at, BigInt(value), little),
} as const;

/** A file as NumPy writes it, its numbers in the order in which they are given. */
function npyByHand({
  descr = "'<f4'",
  fortran = 'False',
  shape = '(2, 3)',
  version = 1,
  body = new Uint8Array(24),
}: {
  descr?: string;
  fortran?: string;
  shape?: string;
  version?: number;
  body?: Uint8Array;
}): Uint8Array {
  const text = `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
  const length = version === 1 ? 2 : 4;
  const bytes = new Uint8Array(8 + length + text.length + body.length);
  bytes.set([0x93, ...Buffer.from('NUMPY'), version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  bytes.set(Buffer.from(text), 8 + length);
  bytes.set(body, 8 + length + text.length);
  return bytes;
}

function save(bytes: Uint8Array): string {
  const file = join(folder, 'plane.npy');
  writeFileSync(file, bytes);
  return file;
}

describe('readNpy', () => {
  it('reads every kind of number in every order, version and shape of a plane', async () => {
    const recipe = fc.record({
      kind: fc.constantFrom(...(Object.keys(writers) as (keyof typeof writers)[])),
      little: fc.boolean(),
      fortran: fc.boolean(),
      version: fc.constantFrom(1, 2, 3),
      deep: fc.constantFrom('no', 'first', 'last'),
      height: fc.integer({ min: 2, max: 5 }),
      width: fc.integer({ min: 2, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(recipe, async ({ kind, little, fortran, version, deep, height, width }) => {
        const values = Array.from({ length: height * width }, (_, i) => (i * 7) % 120);
        const size = Number(kind.slice(1));
        const body = new Uint8Array(size * values.length);
        const view = new DataView(body.buffer);
        for (const [i, value] of values.entries()) {
          const [y, x] = [Math.floor(i / width), i % width];
          writers[kind](view, size * (fortran ? x * height + y : i), value, little);
        }
        const shape = {
          no: `(${height}, ${width})`,
          first: `(1, ${height}, ${width})`,
          last: `(${height}, ${width}, 1)`,
        };
        const order = size === 1 ? '|' : little ? '<' : '>';
        const parts = { descr: `'${order}${kind}'`, fortran: fortran ? 'True' : 'False', version, body };
        const plane = await readNpy(save(npyByHand({ ...parts, shape: shape[deep] })), {}, nodeFiles);
        expect(plane).toEqual({ height, width, data: Float32Array.from(values) });
      }),
      { numRuns: 60 },
    );
  });

  it('gives back what encodeNpy writes', async () => {
    const data = Float32Array.of(0.1, 2, -3, 1e10, 5, 6);
    const plane = await readNpy(save(encodeNpy({ shape: [3, 2], data })), {}, nodeFiles);
    expect(plane).toEqual({ height: 3, width: 2, data });
  });

  it.each([
    [
      'cut short',
      npyByHand({}).slice(0, -1),
      /damaged or cut short \(found 23 bytes of numbers; expected 24 for 3 × 2/,
    ],
    ['cut in its header', npyByHand({}).slice(0, 40), /damaged or cut short/],
    ['of another kind', Buffer.from('P5 2 2 255 and more'), /found a file of another kind/],
    ['empty but for its magic', npyByHand({}).slice(0, 7), /found version 1/],
    ['of another version', npyByHand({ version: 9 }), /found version 9/],
    ['of objects', npyByHand({ descr: "'|O'" }), /kind '\|O'/],
    ['of halves', npyByHand({ descr: "'<f2'" }), /kind '<f2'.*numpy\.save/],
    ['of records', npyByHand({ descr: "[('x', '<f4')]" }), /kind \[\('x', '<f4'\)\]/],
    ['of one dimension', npyByHand({ shape: '(6,)' }), /shape \(6\)/],
    ['of several planes', npyByHand({ shape: '(2, 3, 1, 1)' }), /shape \(2, 3, 1, 1\)/],
    ['of a stack', npyByHand({ shape: '(2, 3, 2)' }), /shape \(2, 3, 2\)/],
    ['of no pixel', npyByHand({ shape: '(0, 3)' }), /shape \(0, 3\)/],
    ['that claims more than there may be', npyByHand({ shape: '(999999999, 999999999)' }), /larger than images/],
    ['that claims more than any number', npyByHand({ shape: `(${'9'.repeat(400)}, 2)` }), /larger than images/],
    ['that claims more than there is', npyByHand({ shape: '(9999, 9999)' }), /cut short/],
  ])('refuses an array %s', async (_, bytes, message) => {
    const file = save(bytes);
    await expect(readNpy(file, {}, nodeFiles)).rejects.toMatchObject({
      tag: 'BadImage',
      details: { file },
      message: expect.stringMatching(message),
    });
  });

  it('refuses more than the memory holds', async () => {
    const file = save(npyByHand({}));
    await expect(readNpy(file, { memory: 100 }, nodeFiles)).rejects.toThrow('too large for the memory');
  });
});
