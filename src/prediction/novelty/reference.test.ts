import { describe, expect, it } from 'vitest';
import { unpackNumbers } from '../../packed-numbers.ts';
import type { Image } from '../../pixels/pixels.ts';
import { measureImage } from '../../pixels/windows/strips.ts';
import { measureBlocks } from '../../profiling/block-spectrum.ts';
import { createRandom } from '../../random.ts';
import { distanceFrom, fitClasses } from './class-distance.ts';
import { createNovelty, fitNovelty, isNovel, referenceSize } from './reference.ts';

const random = createRandom(3, 'novelty');

/** The novelty of fields that are in memory. */
function noveltyBy(reference: Parameters<typeof createNovelty>[0]): (image: Image) => number {
  const measure = createNovelty(reference);
  return (image) => measureImage(image, measure(image));
}

describe('distanceFrom', () => {
  it('is that of Mahalanobis from the nearest class', () => {
    // Two classes far apart along the second feature, with a spread of 1 along the first and of 0.1 along the second.
    const fields = Array.from({ length: 2000 }, (_, i) => ({
      features: [random.normal(), (i % 2) * 10 + 0.1 * random.normal()],
      label: `${i % 2}`,
    }));
    const classes = fitClasses(fields);
    const of = (...features: number[]) => distanceFrom(classes, features);
    expect(of(0, 0)).toBeLessThan(0.1);
    expect(of(3, 10)).toBeCloseTo(3, 0);
    expect(of(0, 10.3) / of(3, 10)).toBeCloseTo(1, 0);
    expect(of(0, 5)).toBeGreaterThan(20);
  });

  it('passes over a feature that never differed', () => {
    const fields = [1, 2, 3, 4, 5].map((value) => ({ features: [value, 7], label: 'one' }));
    const classes = fitClasses(fields);
    expect(distanceFrom(classes, [3, 7])).toBeCloseTo(0, 6);
    expect(distanceFrom(classes, [3, 900])).toBeCloseTo(0, 6);
  });
});

/** A field of noise with a grain of so many pixels. */
function grained(grain: number, key: number): Image {
  const of = createRandom(key, 'grain', grain);
  const [height, width] = [64, 64];
  const coarse = Float32Array.from({ length: 64 * 64 }, () => 100 + 10 * of.normal());
  const data = Float32Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return coarse[Math.floor(y / grain) * width + Math.floor(x / grain)]! + of.normal();
  });
  return { data, channels: 1, height, width };
}

describe('a reference', () => {
  const levels = 3;
  const trained = Array.from({ length: 120 }, (_, i) => ({
    features: measureBlocks(grained(1 + (i % 2), i), { levels })!,
    label: `grain ${1 + (i % 2)}`,
    well: `W${Math.floor(i / 4)}`,
  }));

  it('puts fields of a kind that it does not know above the 99th percentile, and few others', () => {
    const reference = fitNovelty(trained, { levels })!;
    expect(referenceSize(reference)).toBe(120);
    const noveltyOf = noveltyBy(reference);
    const known = Array.from({ length: 100 }, (_, i) => noveltyOf(grained(1 + (i % 2), 1000 + i)));
    expect(known.filter((novelty) => isNovel(novelty, 120)).length).toBeLessThanOrEqual(6);
    // Where they stand is even, as for fields that were left out.
    const median = known.toSorted((a, b) => a - b)[50]!;
    expect(median).toBeGreaterThan(30);
    expect(median).toBeLessThan(70);
    for (let i = 0; i < 5; i++) expect(isNovel(noveltyOf(grained(4, 2000 + i)), 120)).toBe(true);
  });

  it('is measured from the wells that are left, not from the fields themselves', () => {
    const reference = fitNovelty(trained, { levels })!;
    const distances = unpackNumbers(reference.distances);
    const classes = fitClasses(trained);
    const own = trained.map(({ features }) => distanceFrom(classes, features)).sort((a, b) => a - b);
    expect(distances[60]).toBeGreaterThan(own[60]!);
  });

  it('only ranks with fewer than 100 fields, and is not made where no class has two wells', () => {
    const few = fitNovelty(trained.slice(0, 40), { levels })!;
    const novelty = noveltyBy(few)(grained(16, 1));
    expect(novelty).toBeGreaterThan(95);
    expect(isNovel(novelty, referenceSize(few))).toBe(false);
    expect(
      fitNovelty(
        trained.slice(0, 2).map((of, i) => ({ ...of, well: `${i}` })),
        { levels },
      ),
    ).toBeUndefined();
  });

  it('leaves fields of the only well of their class out of what it compares with', () => {
    const alone = trained.map((of, i) => (i < 4 ? { ...of, label: 'rare' } : of));
    expect(referenceSize(fitNovelty(alone, { levels })!)).toBe(116);
  });

  it('says nothing of a field that is smaller than those of the training', () => {
    const small = { ...grained(1, 1), height: 16, width: 16, data: new Float32Array(256) };
    expect(noveltyBy(fitNovelty(trained, { levels })!)(small)).toBeNaN();
  });
});
