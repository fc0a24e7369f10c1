import type * as z from 'zod';
import type { Assay } from '../../evaluation/assay/assay.ts';
import type { Metrics } from '../../evaluation/evaluate.ts';
import { methodsOfEvaluation } from '../../evaluation/methods-of-model.ts';
import type { PredictionTable } from '../../evaluation/prediction-table.ts';
import type { ReferenceField } from '../../evaluation/training-use.ts';
import { dirname } from '../../files/paths.ts';
import type { ReportDocument } from '../../report/page/document.ts';
import type { RunningHost } from '../host.ts';
import { borrowPictures, reportOfPredictions } from '../shared/report/borrowed-pictures.ts';
import { readKept } from '../shared/report/kept-report.ts';
import { madeNow } from '../shared/report/made.ts';
import { type ReportPlaces, reportBeside } from '../shared/report/places.ts';
import { reportOnRun } from '../shared/report/report-on-run.ts';
import { reportOnRows } from '../shared/report/report-rows.ts';
import { withLocks } from '../shared/with-locks.ts';
import { evaluateRequest } from './request.ts';

/** An evaluation that is done. */
interface Evaluated {
  /** `predictions` is the table itself. */
  readonly request: z.output<typeof evaluateRequest>;
  readonly table: PredictionTable;
  readonly metrics: Metrics;
  readonly reference: readonly ReferenceField[] | undefined;
  /** Of the same table, where controls are named. */
  readonly assay: Assay | undefined;
}

/**
 * Makes the report on an evaluation: beside the table of predictions, or in the run where they are those of a run. Pictures are
 * those of the report that was made when the fields were predicted.
 */
export async function reportOnEvaluation(evaluated: Evaluated, host: RunningHost): Promise<string> {
  const { request } = evaluated;
  const { predictions } = request;
  const { table, metrics, reference, assay } = evaluated;
  // Where the run beside the table is of another model, its fields are not used.
  const isOfRun = reference !== undefined && request.run === undefined;
  const places = isOfRun ? await reportOfPredictions(predictions, host) : reportBeside(predictions);
  if (places.prefix === '') {
    const folder = dirname(predictions);
    const made = await madeByEvaluation(evaluated, await readKept(places, host), host);
    return withLocks({ folders: [folder] }, host, () =>
      reportOnRun(folder, { kind: 'evaluate', evaluated: { table, metrics, assay, made } }, host),
    );
  }
  return withLocks({ files: [predictions] }, host, () => reportOnTable(evaluated, places, host));
}

async function reportOnTable(evaluated: Evaluated, places: ReportPlaces, host: RunningHost): Promise<string> {
  const { request, table, metrics, reference, assay } = evaluated;
  const before = await readKept(places, host);
  const source = /^(.*)\.by-field(\.[^.]+)$/.exec(request.predictions);
  // The pictures of fields that cells were pooled into were made when the cells were predicted.
  const borrowed =
    before || !source ? undefined : await borrowPictures([reportBeside(`${source[1]}${source[2]}`)], host);
  const uses = reference && new Map(reference.map(({ imageNumber, use = 'trained' }) => [imageNumber, use]));
  return reportOnRows(
    {
      ...{ kind: 'evaluate', places, source: request.predictions, label: metrics.columns.label, table, metrics, assay },
      // Numbers of fields of another screen may be the same, so the split is shown where fields of the training were found.
      ...(uses &&
        metrics.images.usedInTraining && {
          splitOf: ({ imageNumber }) => SPLITS[uses.get(imageNumber) ?? 'none'],
        }),
      channels: before?.channels.map(({ name }) => name) ?? borrowed?.channels ?? table.channels,
      pictures: borrowed?.pictures,
      ...{ training: null, epochChosenBy: null, skipped: before?.skipped.length ?? 0, lost: before?.skipped ?? [] },
      made: await madeByEvaluation(evaluated, before, host),
    },
    host,
  );
}

const SPLITS = { trained: 'train', chose: 'validation', watched: 'validation', none: 'test' } as const;

async function madeByEvaluation(
  { request, metrics, table }: Evaluated,
  before: ReportDocument | undefined,
  host: RunningHost,
): Promise<ReportDocument['made']> {
  const hash = await host.hash(host.files.stream(request.predictions));
  const models = [...new Set(table.rows.map(({ model }) => model.trim()).filter((model) => model !== ''))];
  const hashes = [
    { name: request.predictions, hash },
    ...models.map((model) => ({ name: models.length === 1 ? 'model' : 'one of the models', hash: model })),
  ];
  const made = madeNow({ request, schema: evaluateRequest, hashes, facts: undefined }, host);
  const own = methodsOfEvaluation({ treatments: metrics.treatments.total > 0 });
  const known = before?.made.methods ?? '';
  return {
    ...made,
    methods: known.includes(own) ? known : `${known} ${own}`.trim(),
    references: before?.made.references ?? [],
  };
}
