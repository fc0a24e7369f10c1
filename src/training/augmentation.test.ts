import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizationOf, sumChannels } from '../pixels/channel-sums.ts';
import { drawExposures, exposed, matchingExposures } from '../pixels/exposure.ts';
import { createRandom } from '../random.ts';
import { drawCrop } from './augmentation.ts';

describe('drawCrop', () => {
  it('comes to every place and all eight symmetries', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 2000; i++) {
      const { box, symmetry } = drawCrop({ height: 5, width: 6 }, { side: 4, random: createRandom(1, i) });
      expect([box.height, box.width]).toEqual([4, 4]);
      seen.add([box.top, box.left, symmetry.turns, symmetry.reflected].join());
    }
    expect(seen.size).toBe(2 * 3 * 8);
  });
});

describe('drawExposures', () => {
  it('changes each channel by a gain and a shift of its own, around 1 and 0, as wide as asked', () => {
    const n = 20_000;
    const drawn = Array.from({ length: n }, (_, i) =>
      drawExposures([100, 1000], { jitter: 0.15, random: createRandom(1, 'exposure', i) }),
    );
    for (const [channel, deviation] of [100, 1000].entries()) {
      const spread = (values: number[]) => {
        const mean = values.reduce((a, b) => a + b) / n;
        return [mean, Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / n)] as const;
      };
      const gains = spread(drawn.map((exposures) => Math.log(exposures[channel]!.gain)));
      const shifts = spread(drawn.map((exposures) => exposures[channel]!.shift / deviation));
      for (const [mean, width] of [gains, shifts]) {
        expect(mean).toBeCloseTo(0, 1);
        expect(width).toBeCloseTo(0.15, 2);
      }
    }
    expect(drawn[0]![0]).not.toEqual(drawn[0]![1]);
    const [still] = drawExposures([100], { jitter: 0, random: createRandom(1) });
    expect([still!.gain, Math.abs(still!.shift)]).toEqual([1, 0]);
  });
});

describe('matchingExposures', () => {
  it('gives a plate the mean and deviation that are wanted', () => {
    const counts = fc.uniqueArray(fc.integer({ min: 0, max: 65535 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(counts, (values) => {
        const field = { data: Uint16Array.from(values), channels: 2, height: 2, width: 2 };
        const to = { mean: [500, 20], deviation: [90, 3] };
        const seen = exposed(field, matchingExposures(normalizationOf([sumChannels(field)]), to));
        const { mean, deviation } = normalizationOf([sumChannels(seen)]);
        for (const channel of [0, 1]) {
          expect(mean[channel]! / to.mean[channel]!).toBeCloseTo(1, 2);
          expect(deviation[channel]! / to.deviation[channel]!).toBeCloseTo(1, 2);
        }
      }),
    );
  });
});
