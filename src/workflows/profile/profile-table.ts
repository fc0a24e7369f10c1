import { carriedColumns } from '../../evaluation/prediction-table.ts';
import type { CellFeatures } from '../../profiling/cell-features.ts';
import type { FieldProfile } from '../../profiling/field-profile.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { columnsOf, type TableColumn, type TableLayout } from '../../tables/table-layout.ts';

/** A field and what was measured in it. */
interface ProfiledField {
  readonly field: Field;
  readonly profile: FieldProfile;
}

/** A cell of it, by its place. */
interface ProfiledCell extends ProfiledField {
  readonly place: number;
}

/** A row a field: its `Metadata_` columns, `ImageNumber`, `Count_Cells`, then the other features that `profile` names. */
export function layOutFields(
  { columns }: Pick<Screen, 'columns'>,
  { names }: Pick<FieldProfile, 'names'>,
): TableLayout<ProfiledField> {
  const carried = carriedColumns(columns);
  return {
    columns: [...metadataColumns(columns), ...columnsOf('integer', ['ImageNumber']), ...columnsOf('single', names)],
    cells: ({ field: { imageNumber, metadata }, profile: { values } }) => [
      ...carried.map(({ column }) => metadata[column] ?? ''),
      imageNumber,
      ...values,
    ],
  };
}

/**
 * A row a cell: the `Metadata_` columns of its field, `ImageNumber`, `ObjectNumber`, `Nuclei_Location_Center_X` and `_Y`,
 * then the features that `profile` names.
 */
export function layOutCells(
  { columns }: Pick<Screen, 'columns'>,
  { cells: { names } }: Pick<FieldProfile, 'cells'>,
): TableLayout<ProfiledCell> {
  const carried = carriedColumns(columns);
  return {
    columns: [
      ...metadataColumns(columns),
      ...columnsOf('integer', ['ImageNumber', 'ObjectNumber']),
      ...columnsOf('single', ['Nuclei_Location_Center_X', 'Nuclei_Location_Center_Y', ...names]),
    ],
    cells: ({ field: { imageNumber, metadata }, profile: { cells }, place }) => [
      ...carried.map(({ column }) => metadata[column] ?? ''),
      imageNumber,
      cells.objectNumbers[place],
      ...[cells.x[place]!, cells.y[place]!, ...rowOf(cells, place)],
    ],
  };
}

function metadataColumns(columns: readonly string[]): readonly TableColumn[] {
  return columnsOf(
    'text',
    carriedColumns(columns).map(({ name }) => name),
  );
}

function rowOf({ names, values }: CellFeatures, i: number): Float64Array {
  return values.subarray(i * names.length, (i + 1) * names.length);
}
