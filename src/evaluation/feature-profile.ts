import { columnsOf, type TableLayout } from '../tables/table-layout.ts';
import { carriedColumns, type PredictionColumns, type PredictionRow } from './prediction-table.ts';

/**
 * The table of profiles as pipelines of profiles read it: the `Metadata_` columns, with the model's hash as the last of
 * them, `ImageNumber`, of cells `ObjectNumber` and the centre, then `MIL_Feature_0001` to the `length`th.
 */
export function layOutProfiles(
  { metadata, cells = false }: Pick<PredictionColumns, 'metadata' | 'cells'>,
  length: number,
): TableLayout<PredictionRow> {
  const carried = carriedColumns(metadata).filter(({ name }) => name !== MODEL);
  const names = carried.map(({ name }) => name);
  return {
    columns: [
      ...columnsOf('text', [...names, MODEL]),
      ...columnsOf('integer', ['ImageNumber', ...(cells ? ['ObjectNumber'] : [])]),
      ...columnsOf('double', cells ? ['Location_Center_X', 'Location_Center_Y'] : []),
      ...columnsOf(
        'single',
        Array.from({ length }, (_, i) => `MIL_Feature_${String(i + 1).padStart(4, '0')}`),
      ),
    ],
    cells: (row) => [
      ...carried.map(({ column }) => row.metadata[column] ?? ''),
      row.model,
      row.imageNumber,
      ...(cells ? [row.cell?.objectNumber, row.cell?.x, row.cell?.y] : []),
      ...Array.from({ length }, (_, i) => row.profile?.[i]),
    ],
  };
}

/** All that begins with `MIL_` but is no metadata is a feature. */
const MODEL = 'Metadata_MIL_Model';
