import { describe, expect, it } from 'vitest';
import './find-transfer.ts';
import { freeArrays, freeAtOnce } from './free-at-once.ts';

describe('freeAtOnce', () => {
  it('detaches a buffer, in every version of Node', () => {
    const numbers = new Float32Array(1000).fill(1);
    freeAtOnce(numbers.buffer);
    expect(numbers).toHaveLength(0);
    expect(numbers.buffer.byteLength).toBe(0);
  });
});

describe('freeArrays', () => {
  it('frees large arrays, those in one memory too, and neither small ones nor what is kept or shared', () => {
    const two = new ArrayBuffer(2 ** 20);
    const own = new Uint8Array(2 ** 20);
    const small = Buffer.from('of a pool');
    const kept = new Uint16Array(2 ** 20);
    const shared = new Uint8Array(new SharedArrayBuffer(2 ** 20));
    const halves = [new Uint8Array(two, 0, 2 ** 19), new Uint8Array(two, 2 ** 19)];
    freeArrays([...halves, own, small, kept.subarray(7), shared], kept);
    expect([...halves, own].map(({ length }) => length)).toEqual([0, 0, 0]);
    expect(small.toString()).toBe('of a pool');
    expect([kept.length, shared.length]).toEqual([2 ** 20, 2 ** 20]);
  });
});
