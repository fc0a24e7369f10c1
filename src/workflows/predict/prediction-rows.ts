import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import { createProfileGraph } from '../../network/profile-graph.ts';
import { createTiledPrediction, type PredictInTiles } from '../../network/tiles/predict-in-tiles.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import { PREDICTION_SESSION } from '../../prediction/predict-fields.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import type { RunningHost } from '../host.ts';
import { boundedWorkers } from '../shared/bounded-workers.ts';
import { beginTask, tellLost } from '../task.ts';
import type { Prediction } from './open-prediction.ts';
import { predictCellRows } from './predict-cell-rows.ts';
import { predictRows } from './predict-rows.ts';
import type { RowsRequest } from './request.ts';

type HowToPredict = Pick<RowsRequest, 'cells' | 'symmetries' | 'tile' | 'profile' | 'workers'>;

/**
 * The rows of an opened prediction, in the order of the screen, as they are computed: no more is computed than is asked for,
 * but for what the workers have begun. Fields and cells that cannot be read are told as lost. When the rows end, for whatever
 * reason, the pool of workers has been released.
 *
 * @throws the reason of the host's signal when that was aborted
 */
export async function* predictionRows(
  prediction: Prediction,
  how: HowToPredict,
  host: RunningHost,
): AsyncGenerator<PredictionRow, void, undefined> {
  const { cells, total } = prediction;
  const { threads, signal } = host;
  const workers = boundedWorkers(how.workers, host) ?? threads;
  signal.throwIfAborted();
  const task = beginTask(host, { task: 'predicting', total, unit: cells ? 'cells' : 'fields' });
  for (const entry of cells?.unknown ?? []) tellLost(host, entry);
  const pool = host.pool({ workers, threads: Math.max(1, Math.floor(threads / workers)) });
  try {
    const tiles = await loadModel(prediction, { ...how, pool });
    let done = 0;
    for await (const row of rowsOf(prediction, { ...how, pool, tiles }, host)) {
      task.update(++done);
      if (row) yield row;
    }
  } finally {
    await pool.release();
  }
  task.end();
}

async function loadModel(
  { network, model }: Prediction,
  { pool, tile, profile }: HowToPredict & { readonly pool: SessionPool },
): Promise<PredictInTiles | undefined> {
  if (network && tile !== undefined) return createTiledPrediction(network, { pool, side: tile, profile });
  await pool.load(PREDICTION_SESSION, network ? createProfileGraph(network) : model.bytes);
  return undefined;
}

function rowsOf(
  { model, cells, fields, side, source, adjust, columns, lostCells }: Prediction,
  how: HowToPredict & { readonly pool: SessionPool; readonly tiles: PredictInTiles | undefined },
  host: RunningHost,
): AsyncGenerator<PredictionRow | undefined> {
  const { pool, tiles, symmetries, profile, cells: table } = how;
  const { classes, thresholds } = columns;
  const options = { pool, source, adjust, classes, thresholds, model: model.hash, profile };
  if (!cells) return predictRows(fields, { ...options, symmetries, tiles });
  const onLost = (entry: SkippedField) => {
    lostCells.push(entry);
    tellLost(host, entry);
  };
  return predictCellRows(fields, { ...options, cells: cells.byField, table: table!, side, onLost });
}
