import { rowBuilder } from '../../evaluation/prediction-row.ts';
import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import { channelMeans } from '../../pixels/channel-sums.ts';
import type { WindowedImage } from '../../pixels/windows/windowed-image.ts';
import { isInside } from '../../prediction/crop.ts';
import type { CellCut } from '../../prediction/cut-cells.ts';
import { predictCells } from '../../prediction/predict-cells.ts';
import type { Field } from '../../screen/screen.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import { commaRemedy } from '../../tables/parse-number.ts';
import type { TrainingCell } from '../shared/training-cells.ts';
import { type FieldMeasures, measureAsSeen } from './measure-as-seen.ts';
import type { PredictRowsOptions } from './predict-rows.ts';

type NumberedCell = TrainingCell & { readonly objectNumber: number };

export interface PredictCellRowsOptions extends PredictRowsOptions, Pick<CellCut, 'side' | 'window' | 'fill'> {
  /** Cells of a field. */
  readonly cellsOf: (field: Field, pixels: WindowedImage) => Promise<readonly NumberedCell[]>;
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
    noveltyMeasure,
    cellsOf,
    table,
    side,
    window,
    fill,
    onLost,
    profile,
    groupOf,
    symmetries,
    watch,
    ...ofModel
  }: PredictCellRowsOptions,
): AsyncGenerator<PredictionRow> {
  const rowOf = rowBuilder(ofModel);
  /** Tables of the fields that cells are pooled into have them. */
  const measured = new WeakMap<Field, FieldMeasures>();
  const find = async (field: Field, windows: WindowedImage) => {
    const { seen, ...measures } = await measureAsSeen(field, windows, { adjust, noveltyMeasure, watch });
    measured.set(field, measures);
    const all = await cellsOf(field, windows);
    const inside = all.filter((cell) => isInside(cell, windows));
    const lost = all.filter((cell) => !isInside(cell, windows));
    if (lost.length > 0) onLost(lostCells(lost, { field, table, height: windows.height, width: windows.width }));
    const changed = seen.whole || !adjust ? undefined : adjustedMeans(field, measures, adjust);
    return { pixels: seen, cells: inside, means: changed ?? channelMeans(measures.sums) };
  };
  const read = async (field: Field) => {
    const windows = await source.open(field);
    return windows && source.unlessLost(field, () => find(field, windows));
  };
  const shown = { side, window, fill, symmetries, profile };
  for await (const predicted of predictCells(fields, { pool, run, read, ...shown, groupOf })) {
    const { sums, novelty } = measured.get(predicted.field)!;
    yield rowOf({ ...predicted, channelMeans: channelMeans(sums), channelLargest: sums.largest, novelty });
  }
}

/** The means of the channels of what the model sees of a field, in which intensities are changed one by one. */
function adjustedMeans(
  field: Field,
  { sums }: FieldMeasures,
  adjust: NonNullable<PredictRowsOptions['adjust']>,
): readonly number[] {
  const means = Float32Array.from(channelMeans(sums));
  return Array.from(adjust(field, { data: means, channels: means.length, height: 1, width: 1 }).data);
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
