import {
  asWritten,
  intensityPrefix,
  NOVELTY,
  type PredictionRow,
  type PredictionTable,
  probabilityPrefix,
  SPREAD,
} from '../../evaluation/prediction-table.ts';
import { placeOf } from '../../screen/well.ts';
import type { FieldColumn, ReportDocument } from '../page/document.ts';
import { numberColumn, textColumn } from './columns.ts';
import { type KnownColumns, rolesOf } from './roles.ts';

/** A table of fields, as a document has it. */
export type ReportedFields = NonNullable<ReportDocument['fields']>;

export interface FieldTableOptions {
  readonly columns?: KnownColumns | undefined;
  /** What the run used a field for: `train`, `validation`, `test`. */
  readonly splitOf?: ((row: PredictionRow) => string | undefined) | undefined;
  /** Place of the thumbnail of each row, undefined for one without. */
  readonly thumbnails?: readonly (number | undefined)[] | undefined;
  /** Where each row is in the map of fields. */
  readonly map?: readonly (readonly [x: number, y: number] | undefined)[] | undefined;
  /** Columns of their own, a value for each row. */
  readonly more?: readonly FieldColumn[] | undefined;
}

/** The rows of a table of predictions in columns with their roles. Wells are written as `A01`. */
export function fieldTable(predictions: PredictionTable, options: FieldTableOptions = {}): ReportedFields {
  const { unit = 'field', cells = false, classes, channels, metadata, rows } = asWritten(predictions);
  const { columns, splitOf, thumbnails, map, more = [] } = options;
  const splits = splitOf && rows.map((row) => splitOf(row) ?? '');
  const isPredicted = rows.some(({ predicted, probability }) => predicted !== '' || probability.length > 0);
  const ofClass = (k: number) => rows.map(({ probability }) => probability[k]);
  const measured = (role: 'novelty' | 'spread', name: string) =>
    rows.some((row) => row[role] !== undefined)
      ? [
          numberColumn(
            { name, role },
            rows.map((row) => row[role]),
          ),
        ]
      : [];
  return {
    unit: cells ? 'cell' : unit,
    rows: rows.length,
    columns: [
      ...(unit === 'field'
        ? [
            numberColumn(
              { name: 'ImageNumber', role: 'imageNumber' },
              rows.map(({ imageNumber }) => imageNumber),
            ),
          ]
        : []),
      ...(cells
        ? [
            numberColumn(
              { name: 'ObjectNumber', role: 'objectNumber' },
              rows.map(({ cell }) => cell?.objectNumber),
            ),
          ]
        : []),
      ...metadataColumns({ metadata, rows }, columns),
      ...(splits ? [textColumn({ name: 'Split', role: 'split' }, splits)] : []),
      ...(isPredicted
        ? [
            textColumn(
              { name: 'MIL_Predicted', role: 'predicted' },
              rows.map(({ predicted }) => predicted),
            ),
          ]
        : []),
      ...(isPredicted ? classes : []).map((name, k) =>
        numberColumn({ name: probabilityPrefix + name, role: 'probability', of: name }, ofClass(k)),
      ),
      ...measured('spread', SPREAD),
      ...measured('novelty', NOVELTY),
      ...channels.map((name, c) =>
        numberColumn(
          { name: intensityPrefix + name, role: 'channelMean', of: name },
          rows.map(({ channelMeans }) => channelMeans[c]),
        ),
      ),
      ...more,
      ...(thumbnails ? [numberColumn({ name: 'Thumbnail', role: 'thumbnail' }, thumbnails)] : []),
      ...(map ? [0, 1].map((axis) => mapColumn(map, axis as 0 | 1)) : []),
    ],
  };
}

function mapColumn(map: NonNullable<FieldTableOptions['map']>, axis: 0 | 1): FieldColumn {
  const [name, role] = axis === 0 ? (['Map_X', 'mapX'] as const) : (['Map_Y', 'mapY'] as const);
  return numberColumn(
    { name, role },
    map.map((place) => place?.[axis]),
  );
}

/** The columns of the screen; a table that names rows and columns of plates gets a column of wells. */
function metadataColumns(
  { metadata, rows }: Pick<PredictionTable, 'metadata' | 'rows'>,
  known: KnownColumns | undefined,
): FieldColumn[] {
  const roles = rolesOf(metadata, known);
  const wells = rows.map((row) => placeOf(row.metadata).well);
  const own = metadata.map((name) => {
    const role = roles.get(name)!;
    const texts = role === 'well' ? wells : rows.map((row) => (row.metadata[name] ?? '').trim());
    return textColumn({ name, role }, texts);
  });
  const isNamed = own.some(({ role }) => role === 'well');
  if (isNamed || wells.every((well) => well === '')) return own;
  return [...own, textColumn({ name: 'Metadata_Well', role: 'well' }, wells)];
}
