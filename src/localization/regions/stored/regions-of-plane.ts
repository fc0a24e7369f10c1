import { type PlaneStore, type StoredPlane, stripsOfPlane } from '../../stored/stored-plane.ts';
import { measureRegions, type Region, renumbering } from '../measure-labels.ts';
import { type RegionOptions, remains } from '../regions.ts';
import { connectedPartsOfPlane, type StoredLabels } from './connected-parts-of-plane.ts';
import { fillHolesOfPlane } from './fill-holes-of-plane.ts';
import { type SplitTiling, splitPlane } from './split-plane.ts';

/** Regions of a field that may be larger than memory, each with its number in the label image. */
export interface StoredRegions<R extends Region = Region> {
  readonly labels: StoredPlane<'int32'>;
  /** In the order of their labels. */
  readonly regions: readonly R[];
}

export interface StoredRegionOptions extends RegionOptions {
  readonly store: PlaneStore;
  /** How a plane is divided for `split`; by default for cells of their diameter. */
  readonly splitTiling?: SplitTiling | undefined;
}

/** What `findRegions` finds in a mask, of a plane of any size. */
export async function regionsOfPlane(mask: StoredPlane<'uint8'>, options: StoredRegionOptions): Promise<StoredRegions> {
  const labels = await partsOfPlane(mask, options);
  const measured = await measurePlane(labels, options);
  return keepStoredRegions(labels, { regions: measured.filter(remains(mask, options)), ...options });
}

/** The candidate regions, before any is removed. */
export async function partsOfPlane(
  mask: StoredPlane<'uint8'>,
  { store, largestHole = 0, split = false, diameter, splitTiling }: StoredRegionOptions,
): Promise<StoredLabels> {
  const filled = largestHole > 0 ? await fillHolesOfPlane(mask, { mostArea: largestHole, store }) : mask;
  const parts = split
    ? await splitPlane(filled, { store, diameter, tiling: splitTiling })
    : await connectedPartsOfPlane(filled, { store });
  if (filled !== mask) await filled.remove();
  return parts;
}

/** Measures every label that has a pixel, in their order. */
export async function measurePlane(
  { plane, count }: StoredLabels,
  { store }: Pick<StoredRegionOptions, 'store'>,
): Promise<Region[]> {
  const { height, width } = plane;
  const { add, result } = measureRegions({ height, width, count });
  for (const strip of stripsOfPlane(plane, store)) add(await plane.read(strip));
  return result();
}

/** The label image with only some regions, numbered from 1 in their order. Its plane is changed. */
export async function keepStoredRegions<R extends Region>(
  { plane, count }: StoredLabels,
  { regions, store }: { readonly regions: readonly R[]; readonly store: PlaneStore },
): Promise<StoredRegions<R>> {
  const numbers = renumbering(regions, count);
  if (regions.length < count) {
    for (const strip of stripsOfPlane(plane, store)) {
      const labels = await plane.read(strip);
      await plane.write(
        strip,
        labels.map((label) => numbers[label]!),
      );
    }
  }
  return { labels: plane, regions: regions.map((region, i) => ({ ...region, label: i + 1 })) };
}
