import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { oneByOne } from '../belief/propagate-in-tiles.ts';
import type { Plane } from '../plane.ts';
import { inMemory, memoryPlanes } from '../stored/stored-plane.ts';
import { contentOf } from '../testing/stored.ts';
import type { ThresholdChoice } from '../threshold/threshold.ts';
import { guidedMask } from './guided-mask.ts';
import { plainMask } from './plain-mask.ts';
import { smoothChannels, storedGuidedMask } from './stored-guided-mask.ts';
import type { StoredMask } from './stored-mask.ts';
import { storedPlainMask } from './stored-plain-mask.ts';

const beliefs = { coupling: 2, iterations: 30 };

/** Bright discs in noise, in some channels, and a map that is large around some of them. */
function randomField({ seed, height, width, channels }: Sizes & { seed: number; channels: number }) {
  const random = createRandom(seed, 'stored masks');
  const discs = Array.from({ length: 4 }, () => ({ x: random.uniform() * width, y: random.uniform() * height }));
  const near = (pixel: number) =>
    Math.min(...discs.map(({ x, y }) => Math.hypot((pixel % width) - x, Math.floor(pixel / width) - y)));
  const size = { height, width };
  const map = Float32Array.from({ length: height * width }, (_, i) => Math.exp(-near(i) / 4) * random.uniform());
  const planes = Array.from({ length: channels }, (_, c): Plane => {
    const data = Uint16Array.from(map, (_, i) => 100 * (c + 1) + (near(i) < 5 ? 200 : 0) + 60 * random.uniform());
    return { data: c === 2 ? data.fill(7) : data, ...size };
  });
  return { map: { data: map, ...size }, planes };
}

interface Sizes {
  readonly height: number;
  readonly width: number;
}

const fields = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  height: fc.integer({ min: 1, max: 40 }),
  width: fc.integer({ min: 1, max: 40 }),
  channels: fc.integer({ min: 1, max: 3 }),
  stripPixels: fc.integer({ min: 1, max: 700 }),
});

async function inFull({ mask, ...rest }: StoredMask) {
  return { ...rest, mask: { data: await contentOf(mask), height: mask.height, width: mask.width } };
}

describe('masks made strip by strip', () => {
  it('are those of the guided recipe in one pass, with the same numbers', () =>
    fc.assert(
      fc.asyncProperty(fields, async ({ stripPixels, ...sizes }) => {
        const { map, planes } = randomField(sizes);
        const store = memoryPlanes({ stripPixels });
        const read = async ({ top, height }: { top: number; height: number }) =>
          planes.map(({ data, width }) => Float32Array.from(data.subarray(top * width, (top + height) * width)));
        const size = { height: map.height, width: map.width };
        const smooth = await smoothChannels(read, { store, count: planes.length, ...size });
        const stored = inMemory('float32', map.data, map);
        const found = await storedGuidedMask(stored, smooth, { ...beliefs, store, solver: oneByOne });
        expect(await inFull(found)).toEqual(guidedMask(map, planes, beliefs));
      }),
      { numRuns: 60 },
    ));

  const choices: readonly ThresholdChoice[] = [
    { kind: 'otsu' },
    { kind: 'otsu-3', middle: 'background' },
    { kind: 'quantile', share: 0.7 },
    { kind: 'value', value: 0.4 },
  ];
  it.each(choices)('are those of the plain recipe in one pass, with the same numbers: $kind', (threshold) =>
    fc.assert(
      fc.asyncProperty(fields, async ({ stripPixels, ...sizes }) => {
        const { map } = randomField(sizes);
        const stored = inMemory('float32', map.data, map);
        const options = { ...beliefs, threshold };
        const found = await storedPlainMask(stored, {
          ...options,
          store: memoryPlanes({ stripPixels }),
          solver: oneByOne,
        });
        expect(await inFull(found)).toEqual(plainMask(map, options));
      }),
      { numRuns: 30 },
    ),
  );

  it('hardly differ where beliefs are solved in tiles with their surroundings', async () => {
    const { map } = randomField({ seed: 5, height: 150, width: 170, channels: 1 });
    const options = { ...beliefs, threshold: { kind: 'otsu' } as const };
    const tiling = { side: 48, halo: 48 };
    let told = 0;
    const onTile = (done: number, total: number) => {
      told = done / total;
    };
    const more = { store: memoryPlanes({ stripPixels: 1000 }), solver: oneByOne, tiling, onTile };
    const found = await storedPlainMask(inMemory('float32', map.data, map), { ...options, ...more });
    const tiled = await contentOf(found.mask);
    const whole = plainMask(map, options).mask.data;
    expect(whole).toContain(1);
    expect(told).toBe(1);
    expect(tiled.filter((inside, pixel) => inside !== whole[pixel]).length).toBeLessThanOrEqual(2);
  });
});
