import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type TensorPieces } from './safetensors.ts';

const bytesOf = (...encoded: Parameters<typeof encodeSafetensors>) =>
  Uint8Array.from([...encodeSafetensors(...encoded)].flatMap((piece) => [...piece]));

const arrays = fc.array(
  fc.oneof(
    fc.float32Array().map((data) => ({ type: 'F32' as const, data })),
    fc.float64Array().map((data) => ({ type: 'F64' as const, data })),
    fc.int32Array().map((data) => ({ type: 'I32' as const, data })),
  ),
);

it('gives back every number, in whatever pieces it was written', () => {
  fc.assert(
    fc.property(arrays, fc.nat(9), fc.string(), (list, cut, note) => {
      const tensors = list.map(({ type, data }, i): [string, TensorPieces] => [
        `t${i}`,
        { type, shape: [data.length, 1], pieces: [data.subarray(0, cut), data.subarray(cut)] },
      ]);
      // Wherever the bytes lie, the numbers are aligned.
      const bytes = new Uint8Array([0, ...bytesOf(Object.fromEntries(tensors), { note })]).subarray(1);
      const decoded = decodeSafetensors(bytes);
      expect(decoded.metadata).toEqual({ note });
      for (const [i, { data }] of list.entries()) {
        expect(decoded.tensors[`t${i}`]).toEqual({ shape: [data.length, 1], data });
      }
    }),
  );
});

it('is laid out as the format says: length, header, numbers', () => {
  const bytes = bytesOf({ a: { type: 'I32', shape: [2], pieces: [Int32Array.of(1, 258)] } }, {});
  const header = '{"__metadata__":{},"a":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}}';
  expect([...bytes.subarray(0, 8)]).toEqual([header.length, 0, 0, 0, 0, 0, 0, 0]);
  expect(new TextDecoder().decode(bytes.subarray(8, 8 + header.length))).toBe(header);
  expect([...bytes.subarray(8 + header.length)]).toEqual([1, 0, 0, 0, 2, 1, 0, 0]);
});

it('refuses what is cut short, wherever', () => {
  const bytes = bytesOf({ a: { type: 'F64', shape: [3], pieces: [Float64Array.of(1, 2, 3)] } }, {});
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow();
  }
  expect(() => decodeSafetensors(bytes.subarray(0, -1))).toThrow('"a" is cut short');
});
