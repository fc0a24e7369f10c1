import fc from 'fast-check';
import type { Labels } from '../plane.ts';

/** Label images of up to 12 × 12 pixels, crowded with regions of up to five labels, gaps in the numbers among them. */
export const randomLabels: fc.Arbitrary<Labels> = fc
  .record({
    height: fc.integer({ min: 1, max: 12 }),
    width: fc.integer({ min: 1, max: 12 }),
    labels: fc.constantFrom([0, 1], [0, 1, 1, 1], [1], [0, 1, 2], [0, 2, 5], [1, 2, 3]),
  })
  .chain(({ height, width, labels }) =>
    fc
      .array(fc.constantFrom(...labels), { minLength: height * width, maxLength: height * width })
      .map((pixels) => ({ data: Int32Array.from(pixels), height, width, count: 5 })),
  );
