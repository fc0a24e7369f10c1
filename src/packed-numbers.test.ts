import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packNumbers, toBase64, unpackNumbers } from './packed-numbers.ts';

it('writes bytes as base64 as Node does, also from the middle of their memory', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(5), (bytes, from) => {
      const part = bytes.subarray(Math.min(from, bytes.length));
      expect(toBase64(part)).toBe(Buffer.from(part).toString('base64'));
    }),
  );
});

it('keeps numbers bit for bit', () => {
  const numbers = Float64Array.from([0.1, Number.NaN, -0, Number.POSITIVE_INFINITY]);
  const packed = packNumbers(numbers) as { readonly float64: string };
  expect(new Uint8Array(unpackNumbers(packed).buffer)).toEqual(new Uint8Array(numbers.buffer));
});
