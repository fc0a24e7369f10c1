import { classProbabilityMap } from '../../localization/class-probability-map.ts';
import type { JacobianMap } from '../../localization/jacobian-map.ts';
import { type ClassifiedRegion, classifyRegions, findClassRegions } from '../../localization/regions/class-regions.ts';
import { type ClassifiedCell, classifyByCells } from '../../localization/regions/classify-by-cells.ts';
import type { FieldRegions } from '../../localization/regions/field-regions.ts';
import type { LabelledRegions } from '../../localization/regions/measure-labels.ts';
import { findRegions, type RegionOptions } from '../../localization/regions/regions.ts';
import type { SegmentedMap } from '../../localization/segmentation/segmented.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import type { Selection } from './selections.ts';

/**
 * The regions of a field. Of a map of all classes each region has the class whose instances are the most probable over it, those of
 * its cells where these are known;
 * of maps of single classes, that of its map.
 *
 * @param segmented the masks, in the order of the selections, as are the `maps` that they were made of
 */
export function regionsOfMaps(
  segmented: readonly SegmentedMap[],
  context: {
    readonly maps: readonly JacobianMap[];
    readonly cells?: readonly ClassifiedCell[] | undefined;
    readonly about: ModelDescription;
    readonly selections: readonly Selection[];
    readonly options: RegionOptions;
  },
): FieldRegions {
  const { maps, cells, about, selections, options } = context;
  const [first] = maps as readonly [JacobianMap, ...JacobianMap[]];
  const classes = about.classes.length;
  const classify = (found: LabelledRegions): LabelledRegions<ClassifiedRegion> =>
    cells
      ? classifyByCells(found, { cells, classes })
      : classifyRegions(found, { data: classProbabilityMap(first, { ...first, ...about }), classes });
  const together = segmented.find((_, i) => selections[i]!.classes.length > 1);
  if (together) return classify(findRegions(together.mask, options));
  const size = first.height * first.width;
  const totals = new Float32Array(maps.length * size);
  for (const [i, { total }] of maps.entries()) totals.set(total, i * size);
  const masks = segmented.map(({ mask }) => mask);
  const found = findClassRegions(masks, { ...options, maps: { data: totals, classes: maps.length } });
  const classified = classify(found);
  const regions = classified.regions.map((region, i) => ({
    ...region,
    classIndex: selections[found.regions[i]!.classIndex]!.classes[0]!,
  }));
  return { ...classified, regions };
}

/** The regions of one class alone, by its place among the classes. */
export function regionsOfClass(found: FieldRegions, place: number): FieldRegions {
  const own = new Set(found.regions.filter(({ classIndex }) => classIndex === place).map(({ label }) => label));
  return {
    ...found,
    labels: found.labels.map((label) => (own.has(label) ? label : 0)),
    regions: found.regions.filter(({ label }) => own.has(label)),
  };
}
