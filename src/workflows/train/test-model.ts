import { isMilscopeError, named } from '../../errors.ts';
import { assessControls, withoutWells, writeNotes } from '../../evaluation/assay/assess-controls.ts';
import { evaluatePredictions, type Metrics } from '../../evaluation/evaluate.ts';
import { rowBuilder } from '../../evaluation/prediction-row.ts';
import {
  formatPredictionHeader,
  formatPredictions,
  type PredictionRow,
  type PredictionTable,
} from '../../evaluation/prediction-table.ts';
import { type ReferenceField, referenceFields } from '../../evaluation/training-use.ts';
import { type NetworkModel, readModel } from '../../network/read-model.ts';
import type { SessionPool } from '../../onnx/session-pool.ts';
import type { ModelOutputs } from '../../prediction/average-predictions.ts';
import { fillOf } from '../../prediction/cut-cells.ts';
import { createNovelty } from '../../prediction/novelty/reference.ts';
import { createBagPrediction, emptyBag, gatherBags } from '../../prediction/pool-cells.ts';
import { CELLS_TOGETHER } from '../../prediction/predict-cells.ts';
import { createModelRunner } from '../../prediction/run-model.ts';
import type { Field } from '../../screen/screen.ts';
import { agreeing, counted } from '../../words.ts';
import type { RunningHost } from '../host.ts';
import { predictAveragedRows } from '../predict/predict-averaged-rows.ts';
import { type PredictRowsOptions, predictRows } from '../predict/predict-rows.ts';
import type { TrainingPlan } from './plan-training.ts';
import type { TestedModel, TrainedModel } from './run-parts.ts';
import type { PlannedFields, RunInputs } from './training-inputs.ts';

/**
 * Predicts the held-out fields of a plan with its model, or the validation fields where none are held out, and says what that
 * is worth. Gives nothing when the host's signal is aborted.
 */
export async function testModel(
  plan: TrainingPlan,
  {
    model,
    screen,
    fields,
    cells,
    source,
    adjust,
    pool,
    watch,
  }: PlannedFields &
    RunInputs & { readonly model: TrainedModel; readonly pool: SessionPool } & Pick<PredictRowsOptions, 'watch'>,
  { signal, lanes, emit, nameOption }: Pick<RunningHost, 'signal' | 'lanes' | 'emit' | 'nameOption'>,
): Promise<TestedModel | undefined> {
  const { classes } = plan;
  const thresholds = model.thresholds && classes.map((name) => model.thresholds![name]!);
  const { chosen, held } = testedFields(plan, fields);
  const network = readModel(model.bytes, 'model.onnx');
  const squares = plan.options.cells ? cells : undefined;
  const images = squares ? CELLS_TOGETHER : 1;
  const run = createModelRunner(network, { pool, lanes: await lanes(), images });
  const rows: PredictionRow[] = [];
  const placeOf = new Map(chosen.map(({ imageNumber }, place) => [imageNumber, place]));
  const { novelty } = network.about;
  const noveltyMeasure = novelty && createNovelty(novelty);
  const options = { pool, run, source, adjust, noveltyMeasure, classes, thresholds, model: model.hash, watch };
  const ofBag = network.about.instances === 'cells' ? await createBagPrediction(network, { pool }) : undefined;
  // Cells that are instances are pooled as in the training; over those that were shown one by one, fields are averaged.
  const together = ofBag && ((cells: readonly ModelOutputs[]) => ofBag(gatherBags(network, cells)));
  const foreground = plan.options.foreground && {
    cellsOf: ({ imageNumber }: Field) => cells!.get(imageNumber) ?? [],
    empty: emptyBag(network),
  };
  const predicted: AsyncGenerator<PredictionRow | undefined> = squares
    ? predictAveragedRows(chosen, {
        ...options,
        byImage: squares,
        side: plan.options.crop,
        window: network.about.window,
        fill: fillOf(network.about.normalization),
        ...(together && { together }),
      })
    : predictRows(chosen, { ...options, foreground });
  for await (const row of predicted) {
    if (signal.aborted) return undefined;
    if (row) rows.push(row);
  }
  if (ofBag) rows.push(...emptyFields(plan, { chosen, network, rowOf: rowBuilder(options) }));
  rows.sort((a, b) => placeOf.get(a.imageNumber)! - placeOf.get(b.imageNumber)!);
  const about = {
    source: plan.screen,
    metadata: screen.columns,
    classes,
    thresholds,
    channels: screen.channels,
    novelty: novelty !== undefined,
    rows,
  };
  const table = formatPredictionHeader(about) + formatPredictions(rows, about);
  if (rows.length === 0) return { table, metrics: undefined, tested: NO_FIGURE };
  const reference = referenceFields(plan);
  const evaluated = evaluatePredictions(about, { ...plan, seed: plan.options.seed, reference });
  const assay = assayOf(about, plan, { reference, emit, nameOption });
  const metrics = { ...evaluated, ...(assay && { assay }) };
  return { table, metrics, tested: describeTested(rows.length, plan, { held }) };
}

