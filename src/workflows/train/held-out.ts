import { evaluatePredictions, type Metrics } from '../../evaluation/evaluate.ts';
import { formatPredictionHeader, formatPredictions, type PredictionRow } from '../../evaluation/prediction-table.ts';
import { sha256 } from '../../files/hash.ts';
import { writeWhole } from '../../files/write-whole.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import { PREDICTION_SESSION } from '../../prediction/predict-fields.ts';
import type { FieldSource } from '../../screen/field-source.ts';
import type { AdjustField } from '../../screen/plates.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { predictAveragedRows } from '../predict/predict-averaged-rows.ts';
import { predictRows } from '../predict/predict-rows.ts';
import { type RunRecord, runFiles } from '../shared/run-folder.ts';
import type { TrainingCells } from '../shared/training-cells.ts';

/**
 * Predicts the held-out fields of a run with its model, or the validation fields where none are held out, and writes
 * `predictions.csv` and `metrics.json`. `tested` says in words which fields these were.
 */
export async function evaluateHeldOut({
  model,
  record,
  thresholds,
  screen,
  fields,
  cells,
  source,
  adjust,
  pool,
  folder,
}: {
  model: Uint8Array;
  record: RunRecord;
  /** The threshold of each class, where fields may have several labels. */
  thresholds: readonly number[] | undefined;
  screen: Screen;
  fields: readonly Field[];
  /** The cells of a run on cells, over which fields are then averaged. */
  cells: TrainingCells['byImage'] | undefined;
  source: FieldSource;
  adjust: AdjustField | undefined;
  pool: SessionPool;
  folder: string;
}): Promise<{ metrics: Metrics | undefined; tested: string }> {
  const isTested = ({ split: of, tested }: RunRecord['fields'][number]) => of === 'test' || tested === true;
  const held = record.fields.some(isTested);
  const chosen = fields.filter((_, i) => {
    const field = record.fields[i]!;
    return held ? isTested(field) : field.split === 'validation';
  });
  await pool.load(PREDICTION_SESSION, model);
  const rows: PredictionRow[] = [];
  const options = { pool, source, adjust, classes: record.classes, thresholds, model: sha256(model) };
  const predicted: AsyncGenerator<PredictionRow | undefined> = cells
    ? predictAveragedRows(chosen, { ...options, byImage: cells, side: record.options.crop })
    : predictRows(chosen, options);
  for await (const row of predicted) if (row) rows.push(row);
  const table = {
    source: runFiles(folder).predictions,
    metadata: screen.columns,
    classes: record.classes,
    thresholds,
    channels: screen.channels,
    rows,
  };
  await writeWhole(runFiles(folder).predictions, formatPredictionHeader(table) + formatPredictions(rows, table));
  if (rows.length === 0) return { metrics: undefined, tested: 'no field' };
  const metrics = evaluatePredictions(table, {
    label: record.label,
    seed: record.options.seed,
    reference: record.fields
      .filter((field) => field.split !== 'test')
      .map((field) => ({ ...field, batch: field.batch })),
  });
  await writeWhole(runFiles(folder).metrics, `${JSON.stringify(metrics, undefined, 2)}\n`);
  const tested = held
    ? `${rows.length} fields that were held out`
    : `the ${rows.length} validation fields, which chose the epoch${thresholds ? ' and the thresholds' : ''}: hold fields out with --holdout for an unbiased figure`;
  return { metrics, tested };
}
