import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentileAmong } from './percentile.ts';

describe('percentileAmong', () => {
  it('puts the i-th of n at i / (n + 1), and others between', () => {
    const sorted = [1, 2, 4];
    expect([1, 2, 4].map((d) => percentileAmong(sorted, d))).toEqual([25, 50, 75]);
    expect([0, 0.5, 1.5, 3].map((d) => percentileAmong(sorted, d))).toEqual([0, 12.5, 37.5, 62.5]);
    expect(percentileAmong([2, 2, 2, 4], 2)).toBe(60);
  });

  it('goes on beyond the largest, never to 100', () => {
    expect(percentileAmong([1, 2, 4], 8)).toBe(87.5);
    expect(percentileAmong([1, 2, 4], 400)).toBe(99.75);
    expect(percentileAmong([1, 2, 4], Number.NaN)).toBeNaN();
  });

  it('has the 99th percentile within the reference from 100 fields on, and not before', () => {
    const reference = (n: number) => Float64Array.from({ length: n }, (_, i) => i + 1);
    expect(percentileAmong(reference(99), 99)).toBe(99);
    expect(percentileAmong(reference(100), 100)).toBeGreaterThan(99);
  });

  it('never puts a farther field lower', () => {
    const distances = fc.array(fc.double({ min: 0.01, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 30 });
    const distance = fc.double({ min: 0, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(distances, distance, distance, (reference, a, b) => {
        const sorted = reference.toSorted((x, y) => x - y);
        const [near, far] = [Math.min(a, b), Math.max(a, b)].map((d) => percentileAmong(sorted, d));
        expect(near).toBeLessThanOrEqual(far!);
        expect(far).toBeLessThan(100);
      }),
    );
  });
});
