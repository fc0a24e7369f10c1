import { isMilscopeError, type MilscopeError, named } from '../../errors.ts';
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
  /** What a reader of the assay should know. */
  readonly notes: readonly string[];
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
  const { uses, unknown } = await usesOfTables(tables, { run: request.run, paths }, host);
  const notes = unknown.length === 0 ? [] : [unknownRun(unknown)];
  return { paths: paths as [string, ...string[]], table, uses, notes };
}

/**
 * What the run of each table did with its rows, in the order of all rows, and the tables whose run is not known. A run that is named is that
 * of the tables whose model it has, and of one of them at least.
 *
 * @throws BadOption for a run that is of none of them
 */
async function usesOfTables(
  tables: readonly PredictionTable[],
  { run, paths }: { run: string | undefined; paths: readonly string[] },
  host: RunningHost,
): Promise<Pick<ReadAssay, 'uses'> & { readonly unknown: readonly string[] }> {
  const uses: (TrainingUse | undefined)[] = [];
  const unknown: string[] = [];
  const refusals: MilscopeError[] = [];
  for (const [i, table] of tables.entries()) {
    const models = new Set(table.rows.map(({ model }) => model.trim()).filter(Boolean));
    const asked = { predictions: paths[i]!, models };
    const reference = await readTrainingFields({ ...asked, run }, host).catch((error: unknown) => {
      if (run === undefined || !isMilscopeError(error, 'BadOption')) throw error;
      refusals.push(error);
      return readTrainingFields({ ...asked, run: undefined }, host);
    });
    if (reference === undefined) unknown.push(paths[i]!);
    uses.push(...(reference === undefined ? table.rows.map(() => undefined) : usesOfRows(table, reference)));
  }
  if (refusals.length === tables.length) throw refusals[0];
  return { uses: unknown.length === tables.length ? undefined : uses, unknown };
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

function unknownRun(paths: readonly string[]): string {
  return `the run whose model made ${paths.join(' and ')} is not known, and so not whether it was trained on control wells, which would make Z′ and p say nothing; name it with ${named('run')}`;
}
