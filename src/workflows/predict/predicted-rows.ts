import type * as z from 'zod';
import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import type { RunningHost } from '../host.ts';
import { adjustmentFor } from '../shared/measure-plates.ts';
import { parseRequest } from '../workflow.ts';
import { openPrediction } from './open-prediction.ts';
import { predictionRows } from './prediction-rows.ts';
import { rowsRequest } from './request.ts';
import { requireFitting } from './require-fitting.ts';
import { tellIntensities, watchIntensities } from './watch-intensities.ts';

/**
 * Predicts a screen for a program, a row at a time, and writes nothing: a row a field, or a row a cell with `cells`. Nothing
 * happens before the first row is asked for. Who breaks off waits until the workers have ended.
 *
 * @param host hears of fields that are lost, among other events
 * @throws as the workflow `predict` does
 *
 * @example
 * for await (const row of predictedRows({ model: 'run/model.onnx', screen: 'fields.csv' }, host)) {
 *   console.log(row.imageNumber, row.predicted);
 * }
 */
export async function* predictedRows(
  request: z.input<typeof rowsRequest>,
  host: RunningHost,
): AsyncGenerator<PredictionRow, void, undefined> {
  const asked = parseRequest(rowsRequest, request);
  requireFitting({ ...asked, cpa: false });
  const prediction = await openPrediction(asked, host);
  const adjustment = await adjustmentFor(prediction.model.about, prediction.screen, asked, host);
  const { about } = prediction.model;
  const watch = watchIntensities(about);
  for await (const row of predictionRows(prediction, { ...asked, adjustment }, host)) {
    if (!row) continue;
    watch?.addRow(row);
    yield row;
  }
  tellIntensities(watch?.report(), about, host);
}
