import { named } from '../../errors.ts';
import { joinLabels } from '../../evaluation/join-labels.ts';
import { joinPredictions } from '../../evaluation/join-predictions.ts';
import type { PredictionTable } from '../../evaluation/prediction-table.ts';
import { readPredictions } from '../../evaluation/read-predictions.ts';
import { type TrainingUse, usesOfRows } from '../../evaluation/training-use.ts';
import { placeOf } from '../../screen/well.ts';
import { counted, pluralOf } from '../../words.ts';
import { readLabels } from '../evaluate/read-labels.ts';
import { readTrainingFields } from '../evaluate/training-fields.ts';
import type { RunningHost } from '../host.ts';
import { fileOfRun } from '../shared/of-run.ts';
import type { HitsRequest } from './request.ts';

/** The predictions that are decided on, and what is known of them. */
export interface ReadAssay {
  /** The tables of predictions. */
  readonly paths: readonly [string, ...string[]];
  readonly table: PredictionTable;
  /** What the run of the model did with each row; undefined where the run is not known. */
  readonly uses: readonly (TrainingUse | undefined)[] | undefined;
}

/** Reads all tables of predictions as one, with the metadata of the labels. Throws what the readers and `joinPredictions` throw. */
export async function readAssay(request: HitsRequest, host: RunningHost): Promise<ReadAssay> {
  const paths: string[] = [];
  for (const path of [request.predictions, ...request.with]) paths.push(await fileOfRun(path, 'predictions', host));
  const tables: PredictionTable[] = [];
  for (const path of paths) tables.push(await readPredictions(path, host.files));
  const read = joinPredictions(tables as [PredictionTable, ...PredictionTable[]]);
  for (const message of read.notes ?? []) host.emit({ event: 'noted', message });
  const table = request.labels === undefined ? read : await describe(read, request.labels, { request, host });
  // The run of one table says nothing of another.
  const [only, ...more] = paths as [string, ...string[]];
  if (more.length > 0) return { paths: [only, ...more], table, uses: undefined };
  const models = new Set(table.rows.map(({ model }) => model.trim()).filter(Boolean));
  const reference = await readTrainingFields({ run: request.run, predictions: only, models }, host);
  return { paths: [only], table, uses: reference && usesOfRows(table, reference) };
}

async function describe(
  read: PredictionTable,
  labels: string,
  { request, host }: { request: HitsRequest; host: RunningHost },
): Promise<PredictionTable> {
  const plates = new Set(read.rows.map(({ metadata }) => placeOf(metadata).plate).filter(Boolean));
  const { table, unknown } = joinLabels(read, await readLabels(labels, { ...request, plates }, host));
  if (unknown.length > 0) {
    const of = counted(unknown.length, read.unit ?? 'field');
    const message = `${of} of ${read.rows.length} predicted ${pluralOf(read.unit ?? 'field')} ${unknown.length === 1 ? 'has' : 'have'} no row in ${labels} and ${unknown.length === 1 ? 'is' : 'are'} set aside, such as ${unknown[0]}; ${named('labels')} names the table`;
    host.emit({ event: 'noted', message });
  }
  return table;
}
