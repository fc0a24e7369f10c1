import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stretched } from './unit-result.ts';

const share = fc.float({ min: 0, max: 1, noNaN: true });

it('stretching keeps the order of probabilities, and on which side of the threshold each is', () => {
  fc.assert(
    fc.property(share, share, share, (a, b, threshold) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map((value) => stretched(value, threshold)) as [
        number,
        number,
      ];
      expect(low).toBeLessThanOrEqual(high);
      for (const value of [a, b]) {
        const seen = Math.fround(stretched(value, threshold));
        expect(seen >= 0.5).toBe(value >= threshold);
        expect(seen).toBeGreaterThanOrEqual(0);
        expect(seen).toBeLessThanOrEqual(1);
      }
    }),
  );
  expect([0, 0.2, 1].map((value) => stretched(value, 0.2))).toEqual([0, 0.5, 1]);
});
