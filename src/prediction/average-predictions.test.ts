import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagePredictions } from './average-predictions.ts';

const share = fc.float({ min: 0, max: 1, noNaN: true });
const picture = fc
  .record({
    probability: fc.array(share, { minLength: 3, maxLength: 3 }),
    bag: fc.array(share, { minLength: 3, maxLength: 3 }),
  })
  .map(({ probability, bag }) => ({ probability: Float32Array.from(probability), bag: Float32Array.from(bag) }));

describe('the average over the pictures of a field', () => {
  it('is the mean of each number, and the most probable class that of the means', () => {
    const { predicted, probability, bag } = averagePredictions([
      { probability: Float32Array.of(0.75, 0.25), bag: Float32Array.of(0, 1) },
      { probability: Float32Array.of(0, 1), bag: Float32Array.of(0.5, 0.25) },
      { probability: Float32Array.of(0.5625, 0.4375), bag: Float32Array.of(1, 0.25) },
    ]);
    expect([...probability]).toEqual([0.4375, 0.5625]);
    expect([...bag]).toEqual([0.5, 0.5]);
    // Two of three say the first class, but not as clearly as the other one says the second.
    expect(predicted).toBe(1);
  });

  it('of one is itself; lies between the least and the most; does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(picture, { minLength: 1, maxLength: 9 }), (pictures) => {
        const [one] = pictures as [(typeof pictures)[number]];
        expect(averagePredictions([one])).toMatchObject(one);
        const { probability } = averagePredictions(pictures);
        const turned = averagePredictions([...pictures].reverse()).probability;
        for (const [k, value] of probability.entries()) {
          const given = pictures.map((of) => of.probability[k]!);
          expect(value).toBeGreaterThanOrEqual(Math.min(...given));
          expect(value).toBeLessThanOrEqual(Math.max(...given));
          expect(turned[k]).toBeCloseTo(value, 6);
        }
      }),
    );
  });
});
