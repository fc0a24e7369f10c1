import { stringify } from 'csv-stringify/sync';
import { carriedColumns, formatFloat } from '../evaluation/prediction-table.ts';
import type { CellFeatures } from '../profiling/cell-features.ts';
import type { FieldProfile } from '../profiling/field-profile.ts';
import type { Field, Screen } from '../screen/screen.ts';

/** Makes the lines of a table of features: the metadata of a screen first, CellProfiler's names throughout. */
export interface ProfileTable {
  readonly header: (profile: FieldProfile) => string;
  readonly rows: (field: Field, profile: FieldProfile) => string;
}

/** A row a field: its `Metadata_` columns, `ImageNumber`, `Count_Cells`, then the other features of the field. */
export function fieldTable({ columns }: Pick<Screen, 'columns'>): ProfileTable {
  const carried = carriedColumns(columns);
  return {
    header: ({ names }) => stringify([[...carried.map(({ name }) => name), 'ImageNumber', ...names]]),
    rows: ({ imageNumber, metadata }, { values }) =>
      stringify([[...carried.map(({ column }) => metadata[column] ?? ''), imageNumber, ...Array.from(values, format)]]),
  };
}

/**
 * A row a cell: the `Metadata_` columns of its field, `ImageNumber`, `ObjectNumber`, `Nuclei_Location_Center_X` and `_Y`,
 * then the features.
 */
export function cellTable({ columns }: Pick<Screen, 'columns'>): ProfileTable {
  const carried = carriedColumns(columns);
  const own = ['ImageNumber', 'ObjectNumber', 'Nuclei_Location_Center_X', 'Nuclei_Location_Center_Y'];
  return {
    header: ({ cells }) => stringify([[...carried.map(({ name }) => name), ...own, ...cells.names]]),
    rows: ({ imageNumber, metadata }, { cells }) => {
      const known = [...carried.map(({ column }) => metadata[column] ?? ''), imageNumber];
      return stringify(
        Array.from(cells.objectNumbers, (number, i) => [
          ...known,
          number,
          ...[cells.x[i]!, cells.y[i]!, ...rowOf(cells, i)].map(format),
        ]),
      );
    },
  };
}

function rowOf({ names, values }: CellFeatures, i: number): Float64Array {
  return values.subarray(i * names.length, (i + 1) * names.length);
}

/** The shortest number that reads back to the same float32; `nan`, as CellProfiler has it, for what is not known. */
function format(value: number): string {
  return Number.isNaN(value) ? 'nan' : formatFloat(value);
}
