import { rowBuilder } from '../../evaluation/prediction-row.ts';
import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import { channelMeans } from '../../pixels/channel-sums.ts';
import { windowsOf } from '../../pixels/windows/windowed-image.ts';
import { averagePredictions, type FieldPrediction, type ModelOutputs } from '../../prediction/average-predictions.ts';
import { isInside } from '../../prediction/crop.ts';
import type { CellCut } from '../../prediction/cut-cells.ts';
import { predictCells } from '../../prediction/predict-cells.ts';
import type { Field } from '../../screen/screen.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
import { type FieldMeasures, measureAsSeen } from './measure-as-seen.ts';
import type { PredictRowsOptions } from './predict-rows.ts';

export interface PredictAveragedRowsOptions
  extends Omit<PredictRowsOptions, 'symmetries' | 'tiles'>,
    Pick<CellCut, 'side' | 'window' | 'fill'> {
  /** What the cells of a field say together; their average unless given. */
  readonly together?: (cells: readonly ModelOutputs[]) => FieldPrediction | Promise<FieldPrediction>;
  readonly byImage: TrainingCells['byImage'];
}

/**
 * Rows of the table of predictions for fields, each what the field's cells say together; none for a field that cannot be read or
 * has no cell.
 */
export async function* predictAveragedRows(
  fields: Iterable<Field>,
  {
    pool,
    run,
    source,
    adjust,
    noveltyMeasure,
    byImage,
    side,
    window,
    fill,
    together = averagePredictions,
    watch,
    ...ofModel
  }: PredictAveragedRowsOptions,
): AsyncGenerator<PredictionRow> {
  const rowOf = rowBuilder(ofModel);
  const measured = new Map<Field, FieldMeasures>();
  const read = async (field: Field) => {
    const image = await source.read(field);
    if (!image) return undefined;
    const { seen, ...measures } = await measureAsSeen(field, windowsOf(image), { adjust, noveltyMeasure, watch });
    measured.set(field, measures);
    const cells = (byImage.get(field.imageNumber) ?? []).filter((cell) => isInside(cell, image));
    return { pixels: seen, cells };
  };
  const row = async (field: Field, cells: readonly ModelOutputs[]) => {
    const { sums, novelty } = measured.get(field)!;
    return rowOf({ field, prediction: await together(cells), channelMeans: channelMeans(sums), novelty });
  };
  let current: Field | undefined;
  let cells: ModelOutputs[] = [];
  for await (const { field, prediction } of predictCells(fields, { pool, run, read, side, window, fill })) {
    if (current && current !== field) {
      yield await row(current, cells);
      cells = [];
    }
    current = field;
    cells.push(prediction);
  }
  if (current) yield await row(current, cells);
}
