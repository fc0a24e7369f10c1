import type { RunningHost } from '../host.ts';
import { writeSkippedBeside } from '../shared/table-output.ts';
import { defineWorkflow } from '../workflow.ts';
import { openPrediction, type Prediction } from './open-prediction.ts';
import { openOutputs, requireNewOutputs, type WrittenOutputs } from './predict-outputs.ts';
import { predictionRows } from './prediction-rows.ts';
import { type PredictRequest, predictRequest, predictResult } from './request.ts';
import { requireFitting } from './require-fitting.ts';
import { createTally, type Tally } from './tally.ts';

/** Predicts every field of a screen, or every cell, and writes a table of the probabilities of each class. */
export const predict = defineWorkflow(
  {
    title: 'predict',
    description: 'Predict the class of every field of a screen, or of every cell, with the probability of each class.',
    request: predictRequest,
    result: predictResult,
  },
  async (request, host) => {
    const { out, model, profile } = request;
    requireFitting(request);
    await requireNewOutputs(request, host);
    const prediction = await openPrediction({ ...request, profile: profile !== undefined }, host);
    const { cells, columns, source, lostCells, total } = prediction;
    const tally = createTally(columns);
    const written = await writeRows(prediction, { request, tally }, host);
    const { fields, rows, predicted, unlabelled } = tally.counts();
    const unread = source.skipped();
    return {
      out,
      model,
      modelHash: prediction.model.hash,
      fields,
      ...(cells && { cells: rows, cellsLost: total - rows + cells.unknownCells }),
      skipped: unread.length,
      skippedFile: await writeSkippedBeside(out, [...lostCells, ...unread], host),
      label: prediction.model.about.label,
      predicted,
      ...(columns.thresholds && { unlabelled }),
      ...written,
    };
  },
);

async function writeRows(
  prediction: Prediction,
  { request, tally }: { request: PredictRequest; tally: Tally },
  host: RunningHost,
): Promise<WrittenOutputs> {
  const { screen, columns, features, cells, side, source } = prediction;
  const outputs = await openOutputs(screen, { ...request, columns, features, cells, side }, host);
  try {
    const how = { ...request, profile: request.profile !== undefined };
    for await (const row of predictionRows(prediction, how, host)) {
      tally.add(row);
      await outputs.write(row);
    }
    return await outputs.keep(new Set(source.skipped().flatMap(({ imageNumber }) => imageNumber ?? [])));
  } catch (error) {
    await outputs.discard();
    throw error;
  }
}
