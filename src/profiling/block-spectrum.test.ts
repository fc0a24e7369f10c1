import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Image } from '../pixels/pixels.ts';
import { createRandom } from '../random.ts';
import { blockFeatures, levelsFor, measureBlocks } from './block-spectrum.ts';

/** Two channels that share some of their noise. */
function noise(width: number, height: number): Image {
  const random = createRandom(1, 'noise');
  const pixels = width * height;
  const data = new Float32Array(2 * pixels);
  for (let i = 0; i < pixels; i++) {
    data[i] = 100 + 10 * random.normal();
    data[pixels + i] = 0.5 * data[i]! + 5 * random.normal();
  }
  return { data, channels: 2, height, width };
}

/** Means of blocks of so many pixels, of one channel. */
function blockMeans({ data, height, width }: Image, channel: number, side: number): number[] {
  const means: number[] = [];
  for (let y = 0; y < height; y += side) {
    for (let x = 0; x < width; x += side) {
      let sum = 0;
      for (let dy = 0; dy < side; dy++)
        for (let dx = 0; dx < side; dx++) sum += data[(channel * height + y + dy) * width + x + dx]!;
      means.push(sum / side ** 2);
    }
  }
  return means;
}

function covariance(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [atA, atB] = [mean(a), mean(b)];
  return a.reduce((sum, value, i) => sum + (value - atA) * (b[i]! - atB), 0) / a.length;
}

/** The rows and columns that blocks of so many pixels cover. */
function cropped({ data, channels, height, width }: Image, side: number): Image {
  const size = { height: height - (height % side), width: width - (width % side) };
  const own = new Float32Array(channels * size.height * size.width);
  for (let row = 0, to = 0; row < channels * size.height; row++, to += size.width) {
    const from = (Math.floor(row / size.height) * height + (row % size.height)) * width;
    own.set(data.subarray(from, from + size.width), to);
  }
  return { data: own, channels, ...size };
}

describe('measureBlocks', () => {
  const image = noise(64, 32);
  const levels = 2;

  it('gives the differences of the variances of block means, octave by octave', () => {
    const features = measureBlocks(image, { levels })!;
    expect(features).toHaveLength(blockFeatures({ channels: 2, levels }));
    const of = [1, 2, 4].map((side) => covariance(blockMeans(image, 0, side), blockMeans(image, 0, side)));
    expect(features[1]).toBeCloseTo(Math.sqrt(of[0]!), 4);
    // Mean, deviation and five percentiles come first.
    expect(features[7]).toBeCloseTo(Math.log(of[0]! - of[1]!), 4);
    expect(features[8]).toBeCloseTo(Math.log(of[1]! - of[2]!), 4);
  });

  it('gives the same of fields of any size, type and number of channels as covariances of block means do', () => {
    const sizes = { channels: fc.integer({ min: 1, max: 4 }), height: fc.integer({ min: 16, max: 90 }) };
    const kinds = fc.constantFrom(Uint8Array, Uint16Array, Float32Array);
    fc.assert(
      fc.property(
        fc.record({ ...sizes, width: fc.integer({ min: 16, max: 90 }), kind: kinds, seed: fc.nat() }),
        ({ channels, height, width, kind, seed }) => {
          const random = createRandom(seed, 'field');
          const data = new kind(channels * height * width);
          for (let i = 0; i < data.length; i++) data[i] = 250 * random.uniform();
          const field = { data, channels, height, width };
          const levels = levelsFor(field);
          const features = measureBlocks(field, { levels })!;
          // What the widest blocks cover.
          const whole = cropped(field, 2 ** levels);
          const octaves = Array.from({ length: levels + 1 }, (_, level) =>
            Array.from({ length: channels }, (_, c) => blockMeans(whole, c, 2 ** level)),
          );
          const within = (level: number, c: number, d: number) =>
            covariance(octaves[level]![c]!, octaves[level]![d]!) -
            covariance(octaves[level + 1]![c]!, octaves[level + 1]![d]!);
          const expected: number[] = [];
          const found: number[] = [];
          const perChannel = 7 + levels;
          let next = 0;
          for (let c = 0; c < channels; c++) {
            found.push(features[next + 1]!, ...features.slice(next + 7, next + perChannel));
            expected.push(Math.sqrt(covariance(octaves[0]![c]!, octaves[0]![c]!)));
            for (let level = 0; level < levels; level++) expected.push(Math.log(within(level, c, c)));
            next += perChannel;
            for (let d = 0; d < c; d++) {
              found.push(...features.slice(next, next + 1 + levels));
              const of = [covariance, ...Array.from({ length: levels }, (_, level) => level)];
              for (const one of of) {
                const pair = (a: number, b: number) =>
                  typeof one === 'number' ? within(one, a, b) : one(octaves[0]![a]!, octaves[0]![b]!);
                expected.push(pair(c, d) / Math.sqrt(pair(c, c) * pair(d, d)));
              }
              next += 1 + levels;
            }
          }
          expect(next).toBe(features.length);
          for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 3);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives the correlation of channels, overall and by octave', () => {
    // Shared noise of 5 beside noise of 5 of its own, in blocks of any size.
    for (const correlation of measureBlocks(noise(256, 256), { levels })!.slice(-3))
      expect(correlation).toBeCloseTo(Math.SQRT1_2, 1);
  });

  it('does not change when the field is turned or reflected', () => {
    const { data, width, height } = image;
    const reflected = { ...image, data: data.slice() };
    for (let row = 0; row < 2 * height; row++)
      for (let x = 0; x < width; x++) reflected.data[row * width + x] = data[row * width + width - 1 - x]!;
    const [one, other] = [image, reflected].map((of) => measureBlocks(of, { levels })!);
    for (const [i, value] of one!.entries()) expect(other![i]).toBeCloseTo(value, 3);
  });

  it('forgets brightness and contrast where fields are normalized alone', () => {
    const brighter = { ...image, data: image.data.map((value) => 50 + 3 * value) };
    const [one, other] = [image, brighter].map((of) => measureBlocks(of, { levels, alone: true })!);
    for (const [i, value] of one!.entries()) expect(other![i]).toBeCloseTo(value, 3);
    expect(measureBlocks(brighter, { levels })![0]).not.toBeCloseTo(measureBlocks(image, { levels })![0]!, 0);
  });

  it('measures a constant field, and not one that is smaller than its octaves need', () => {
    const constant = { ...image, data: new Uint8Array(image.data.length).fill(7) };
    expect(measureBlocks(constant, { levels })!.every(Number.isFinite)).toBe(true);
    expect(levelsFor(image)).toBe(2);
    expect(measureBlocks(image, { levels: 3 })).toBeUndefined();
  });
});

it('takes as many octaves as leave eight blocks a side, and at most six', () => {
  const sides = [10, 31, 32, 96, 256, 900, 4000];
  expect(sides.map((side) => levelsFor({ height: side, width: 5000 }))).toEqual([0, 1, 2, 3, 5, 6, 6]);
});
