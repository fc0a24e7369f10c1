import { probabilityRows } from '../../../localization/class-probability-map.ts';
import type { FieldRegions } from '../../../localization/regions/field-regions.ts';
import type { RegionOptions } from '../../../localization/regions/regions.ts';
import {
  classifyStoredRegions,
  classRegionsOfPlanes,
} from '../../../localization/regions/stored/class-regions-of-plane.ts';
import { regionsOfPlane, type StoredRegions } from '../../../localization/regions/stored/regions-of-plane.ts';
import type { StoredMask } from '../../../localization/segmentation/stored-mask.ts';
import type { PlaneStore } from '../../../localization/stored/stored-plane.ts';
import type { StoredMaps } from '../../../localization/stored-jacobian-map.ts';
import type { ModelDescription } from '../../../network/model-file.ts';
import type { Selection } from '../selections.ts';

/** The regions of a large field, with their classes. */
export type LargeRegions = StoredRegions<FieldRegions['regions'][number]>;

/** What `regionsOfMaps` says of the masks of a field, of one that may be larger than memory. */
export async function regionsOfStoredMaps(
  segmented: readonly StoredMask[],
  {
    drawn,
    about,
    selections,
    options,
    store,
  }: {
    readonly drawn: StoredMaps;
    readonly about: ModelDescription;
    readonly selections: readonly Selection[];
    readonly options: RegionOptions;
    readonly store: PlaneStore;
  },
): Promise<LargeRegions> {
  const classify = (found: StoredRegions) => {
    const { height, width } = found.labels;
    return classifyStoredRegions(found, probabilityRows(drawn, { ...about, height, width }), { store });
  };
  const together = segmented.find((_, i) => selections[i]!.classes.length > 1);
  if (together) return classify(await regionsOfPlane(together.mask, { ...options, store }));
  const masks = segmented.map(({ mask }) => mask);
  const maps = drawn.maps.map(({ total }) => total.plane);
  const found = await classRegionsOfPlanes(masks, { ...options, maps, store });
  const classified = await classify(found);
  const regions = classified.regions.map((region, i) => ({
    ...region,
    classIndex: selections[found.regions[i]!.classIndex]!.classes[0]!,
  }));
  return { ...classified, regions };
}
