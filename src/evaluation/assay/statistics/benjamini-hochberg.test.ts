import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from './benjamini-hochberg.ts';

describe('benjaminiHochberg', () => {
  it('adjusts as by hand', () => {
    const qs = benjaminiHochberg([0.01, 0.04, 0.03, 0.5]);
    [0.04, 0.16 / 3, 0.16 / 3, 0.5].forEach((q, i) => {
      expect(qs[i]).toBeCloseTo(q, 12);
    });
  });

  it('leaves out what was not tested', () => {
    expect(benjaminiHochberg([null, 0.02, null])).toEqual([null, 0.02, null]);
    expect(benjaminiHochberg([])).toEqual([]);
  });

  it('keeps the order, is at least p, and does not exceed 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (ps) => {
        const qs = benjaminiHochberg(ps) as number[];
        for (const [i, p] of ps.entries()) {
          expect(qs[i]).toBeGreaterThanOrEqual(p);
          expect(qs[i]).toBeLessThanOrEqual(1);
          for (const [j, other] of ps.entries()) if (p <= other) expect(qs[i]).toBeLessThanOrEqual(qs[j]!);
        }
      }),
    );
  });
});
