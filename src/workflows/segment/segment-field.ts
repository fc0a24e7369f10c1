import type { JacobianMap } from '../../localization/jacobian-map.ts';
import type { Plane } from '../../localization/plane.ts';
import type { ClassifiedCell } from '../../localization/regions/classify-by-cells.ts';
import type { FieldRegions } from '../../localization/regions/field-regions.ts';
import type { RegionOptions } from '../../localization/regions/regions.ts';
import type { SegmentedMap, SegmentMap } from '../../localization/segmentation/segmented.ts';
import { emptyMask, isSilent } from '../../localization/segmentation/silent.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import type { Image } from '../../pixels/pixels.ts';
import type { Field } from '../../screen/screen.ts';
import { regionsOfMaps } from './regions-of-maps.ts';
import type { Selection } from './selections.ts';

/** A field whose maps were drawn. */
export interface DrawnField {
  readonly field: Field;
  readonly image: Image;
  /** In the order of the selections. */
  readonly maps: readonly JacobianMap[];
  /** The cells that say which classes regions have, where the instances of the model are cells that can be found. */
  readonly cells?: readonly ClassifiedCell[] | undefined;
}

/** A field, its maps, its masks and its regions. */
export interface FieldSegmentation extends DrawnField {
  /** In the order of the selections. */
  readonly segmented: readonly SegmentedMap[];
  readonly found: FieldRegions;
}

/** The probability of each class: that of the whole field, which all its maps have. */
export function probabilityOf({ maps }: Pick<DrawnField, 'maps'>): Float32Array {
  return maps[0]!.probability;
}

/** How the maps of a field become its regions. */
export interface SegmentFieldOptions {
  readonly about: ModelDescription;
  readonly selections: readonly Selection[];
  readonly segment: SegmentMap;
  readonly regions: RegionOptions;
  /** What an instance has a class from, see `isSilent`. */
  readonly thresholds?: ArrayLike<number> | undefined;
}

/** Makes masks of the maps of a field, and regions of the masks. */
export function segmentField(
  drawn: DrawnField,
  { about, selections, segment, regions, thresholds }: SegmentFieldOptions,
): FieldSegmentation {
  const { image, maps, cells } = drawn;
  const { height, width } = image;
  const planes = planesOf(image);
  const segmented = maps.map((map, i) =>
    isSilent(map, selections[i]!.classes, thresholds)
      ? emptyMask({ height, width })
      : segment({ data: map.total, height, width }, planes),
  );
  return { ...drawn, segmented, found: regionsOfMaps(segmented, { maps, cells, about, selections, options: regions }) };
}

function planesOf({ data, channels, height, width }: Image): Plane[] {
  const size = height * width;
  return Array.from({ length: channels }, (_, c) => ({
    data: data.subarray(c * size, (c + 1) * size),
    height,
    width,
  }));
}
