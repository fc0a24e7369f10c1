import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../random.ts';
import type { Mask } from '../../plane.ts';
import { inMemory, memoryPlanes, type PlaneStore } from '../../stored/stored-plane.ts';
import { maskOf } from '../../testing/draw.ts';
import { contentOf } from '../../testing/stored.ts';
import { classifyRegions, findClassRegions } from '../class-regions.ts';
import { distanceTransform } from '../distance-transform.ts';
import { fillHoles } from '../fill-holes.ts';
import { findRegions, type RegionOptions } from '../regions.ts';
import { classifyStoredRegions, classRegionsOfPlanes } from './class-regions-of-plane.ts';
import { distanceOfPlane } from './distance-of-plane.ts';
import { fillHolesOfPlane } from './fill-holes-of-plane.ts';
import { regionsOfPlane, type StoredRegions } from './regions-of-plane.ts';

/** Masks of all kinds: noise, and blobs of a few pixels. */
const masks: fc.Arbitrary<Mask> = fc
  .record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    height: fc.integer({ min: 1, max: 36 }),
    width: fc.integer({ min: 1, max: 36 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    blobs: fc.integer({ min: 0, max: 8 }),
  })
  .map(({ seed, height, width, share, blobs }) => {
    const random = createRandom(seed, 'masks');
    const centres = Array.from({ length: blobs }, () => [random.uniform() * width, random.uniform() * height] as const);
    const isNear = (pixel: number) =>
      centres.some(([x, y]) => Math.hypot((pixel % width) - x, Math.floor(pixel / width) - y) < 4);
    const data = Uint8Array.from({ length: height * width }, (_, i) =>
      Number(blobs > 0 ? isNear(i) : random.uniform() < share),
    );
    return { data, height, width };
  });

const stores = fc.integer({ min: 1, max: 400 }).map((stripPixels) => memoryPlanes({ stripPixels }));
const holes = fc.constantFrom(0, 1, 5, Number.POSITIVE_INFINITY);

const stored = ({ data, ...size }: Mask) => inMemory('uint8', data, size);

async function inFull<R extends StoredRegions>({ labels, regions }: R) {
  return { labels: await contentOf(labels), height: labels.height, width: labels.width, regions };
}

const regionOptions: fc.Arbitrary<RegionOptions> = fc.record({
  largestHole: holes,
  leastArea: fc.integer({ min: 1, max: 6 }),
  clearBorder: fc.boolean(),
});

describe('regions found strip by strip', () => {
  it('have the holes of one pass filled', () =>
    fc.assert(
      fc.asyncProperty(masks, stores, holes, async (mask, store, mostArea) => {
        const filled = await fillHolesOfPlane(stored(mask), { mostArea, store });
        expect(await contentOf(filled)).toEqual(fillHoles(mask, { mostArea }).data);
      }),
    ));

  it('are those of one pass, with the same labels and measurements', () =>
    fc.assert(
      fc.asyncProperty(masks, stores, regionOptions, async (mask, store, options) => {
        const found = await regionsOfPlane(stored(mask), { ...options, store });
        expect(await inFull(found)).toEqual(findRegions(mask, options));
      }),
    ));

  it('are one region where a part winds through all strips', async () => {
    const mask = maskOf('########', '.......#', '######.#', '#....#.#', '#.##.#.#', '#....#.#', '######.#', '########');
    for (const stripPixels of [1, 8, 16, 24]) {
      const store = memoryPlanes({ stripPixels });
      const found = await regionsOfPlane(stored(mask), { largestHole: Number.POSITIVE_INFINITY, store });
      expect(await inFull(found)).toEqual(findRegions(mask, { largestHole: Number.POSITIVE_INFINITY }));
      expect(found.regions).toHaveLength(1);
    }
  });

  it('know the distances of one pass', () =>
    fc.assert(
      fc.asyncProperty(masks, stores, async (mask, store) => {
        expect(await contentOf(await distanceOfPlane(stored(mask), { store }))).toEqual(distanceTransform(mask));
      }),
    ));

  it('are divided into the cells of one pass, in tiles whose surroundings hold every part', () =>
    fc.assert(
      fc.asyncProperty(
        masks,
        stores,
        fc.integer({ min: 1, max: 40 }),
        fc.option(fc.double({ min: 2, max: 12, noNaN: true }), { nil: undefined }),
        async (mask, store, side, diameter) => {
          const options = { split: true, leastArea: 2, diameter };
          const parts = findRegions(mask).regions.map(({ box }) =>
            Math.max(box.right - box.left, box.bottom - box.top),
          );
          const splitTiling = { side, halo: Math.max(1, ...parts) };
          const found = await regionsOfPlane(stored(mask), { ...options, store, splitTiling });
          expect(await inFull(found)).toEqual(findRegions(mask, options));
        },
      ),
      { numRuns: 200 },
    ));
});

/** Several masks of one size with a map each. */
const classes = fc
  .tuple(masks, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 1e6 }))
  .map(([first, others, seed]) => {
    const random = createRandom(seed, 'classes');
    const size = { height: first.height, width: first.width };
    const all = [
      first,
      ...Array.from({ length: others }, () => ({
        ...size,
        data: first.data.map((inside) => (random.uniform() < 0.3 ? 1 - inside : inside)),
      })),
    ];
    // Few values, so that maps are equal here and there.
    const maps = Float32Array.from(
      { length: all.length * first.data.length },
      () => Math.floor(random.uniform() * 4) / 4,
    );
    return { masks: all, maps };
  });

async function bothWays(
  { masks: all, maps }: { masks: readonly Mask[]; maps: Float32Array },
  store: PlaneStore,
  options: RegionOptions,
) {
  const { height, width } = all[0]!;
  const size = height * width;
  const planes = all.map((_, i) => inMemory('float32', maps.subarray(i * size, (i + 1) * size), { height, width }));
  const classMaps = { data: maps, classes: all.length };
  const whole = findClassRegions(all, { ...options, maps: classMaps });
  const strips = await classRegionsOfPlanes(all.map(stored), { ...options, maps: planes, store });
  return { whole, strips, classMaps, size: { height, width } };
}

describe('regions of several classes found strip by strip', () => {
  it('are those of one pass', () =>
    fc.assert(
      fc.asyncProperty(classes, stores, regionOptions, async (given, store, options) => {
        const { whole, strips } = await bothWays(given, store, options);
        const regions = whole.regions.map(({ means: _, ...region }) => region);
        expect(await inFull(strips)).toEqual({ ...whole, regions });
      }),
    ));

  it('are classified as in one pass', () =>
    fc.assert(
      fc.asyncProperty(classes, stores, async (given, store) => {
        const { whole, strips, classMaps, size } = await bothWays(given, store, {});
        const { data, classes: count } = classMaps;
        const rows = ({ top, height }: { top: number; height: number }) => {
          const planes = Array.from({ length: count }, (_, k) => {
            const from = (k * size.height + top) * size.width;
            return [...data.subarray(from, from + height * size.width)];
          });
          return Float32Array.from(planes.flat());
        };
        const found = await classifyStoredRegions(strips, { classes: count, rows }, { store });
        expect(await inFull(found)).toEqual(classifyRegions(whole, classMaps));
      }),
    ));
});
