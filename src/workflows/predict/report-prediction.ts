import { isMilscopeError, writeOptions } from '../../errors.ts';
import { evaluatePredictions, type Metrics } from '../../evaluation/evaluate.ts';
import type { PredictionTable } from '../../evaluation/prediction-table.ts';
import type { PredictionsReport } from '../../report/document/predictions-document.ts';
import { findColumn } from '../../screen/columns.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import { hashScreen } from '../../screen/hash-files.ts';
import { isMissingLabel } from '../../screen/labels.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import { counted } from '../../words.ts';
import { readTrainingFields } from '../evaluate/training-fields.ts';
import type { RunningHost } from '../host.ts';
import { boundedWorkers } from '../shared/bounded-workers.ts';
import type { Adjustment } from '../shared/measure-plates.ts';
import { madeNow, modelFacts, trainingFacts } from '../shared/report/made.ts';
import { reportBeside } from '../shared/report/places.ts';
import { paintPictures } from '../shared/report/report-pictures.ts';
import { lostOf, reportOnRows } from '../shared/report/report-rows.ts';
import { readRunRecord } from '../shared/run-folder.ts';
import type { CollectedRows } from './collect-rows.ts';
import type { Prediction } from './open-prediction.ts';
import { type PredictRequest, predictRequest } from './request.ts';

/** A prediction whose tables are written. */
export interface PredictedScreen extends Prediction, Pick<CollectedRows, 'rows' | 'small'> {
  readonly request: PredictRequest;
  /** The folder of the run of the model, where it lies in one. */
  readonly run: string | null;
  readonly skipped: readonly SkippedField[];
  readonly adjustment: Adjustment | undefined;
  readonly all: NonNullable<PredictionsReport['all']>;
}

/** Makes the report on a prediction beside its table, and gives the path of its page. */
export async function reportOnPrediction(predicted: PredictedScreen, host: RunningHost): Promise<string> {
  const { request, model, screen, members, columns, ofCells, rows, small, adjustment, side, leastSide, all } =
    predicted;
  const { about } = model;
  const table: PredictionTable = { source: request.out, ...columns, rows };
  const metrics = ofCells ? null : await evaluateOwn(table, predicted, host);
  const threads = boundedWorkers(request.workers, host) ?? host.threads;
  const pool = host.pool({ workers: threads, threads: Math.max(1, Math.floor(host.threads / threads)) });
  try {
    const source = createFieldSource(screen, { cacheBytes: 0, leastSide }, host);
    return await reportOnRows(
      {
        ...{ kind: 'predict', places: reportBeside(request.out), source: request.out, label: about.label },
        ...{ table, metrics, all, channels: screen.channels, training: null, epochChosenBy: null },
        // The label of a field is not that of each of its cells.
        columns: ofCells ? {} : (metrics?.columns ?? { label: about.label }),
        pictures: paintPictures({
          // Of several models, the maps of the first stand for all.
          ...{ small, screen, network: members[0]!, pool, adjust: adjustment?.adjust, read: source.open },
          ...(ofCells && { side }),
        }),
        lost: lostOf(predicted.skipped, (message) => writeOptions(message, host.nameOption)),
        made: await madeByPrediction(predicted, metrics, host),
      },
      host,
    );
  } finally {
    await pool.release();
  }
}

/** The figures of a prediction whose fields have labels; null where they have none, or such as the model does not know. */
async function evaluateOwn(
  table: PredictionTable,
  { model, request, run }: PredictedScreen,
  host: RunningHost,
): Promise<Metrics | null> {
  const { label } = model.about;
  const column = findColumn(table.metadata, label);
  if (column === undefined || table.rows.every(({ metadata }) => isMissingLabel(metadata[column] ?? ''))) return null;
  try {
    const asked = { run: run ?? undefined, predictions: request.out, models: new Set([model.hash]) };
    const reference = await readTrainingFields(asked, { ...host, emit: () => undefined });
    return evaluatePredictions(table, { label, reference });
  } catch (error) {
    if (isMilscopeError(error)) return null;
    throw error;
  }
}

async function madeByPrediction(
  { request, model, screen, ofCells, all, run }: PredictedScreen,
  metrics: Metrics | null,
  host: RunningHost,
) {
  const record = run === null ? undefined : await readRunRecord(run, host.files).catch(() => undefined);
  return madeNow(
    {
      request,
      schema: predictRequest,
      hashes: [
        { name: request.model, hash: model.hash },
        { name: screen.source, hash: await hashScreen(screen, host) },
      ],
      facts: {
        model: modelFacts(model.about, host.about.versions.milscope),
        ...(record && { training: trainingFacts(record) }),
        predicted: ofCells ? counted(all.rows, 'cell') : `${counted(all.rows, 'field')} of view`,
        ...(metrics && { evaluated: { treatments: metrics.treatments.total > 0 } }),
      },
    },
    host,
  );
}
