/** Typed arrays that are equal are found so in one loop: number by number, as `expect` compares, takes a thousand times as long. */
import { expect } from 'vitest';

expect.addEqualityTesters([
  function equalArrays(a: unknown, b: unknown): boolean | undefined {
    if (!isArray(a) || !isArray(b) || a.constructor !== b.constructor || a.length !== b.length) return undefined;
    for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return undefined;
    return true;
  },
]);

type TypedArray = { readonly length: number; readonly [place: number]: number | bigint };

function isArray(value: unknown): value is TypedArray & object {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
