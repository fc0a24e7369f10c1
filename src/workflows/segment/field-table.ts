import { stringify } from '#csv-stringify/sync';
import { carriedColumns } from '../../evaluation/prediction-table.ts';
import type { SegmentedMap } from '../../localization/segmentation/segmented.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { Selection } from './selections.ts';

/** What is known of a segmented field. */
export interface SegmentedField {
  readonly field: Field;
  /** Its label image, seen from the folder of the outputs. */
  readonly mask: string;
  readonly regions: number;
  /** Share of the pixels that are in a region. */
  readonly foreground: number;
  /** In the order of the selections: what became of its map, and the largest value of that. */
  readonly maps: readonly (Omit<SegmentedMap, 'mask'> & {
    readonly largest: number;
    /** That of the maps of its channels, where they are written. */
    readonly largestOfChannels?: number | undefined;
  })[];
}

/**
 * The header of `fields.csv`: the mask of every field as LoadData names objects, its regions and their share of its pixels, then for each selection the value
 * that 65535 stands for in the picture of its map, and in those of its channels where they are written, the map's threshold, where between background and foreground of the image
 * the edges are, the sweeps of belief propagation, and whether they came to rest.
 */
export function fieldTableHeader(
  { columns }: Screen,
  selections: readonly Selection[],
  { channelMaps }: { channelMaps: boolean },
): string {
  const names = [
    'MIL_MapLargest',
    ...(channelMaps ? ['MIL_ChannelMapLargest'] : []),
    ...['MIL_MapThreshold', 'MIL_Edge', 'MIL_Sweeps', 'MIL_Converged'],
  ];
  const of = ({ name }: Selection) => names.map((column) => (selections.length > 1 ? `${column}_${name}` : column));
  const own = [
    'ImageNumber',
    'ObjectsFileName_Regions',
    'Count_Regions',
    'AreaOccupied_Share',
    ...selections.flatMap(of),
  ];
  return stringify([[...carriedColumns(columns).map(({ name }) => name), ...own]]);
}

/** The row of a field under {@link fieldTableHeader}. */
export function fieldTableRow({ columns }: Screen, { field, mask, regions, foreground, maps }: SegmentedField): string {
  return stringify([
    [
      ...carriedColumns(columns).map(({ column }) => field.metadata[column] ?? ''),
      ...[field.imageNumber, mask, regions, foreground.toFixed(6)],
      ...maps.flatMap(({ largest, largestOfChannels, threshold, edge, beliefs: { iterations, converged } }) => [
        largest.toPrecision(9),
        ...(largestOfChannels === undefined ? [] : [largestOfChannels.toPrecision(9)]),
        threshold.toPrecision(9),
        edge?.toFixed(3) ?? '',
        iterations,
        converged ? 1 : 0,
      ]),
    ],
  ]);
}
