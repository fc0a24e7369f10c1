import { type StoredPlane, stripsOfPlane } from '../../stored/stored-plane.ts';
import { type ClassifiedRegion, meansByRegion, ownersOfPixels } from '../class-regions.ts';
import type { Region } from '../measure-labels.ts';
import { remains } from '../regions.ts';
import {
  keepStoredRegions,
  measurePlane,
  partsOfPlane,
  type StoredRegionOptions,
  type StoredRegions,
} from './regions-of-plane.ts';

/** The maps of the classes in some rows of a field, `[classes, height, width]`. */
export interface ClassMapRows {
  readonly classes: number;
  readonly rows: (rows: { readonly top: number; readonly height: number }) => Float32Array;
}

/** What `classifyRegions` says of regions, of a field of any size. */
export async function classifyStoredRegions(
  found: StoredRegions,
  maps: ClassMapRows,
  { store }: Pick<StoredRegionOptions, 'store'>,
): Promise<StoredRegions<ClassifiedRegion>> {
  const sums = meansByRegion({ regions: found.regions.length, classes: maps.classes });
  for (const strip of stripsOfPlane(found.labels, store)) sums.add(await found.labels.read(strip), maps.rows(strip));
  const regions = found.regions.map((region) => {
    const means = sums.of(region.label);
    return { ...region, classIndex: means.indexOf(Math.max(...means)), means };
  });
  return { ...found, regions };
}

/** A region, and to which of several masks it belongs. */
export type RegionOfMask = Region & Pick<ClassifiedRegion, 'classIndex'>;

/**
 * What `findClassRegions` finds in the masks of several classes, of a field of any size.
 *
 * @param maps one a mask, of the same size
 */
export async function classRegionsOfPlanes(
  masks: readonly StoredPlane<'uint8'>[],
  { maps, ...options }: StoredRegionOptions & { readonly maps: readonly StoredPlane<'float32'>[] },
): Promise<StoredRegions<RegionOfMask>> {
  const { store } = options;
  const [first] = masks as readonly [StoredPlane<'uint8'>, ...StoredPlane<'uint8'>[]];
  const plane = await store.create('int32', first);
  const classOf = [-1];
  for (const [i, mask] of masks.entries()) {
    const own = await store.create('uint8', first);
    for (const strip of stripsOfPlane(first, store)) {
      const owners = await ownersIn(strip, { masks, maps });
      await own.write(
        strip,
        Uint8Array.from(owners, (owner) => Number(owner === i)),
      );
    }
    const parts = await partsOfPlane(own, options);
    await own.remove();
    const before = classOf.length - 1;
    for (let label = 1; label <= parts.count; label++) classOf.push(i);
    for (const strip of stripsOfPlane(mask, store)) {
      const owners = await ownersIn(strip, { masks, maps });
      const labels = (await plane.read(strip)).slice();
      const found = await parts.plane.read(strip);
      for (let pixel = 0; pixel < labels.length; pixel++) {
        // Filling a hole takes no pixels from other classes.
        if (found[pixel]! > 0 && (owners[pixel] === i || (owners[pixel] === -1 && labels[pixel] === 0))) {
          labels[pixel] = before + found[pixel]!;
        }
      }
      await plane.write(strip, labels);
    }
    await parts.plane.remove();
  }
  const labels = { plane, count: classOf.length - 1 };
  const chosen = (await measurePlane(labels, options)).filter(remains(first, options));
  return keepStoredRegions(labels, {
    regions: chosen.map((region) => ({ ...region, classIndex: classOf[region.label]! })),
    store,
  });
}

/** The class of every pixel of a strip, -1 where it is in no mask. */
async function ownersIn(
  strip: Parameters<StoredPlane['read']>[0],
  { masks, maps }: { masks: readonly StoredPlane<'uint8'>[]; maps: readonly StoredPlane<'float32'>[] },
): Promise<Int32Array> {
  return ownersOfPixels(
    await Promise.all(masks.map((mask) => mask.read(strip))),
    await Promise.all(maps.map((map) => map.read(strip))),
  );
}
