import { rowBuilder } from '../../evaluation/prediction-row.ts';
import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import { type ChannelSums, channelMeans, sumChannels } from '../../pixels/channel-sums.ts';
import type { Image } from '../../pixels/pixels.ts';
import { isInside } from '../../prediction/crop.ts';
import type { CellCut } from '../../prediction/cut-cells.ts';
import { predictCells } from '../../prediction/predict-cells.ts';
import type { Field } from '../../screen/screen.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import { commaRemedy } from '../../tables/parse-number.ts';
import type { TrainingCell } from '../shared/training-cells.ts';
import type { PredictRowsOptions } from './predict-rows.ts';

type NumberedCell = TrainingCell & { readonly objectNumber: number };

export interface PredictCellRowsOptions extends PredictRowsOptions, Pick<CellCut, 'side' | 'window' | 'fill'> {
  /** Cells of a field. */
  readonly cellsOf: (field: Field, image: Image) => Promise<readonly NumberedCell[]>;
  /** Path of their table, or what found them, for messages. */
  readonly table: string;
  /** Hears of the cells of a field whose centres are not in it. */
  readonly onLost: (entry: SkippedField) => void;
  /** Cells of fields for which this gives different things are never run together. */
  readonly groupOf?: ((field: Field) => unknown) | undefined;
}

/** Rows of the table of predictions for every cell, in order, as they are computed; none for a field that cannot be read. */
export async function* predictCellRows(
  fields: Iterable<Field>,
  {
    pool,
    run,
    source,
    adjust,
    noveltyOf,
    cellsOf,
    table,
    side,
    window,
    fill,
    onLost,
    profile,
    groupOf,
    symmetries,
    look,
    ...ofModel
  }: PredictCellRowsOptions,
): AsyncGenerator<PredictionRow> {
  const rowOf = rowBuilder(ofModel);
  /** Tables of the fields that cells are pooled into have them. */
  const measured = new WeakMap<Field, { readonly sums: ChannelSums; readonly novelty: number | undefined }>();
  const read = async (field: Field) => {
    const image = await source.read(field);
    if (!image) return undefined;
    look?.(field, image);
    const pixels = adjust ? adjust(field, image) : image;
    measured.set(field, { sums: sumChannels(image), novelty: noveltyOf?.(pixels) });
    const all = await cellsOf(field, image);
    const inside = all.filter((cell) => isInside(cell, pixels));
    const lost = all.filter((cell) => !isInside(cell, pixels));
    if (lost.length > 0) onLost(lostCells(lost, { field, table, ...pixels }));
    return { pixels, cells: inside };
  };
  const shown = { side, window, fill, symmetries, profile };
  for await (const predicted of predictCells(fields, { pool, run, read, ...shown, groupOf })) {
    const { sums, novelty } = measured.get(predicted.field)!;
    yield rowOf({ ...predicted, channelMeans: channelMeans(sums), channelLargest: sums.largest, novelty });
  }
}

/** The entry of `skipped.csv` for cells of a field whose centres are not in it. */
export function lostCells(
  lost: readonly TrainingCell[],
  { field, table, height, width }: { field: Field; table: string; height: number; width: number },
): SkippedField {
  // What is no number is the likelier mistake.
  const first = lost.find(({ written }) => written !== undefined) ?? lost[0]!;
  const at = first.row === undefined ? table : `${table}, row ${first.row}`;
  const place = [first.x, first.y].map((value) => (Number.isNaN(value) ? 'no number' : value)).join(', ');
  const cells = lost.length === 1 ? '1 cell has its centre' : `${lost.length} cells have their centres`;
  const remedy = first.written?.split(' and ').map(commaRemedy).find(Boolean);
  const message =
    `${at}: ${cells} outside of field ${field.imageNumber} ` +
    `(found ${first.written ?? place}; expected x from 0 to ${width - 1} and y from 0 to ${height - 1}).` +
    `${remedy === undefined ? '' : ` ${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`}`;
  return { imageNumber: field.imageNumber, file: table, tag: 'BadCell', message };
}