/** The assay of the tested fields, where positive controls were named and these fields have them. */
function assayOf(
  table: PredictionTable,
  { options }: TrainingPlan,
  { reference, emit, nameOption }: { reference: readonly ReferenceField[] } & Pick<RunningHost, 'emit' | 'nameOption'>,
): Metrics['assay'] {
  if (options.positive === undefined) return undefined;
  try {
    const { controlColumn, negative, positive } = options;
    const assay = assessControls(table, { controlColumn, negative, positive, reference });
    return assay && withoutWells(writeNotes(assay, nameOption));
  } catch (error) {
    // The controls are those of the whole screen; a screen is not wrong for testing none of them.
    if (!isMilscopeError(error)) throw error;
    emit({ event: 'noted', message: `no assay of the tested fields: ${error.message}` });
    return undefined;
  }
}

/** Rows of the fields without a cell. */
function emptyFields(
  { fields }: TrainingPlan,
  { chosen, network, rowOf }: { chosen: readonly Field[]; network: NetworkModel; rowOf: ReturnType<typeof rowBuilder> },
): readonly PredictionRow[] {
  const known = new Map(fields.map((of) => [of.imageNumber, of]));
  return chosen.flatMap((field) => {
    const { cells, channelMeans } = known.get(field.imageNumber)!;
    return cells === 0 ? [rowOf({ field, prediction: emptyBag(network), channelMeans })] : [];
  });
}

/** The fields to test: those held out, or those that validate where none are. */
function testedFields(
  plan: TrainingPlan,
  fields: readonly Field[],
): { readonly chosen: readonly Field[]; readonly held: boolean } {
  const isTested = ({ split, tested }: TrainingPlan['fields'][number]) => split === 'test' || tested === true;
  const held = plan.fields.some(isTested);
  const chosen = fields.filter((_, i) => {
    const field = plan.fields[i]!;
    return held ? isTested(field) : field.split === 'validation';
  });
  return { chosen, held };
}

const HOLD_OUT = `hold a replicate or a plate out with ${named('holdout')}`;
const NO_FIGURE = `no field: this run has no honest figure yet. To get one, ${HOLD_OUT}`;

function describeTested(count: number, { options, validation }: TrainingPlan, { held }: { held: boolean }): string {
  if (held) return `${counted(count, 'field')} that ${agreeing(count, 'was', 'were')} held out`;
  const these = `the ${counted(count, 'validation field')}`;
  if (validation?.by === 'last')
    return `${these}, which chose nothing but the temperature and ${agreeing(count, 'is', 'are')} of few wells. For a better figure, ${HOLD_OUT}`;
  const chose = `which chose the epoch${options.head === 'sigmoid' ? ', the thresholds' : ''} and the temperature`;
  return `${these}, ${chose}. For an unbiased figure, ${HOLD_OUT}`;
}
