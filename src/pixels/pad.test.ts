import { expect, it } from 'vitest';
import { padField } from './pad.ts';

it('a border has the mean of each channel, and the field is in the middle, as it was', () => {
  const data = Uint16Array.from({ length: 2 * 3 * 4 }, (_, i) => i);
  const padded = padField({ data, channels: 2, height: 3, width: 4 }, 2);
  expect(padded).toMatchObject({ channels: 2, height: 7, width: 8 });
  expect(padded.data).toBeInstanceOf(Uint16Array);
  for (const [i, value] of padded.data.entries()) {
    const [channel, y, x] = [Math.floor(i / 56), (Math.floor(i / 8) % 7) - 2, (i % 8) - 2];
    const inside = x >= 0 && x < 4 && y >= 0 && y < 3;
    // The means are 5.5 and 17.5, rounded to counts.
    expect(value).toBe(inside ? 12 * channel + 4 * y + x : [6, 18][channel]);
  }
  const light = padField({ data: Float32Array.of(1, 2), channels: 1, height: 1, width: 2 }, 1);
  expect([...light.data]).toEqual([1.5, 1.5, 1.5, 1.5, 1.5, 1, 2, 1.5, 1.5, 1.5, 1.5, 1.5]);
});
