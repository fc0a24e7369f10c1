import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { measureSums, sumChannels } from './channel-sums.ts';
import type { Pixels } from './pixels.ts';

/** Exact sums of whole numbers. */
function exact(values: Iterable<number>) {
  let [sum, squares, largest] = [0n, 0n, 0];
  for (const value of values) {
    sum += BigInt(value);
    squares += BigInt(value) ** 2n;
    largest = Math.max(largest, value);
  }
  return [Number(sum), Number(squares), largest];
}

describe('the sums of a channel', () => {
  const kinds = [Uint8Array, Uint16Array, Float32Array] as const;

  it('are exact for whole numbers of any type, size and number of channels', () => {
    const sizes = { channels: fc.integer({ min: 1, max: 3 }), height: fc.integer({ min: 1, max: 300 }) };
    fc.assert(
      fc.property(
        fc.record({
          ...sizes,
          width: fc.integer({ min: 1, max: 300 }),
          kind: fc.constantFrom(...kinds),
          seed: fc.nat(),
        }),
        ({ channels, height, width, kind, seed }) => {
          const random = createRandom(seed);
          const most = kind === Uint8Array ? 255 : 65_535;
          const data: Pixels = new kind(channels * height * width);
          for (let i = 0; i < data.length; i++) data[i] = Math.floor(random.uniform() * (most + 1));
          const { sum, squares, largest, pixels } = sumChannels({ data, channels, height, width });
          expect(pixels).toBe(height * width);
          for (let c = 0; c < channels; c++) {
            const own = data.subarray(c * pixels, (c + 1) * pixels);
            expect([sum[c], squares[c], largest[c]]).toEqual(exact(own));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are exact where every number is the largest of 16 bits', () => {
    const data = new Uint16Array(200_003).fill(65_535);
    const { sum, squares, largest } = sumChannels({ data, channels: 1, height: 1, width: data.length });
    expect([sum[0], squares[0], largest[0]]).toEqual(exact(data));
  });

  it('are the same bits however a field of numbers with fractions is cut into strips', () => {
    const random = createRandom(3);
    const [height, width] = [101, 77];
    const data = Float32Array.from({ length: height * width }, () => 1000 * random.normal());
    const whole = sumChannels({ data, channels: 1, height, width });
    const measure = measureSums({ channels: 1, height, width });
    for (let top = 0, rows = 1; top < height; top += rows, rows = Math.min(rows + 3, height - top)) {
      const strip = data.subarray(top * width, (top + rows) * width);
      measure.add({ top, image: { data: strip, channels: 1, height: rows, width } });
    }
    expect(measure.result()).toEqual(whole);
  });
});
