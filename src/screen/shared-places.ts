import { findColumn } from './columns.ts';
import { isPlateMapName } from './place-columns.ts';

/** What two tables both say of the places of fields, and in which columns. */
export interface SharedPlace {
  readonly name: 'Metadata_Plate' | 'Metadata_Well' | 'Metadata_Site';
  readonly here: string;
  readonly there: string;
}

/**
 * The columns of plates, wells and sites that two tables have in common, whatever they call them. The name of a layout is
 * compared with that of a layout alone: plates that share one are not one plate.
 */
export function sharedPlaces(columns: readonly string[], others: readonly string[]): readonly SharedPlace[] {
  return (['Metadata_Plate', 'Metadata_Well', 'Metadata_Site'] as const).flatMap((name) => {
    const [here, there] = [findColumn(columns, name), findColumn(others, name)];
    if (here === undefined || there === undefined) return [];
    return isPlateMapName(here) === isPlateMapName(there) ? [{ name, here, there }] : [];
  });
}
