import {
  classOf,
  type FieldRegions,
  meanAsWritten,
  measurementNames,
  measurementsOf,
} from '../regions/field-regions.ts';

/**
 * The columns of a table of regions, under CellProfiler's names; the columns of the field (`Metadata_…`, `ImageNumber`)
 * come before them. With classes also `MIL_Class` and, where maps are given, `MIL_Probability_<class>`, the mean over
 * the region.
 */
export function regionColumns(classes: readonly string[] = []): readonly string[] {
  return [
    'ObjectNumber',
    ...measurementNames,
    ...(classes.length > 0 ? ['MIL_Class'] : []),
    ...classes.map((name) => `MIL_Probability_${name}`),
  ];
}

/** The rows of a field under {@link regionColumns}; unknown values are empty cells. */
export function regionRows(
  { regions }: Pick<FieldRegions, 'regions'>,
  classes: readonly string[] = [],
): readonly (readonly (string | number)[])[] {
  return regions.map((region) => [
    region.label,
    ...measurementsOf(region),
    ...(classes.length > 0 ? [classOf(region, classes) ?? ''] : []),
    ...classes.map((_, i) => {
      const mean = region.means?.[i];
      return mean === undefined ? '' : meanAsWritten(mean);
    }),
  ]);
}
