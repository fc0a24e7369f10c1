import { describe, expect, it } from 'vitest';
import { freeAtOnce } from './free-at-once.ts';

describe('freeAtOnce', () => {
  it('detaches a buffer, in every version of Node', () => {
    const numbers = new Float32Array(1000).fill(1);
    freeAtOnce(numbers.buffer);
    expect(numbers).toHaveLength(0);
    expect(numbers.buffer.byteLength).toBe(0);
  });
});
