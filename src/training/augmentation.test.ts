import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizationOf, sumChannels } from '../pixels/channel-sums.ts';
import { drawExposures, exposed, matchingExposures } from '../pixels/exposure.ts';
import type { Image } from '../pixels/pixels.ts';
import { createRandom } from '../random.ts';
import { drawCrop, writeCrop } from './augmentation.ts';

/** A field whose every pixel tells its channel, row and column. */
function tellingField(channels: number, height: number, width: number): Image {
  const data = new Float32Array(channels * height * width);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) data[(c * height + y) * width + x] = c * 10_000 + y * 100 + x;
    }
  }
  return { data, channels, height, width };
}

describe('writeCrop', () => {
  it('turns and reflects a small field as drawn by hand', () => {
    const field: Image = { data: Uint8Array.of(1, 2, 3, 4), channels: 1, height: 2, width: 2 };
    const see = (turns: number, reflected: boolean) => {
      const out = new Float32Array(4);
      writeCrop(field, { crop: { top: 0, left: 0, side: 2, turns, reflected } }, out, 0);
      return [...out];
    };
    expect([0, 1, 2, 3].map((turns) => see(turns, false))).toEqual([
      [1, 2, 3, 4],
      [2, 4, 1, 3],
      [4, 3, 2, 1],
      [3, 1, 4, 2],
    ]);
    expect([0, 1, 2, 3].map((turns) => see(turns, true))).toEqual([
      [2, 1, 4, 3],
      [1, 3, 2, 4],
      [3, 4, 1, 2],
      [4, 2, 3, 1],
    ]);
  });

  it('is a symmetry of the square: neighbours stay neighbours, channels stay together, nothing else is written', () => {
    const size = { height: fc.integer({ min: 3, max: 9 }), width: fc.integer({ min: 3, max: 9 }) };
    fc.assert(
      fc.property(fc.record(size), fc.nat(), fc.integer({ min: 1, max: 3 }), ({ height, width }, seed, side) => {
        const field = tellingField(2, height, width);
        const crop = drawCrop(field, { side, random: createRandom(seed) });
        const out = new Float32Array(2 * side * side + 2).fill(-1);
        writeCrop(field, { crop }, out, 1);
        expect([out[0], out.at(-1)]).toEqual([-1, -1]);
        const inside = out.subarray(1, -1);
        const expected = new Set<number>();
        for (let y = 0; y < side; y++)
          for (let x = 0; x < side; x++) expected.add((crop.top + y) * 100 + crop.left + x);
        expect(new Set(inside.subarray(0, side * side))).toEqual(expected);
        for (let i = 0; i < side * side; i++) expect(inside[side * side + i]).toBe(10_000 + inside[i]!);
        for (let i = 1; i < side; i++) expect([1, 100]).toContain(Math.abs(inside[i]! - inside[i - 1]!));
        for (let i = 1; i < side; i++)
          expect([1, 100]).toContain(Math.abs(inside[i * side]! - inside[(i - 1) * side]!));
      }),
    );
  });

  it('comes to every place and all eight symmetries', () => {
    const field = tellingField(1, 5, 6);
    const seen = new Set<string>();
    for (let i = 0; i < 2000; i++) {
      const { top, left, turns, reflected } = drawCrop(field, { side: 4, random: createRandom(1, i) });
      seen.add([top, left, turns, reflected].join());
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

  it('is applied to the counts of its channel', () => {
    const field: Image = { data: Uint16Array.of(10, 20), channels: 2, height: 1, width: 1 };
    const out = new Float32Array(2);
    const exposures = [
      { gain: 2, shift: 1 },
      { gain: 0.5, shift: -3 },
    ];
    writeCrop(field, { crop: { top: 0, left: 0, side: 1, turns: 0, reflected: false }, exposures }, out, 0);
    expect([...out]).toEqual([21, 7]);
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
