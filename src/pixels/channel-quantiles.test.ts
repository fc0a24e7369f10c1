import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { describeIntensities, measureField } from './channel-quantiles.ts';

/** A field of one channel with these intensities. */
function fieldOf(data: Uint16Array | Float32Array) {
  return { data, channels: 1, height: 1, width: data.length };
}

describe('medians of fields', () => {
  const random = createRandom(1, 'medians');

  it('are those of normal intensities, as mean and deviation are, whatever the sizes of the fields', () => {
    const fields = [100_000, 3000, 40_000].map((pixels) =>
      fieldOf(Float32Array.from({ length: pixels }, () => 500 + 80 * random.normal())),
    );
    for (const measure of ['mean', 'median'] as const) {
      const { mean, deviation } = describeIntensities(
        fields.map((field) => measureField(field, measure)),
        measure,
      );
      expect(Math.abs(mean[0]! - 500), measure).toBeLessThan(2);
      expect(Math.abs(deviation[0]! - 80), measure).toBeLessThan(2);
    }
  });

  it('count every pixel of a field alike, and fields by their pixels', () => {
    // Two ninths of all pixels are 10, as many are 12 and 14, the rest is 900.
    const fields = [Uint16Array.from({ length: 2000 }, (_, i) => 10 + 2 * (i % 3)), new Uint16Array(1000).fill(900)];
    const measured = fields.map((data) => measureField(fieldOf(data), 'median'));
    expect(describeIntensities(measured, 'median').mean).toEqual([14]);
    const alone = describeIntensities(measured.slice(0, 1), 'median');
    expect(alone).toEqual({ mean: [12], deviation: [1.4826 * 2] });
  });

  it('are hardly moved by a few fields that are much brighter, unlike the mean', () => {
    const usual = Array.from({ length: 9 }, () =>
      fieldOf(Float32Array.from({ length: 1000 }, () => 200 + 10 * random.normal())),
    );
    const fields = [...usual, fieldOf(new Float32Array(1000).fill(5000))];
    const of = (measure: 'mean' | 'median') =>
      describeIntensities(
        fields.map((field) => measureField(field, measure)),
        measure,
      );
    expect(of('mean').mean[0]).toBeGreaterThan(600);
    expect(Math.abs(of('median').mean[0]! - 200)).toBeLessThan(4);
    expect(of('median').deviation[0]).toBeLessThan(15);
  });

  it('have a deviation of 1 where there is one intensity, and 0 where there are others beside it', () => {
    const deviationOf = (data: Uint16Array) =>
      describeIntensities([measureField(fieldOf(data), 'median')], 'median').deviation;
    expect(deviationOf(new Uint16Array(900).fill(7))).toEqual([1]);
    expect(deviationOf(Uint16Array.from({ length: 900 }, (_, i) => (i % 3 === 0 ? 50 : 7)))).toEqual([0]);
  });
});
