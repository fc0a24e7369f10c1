import { describe, expect, it } from 'vitest';
import { bitsFor, describeSeen, outsideOf } from './seen-intensities.ts';

const seen = describeSeen([
  { means: [200, 900], largest: [1500, 9000] },
  { means: [400, 1200], largest: [4000, 12_000] },
]);

describe('describeSeen', () => {
  it('gives the range of means and of largest values, without a hundredth of many fields at either end', () => {
    expect(seen).toEqual({
      fields: 2,
      channels: [
        { mean: { low: 200, high: 400 }, largest: { low: 1500, high: 4000 } },
        { mean: { low: 900, high: 1200 }, largest: { low: 9000, high: 12_000 } },
      ],
    });
    const many = describeSeen(Array.from({ length: 200 }, (_, i) => ({ means: [i], largest: [1000 + i] })));
    expect(many.channels[0]).toEqual({ mean: { low: 2, high: 197 }, largest: { low: 1002, high: 1199 } });
  });
});

describe('outsideOf', () => {
  const like = { means: [300, 1000], largest: [2000, 10_000] };

  it('lets fields pass that are a little brighter or darker than those of the training', () => {
    expect(outsideOf(like, seen)).toEqual([]);
    expect(outsideOf({ means: [101, 2399], largest: [260, 119_000] }, seen)).toEqual([]);
  });

  it('names the channel whose mean is more than twice beyond the range', () => {
    expect(outsideOf({ ...like, means: [99, 1000] }, seen)).toEqual([{ channel: 0, mean: true, largest: false }]);
    expect(outsideOf({ ...like, means: [300, 2401] }, seen)).toEqual([{ channel: 1, mean: true, largest: false }]);
  });

  it('allows five times where plates or fields are made alike', () => {
    for (const scope of ['plate', 'controls', 'field'] as const) {
      expect(outsideOf({ ...like, means: [99, 2401] }, seen, { scope })).toEqual([]);
      expect(outsideOf({ ...like, means: [39, 1000] }, seen, { scope })).toHaveLength(1);
    }
  });

  it('tells 8 bits from more, either way, whatever the means are', () => {
    const all = [
      { channel: 0, mean: false, largest: true },
      { channel: 1, mean: false, largest: true },
    ];
    expect(outsideOf({ means: [150, 500], largest: [255, 255] }, seen)).toEqual(all);
    const eight = describeSeen([{ means: [150, 500], largest: [250, 255] }]);
    expect(outsideOf({ means: [150, 500], largest: [300, 400] }, eight)).toEqual(all);
    expect(outsideOf({ means: [150, 500], largest: [200, 255] }, eight)).toEqual([]);
  });

  it('judges means around 0 by the width of their range', () => {
    const float = describeSeen([
      { means: [-1], largest: [3] },
      { means: [1], largest: [4] },
    ]);
    expect(outsideOf({ means: [-2.9], largest: [3] }, float)).toEqual([]);
    expect(outsideOf({ means: [-3.1], largest: [3] }, float)).toHaveLength(1);
  });
});

it('counts the bits of the largest value', () => {
  expect([0, 1, 255, 256, 4095, 65_535].map(bitsFor)).toEqual([1, 1, 8, 9, 12, 16]);
});
