import { rowBuilder } from '../../evaluation/prediction-row.ts';
import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import { channelMeans, sumChannels } from '../../pixels/channel-sums.ts';
import { averagePredictions, type FieldPrediction, type ModelOutputs } from '../../prediction/average-predictions.ts';
import { isInside } from '../../prediction/crop.ts';
import type { CellCut } from '../../prediction/cut-cells.ts';
import { predictCells } from '../../prediction/predict-cells.ts';
import type { Field } from '../../screen/screen.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
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
    noveltyOf,
    byImage,
    side,
    window,
    fill,
    together = averagePredictions,
    look,
    ...ofModel
  }: PredictAveragedRowsOptions,
): AsyncGenerator<PredictionRow> {
  const rowOf = rowBuilder(ofModel);
  const means = new Map<Field, number[]>();
  const novelties = new Map<Field, number>();
  const read = async (field: Field) => {
    const image = await source.read(field);
    if (!image) return undefined;
    means.set(field, channelMeans(sumChannels(image)));
    look?.(field, image);
    const cells = (byImage.get(field.imageNumber) ?? []).filter((cell) => isInside(cell, image));
    const pixels = adjust ? adjust(field, image) : image;
    if (noveltyOf) novelties.set(field, noveltyOf(pixels));
    return { pixels, cells };
  };
  const row = async (field: Field, cells: readonly ModelOutputs[]) =>
    rowOf({ field, prediction: await together(cells), channelMeans: means.get(field), novelty: novelties.get(field) });
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
