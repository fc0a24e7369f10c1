import type * as z from 'zod';
import { named } from '../../errors.ts';
import { assessControls, withoutWells, writeNotes } from '../../evaluation/assay/assess-controls.ts';
import { evaluatePredictions, type Metrics } from '../../evaluation/evaluate.ts';
import { joinLabels } from '../../evaluation/join-labels.ts';
import type { PredictionTable } from '../../evaluation/prediction-table.ts';
import { readPredictions } from '../../evaluation/read-predictions.ts';
import { doubtfulLabelWords } from '../../screen/doubtful-labels.ts';
import { noLabelWords } from '../../screen/labels.ts';
import { placeOf } from '../../screen/well.ts';
import { pluralOf } from '../../words.ts';
import type { RunningHost } from '../host.ts';
import { fileOfRun } from '../shared/of-run.ts';
import { requireApart } from '../shared/places.ts';
import { tryReport } from '../shared/report/try-report.ts';
import { requireNewFile } from '../shared/table-output.ts';
import { defineWorkflow } from '../workflow.ts';
import { metricsSchema } from './metrics-schema.ts';
import { readLabels, requireLabels } from './read-labels.ts';
import { reportOnEvaluation } from './report-evaluation.ts';
import { evaluateRequest } from './request.ts';
import { readTrainingFields } from './training-fields.ts';

/** Compares predictions with the truth, beside honest baselines. */
export const evaluate = defineWorkflow(
  {
    title: 'evaluate',
    description: 'Compare predictions with the truth, and with simple baselines.',
    request: evaluateRequest,
    result: metricsSchema,
  },
  async (request, host) => {
    const { out, label, treatment, replicate, batch, seed } = request;
    requireApart([['out', out]], { asked: {}, reads: { predictions: request.predictions, labels: request.labels } });
    if (out !== undefined) await requireNewFile(out, request, host);
    requireLabels(request);
    const predictions = await fileOfRun(request.predictions, 'predictions', host);
    const read = await readPredictions(predictions, host.files);
    for (const message of read.notes ?? []) host.emit({ event: 'noted', message });
    const { table, unknown } =
      request.labels === undefined
        ? { table: read, unknown: [] }
        : joinLabels(read, await readLabels(request.labels, { ...request, plates: platesOf(read) }, host));
    const models = new Set(table.rows.flatMap(({ model }) => (model.trim() === '' ? [] : [model.trim()])));
    const reference = await readTrainingFields({ run: request.run, predictions, models }, host);
    if (table.spread && reference === undefined) tellOfEnsemble(request, host);
    const options = { label, treatment, replicate, batch, seed, reference, setAside: unknown.length };
    const found = assessControls(table, { ...request, reference });
    for (const message of found?.notes ?? []) host.emit({ event: 'noted', message });
    const assay = found && writeNotes(found, host.nameOption);
    const metrics = { ...evaluatePredictions(table, options), ...(assay && { assay: withoutWells(assay) }) };
    tellOfWells(metrics, host);
    tellSetAside(metrics, { unknown, total: read.rows.length, labels: request.labels }, host);
    questionTruth(metrics, table, host);
    if (out !== undefined) await host.files.write(out, `${JSON.stringify(metrics, undefined, 2)}\n`);
    const report = await tryReport(request.report, host, () =>
      reportOnEvaluation({ request: { ...request, predictions }, table, metrics, reference, assay }, host),
    );
    // The result is what metrics.json holds: it names no report.
    if (report !== null) host.emit({ event: 'noted', message: `Report: ${report}` });
    return metrics;
  },
);

/** Says that it is not known what several models were trained on. */
function tellOfEnsemble({ run }: z.output<typeof evaluateRequest>, { emit }: RunningHost): void {
  if (run !== undefined) return;
  const message = `these predictions are averages of several models: name the folder that holds their runs with ${named('run')}, to tell which fields these were trained on`;
  emit({ event: 'noted', message });
}

/** Says how many predicted fields have no label, and why. */
function tellSetAside(
  { unit, columns, images }: Metrics,
  { unknown, total, labels }: { unknown: readonly string[]; total: number; labels: string | undefined },
  { emit }: RunningHost,
): void {
  const say = (message: string) => emit({ event: 'noted', message });
  if (unknown.length > 0) {
    const [have, are] = unknown.length === 1 ? ['has', 'is'] : ['have', 'are'];
    say(
      `${unknown.length} of ${total} predicted ${pluralOf(unit)} ${have} no row in ${labels} and ${are} set aside, such as ${unknown[0]}`,
    );
  }
  const empty = images.unlabelled - unknown.length;
  if (empty > 0) say(noLabelWords(empty, { total, column: columns.label, fields: `predicted ${pluralOf(unit)}` }));
}

/** The plates of predictions. */
function platesOf({ rows }: PredictionTable): readonly string[] {
  return rows.map(({ metadata }) => placeOf(metadata).plate);
}

/** Says by what wells are taken for those of the run: a table of wells does not say more of them. */
function tellOfWells({ unit, images }: Metrics, { emit }: RunningHost): void {
  if (unit !== 'well' || !images.usedInTraining) return;
  const message =
    'wells are taken for those of the run by their plates and names alone; ' +
    'if they are of another screen with the same names, the table of its fields tells them apart';
  emit({ event: 'noted', message });
}

/** Warns of labels that are hardly meant as two, and of fields whose wells are not known. */
function questionTruth({ unit, columns, perClass }: Metrics, { rows }: PredictionTable, { emit }: RunningHost): void {
  const warn = (message: string) => emit({ event: 'warned', message });
  const counts = perClass.flatMap((of) => (of.n > 0 ? [{ name: of.class, fields: of.n }] : []));
  for (const { problem, remedy } of doubtfulLabelWords(counts, { column: columns.label, unit }))
    warn(`${problem}; ${remedy}`);
  if (unit !== 'field' || rows.length < 2 || rows.some(({ metadata }) => placeOf(metadata).well !== '')) return;
  warn(
    'nothing names the wells of the predicted fields: each counts for itself, so the intervals are too narrow if some are of ' +
      `one well; name a table with the columns Plate, Well and ImageNumber with ${named('labels')}`,
  );
}
