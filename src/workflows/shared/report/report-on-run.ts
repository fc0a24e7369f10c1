import { isMilscopeError, writeOptions } from '../../../errors.ts';
import type { Assay } from '../../../evaluation/assay/assay.ts';
import type { Metrics } from '../../../evaluation/evaluate.ts';
import { methodsOfModel } from '../../../evaluation/methods-of-model.ts';
import type { PredictionRow, PredictionTable } from '../../../evaluation/prediction-table.ts';
import { readPredictions } from '../../../evaluation/read-predictions.ts';
import { isThere, readText } from '../../../files/read-text.ts';
import { type NetworkModel, readModel } from '../../../network/read-model.ts';
import { sizeOf } from '../../../onnx/tensor.ts';
import { trainingOf } from '../../../report/document/training.ts';
import type { ReportDocument, ReportedTraining } from '../../../report/page/document.ts';
import { readSkipped } from '../../../screen/skipped.ts';
import type { Host, RunningHost } from '../../host.ts';
import { type EpochLine, type RunRecord, readRunRecord, runFiles } from '../run-folder.ts';
import { commandOf, modelFacts, optionsOf, trainingFacts } from './made.ts';
import { type ReportPlaces, reportIn } from './places.ts';
import type { MakePictures } from './report-pictures.ts';
import { lostOf, reportOnRows } from './report-rows.ts';

/** What a report on a run shows beside that which stands in its folder. */
export interface RunReport {
  readonly kind?: 'train' | 'evaluate';
  /** Makes the pictures; those of an earlier report are kept unless given. */
  readonly pictures?: MakePictures | undefined;
  /** An evaluation of its predictions; that of the run itself unless given. */
  readonly evaluated?:
    | {
        readonly table: PredictionTable;
        readonly metrics: Metrics;
        readonly assay?: Assay | undefined;
        readonly made: ReportDocument['made'];
      }
    | undefined;
}

/** Makes the report on a run from what stands in its folder, and gives the path of its page. @throws what `readRunRecord` throws */
export async function reportOnRun(
  folder: string,
  { kind = 'train', pictures, evaluated }: RunReport,
  host: RunningHost,
  places: ReportPlaces = reportIn(folder),
): Promise<string> {
  const { files } = host;
  const paths = runFiles(folder);
  const record = await readRunRecord(folder, files);
  const network = (await isThere(paths.model, files))
    ? readModel(await files.read(paths.model), paths.model)
    : undefined;
  const table = evaluated?.table ?? (await readTested(paths.predictions, host)) ?? tableOfRun(record);
  const metrics = evaluated?.metrics ?? (await readJson<Metrics>(paths.metrics, host)) ?? null;
  const skipped = (await isThere(paths.skipped, files)) ? await readSkipped(paths.skipped, files) : [];
  const splits = new Map(record.fields.map(({ imageNumber, split }) => [imageNumber, split]));
  return reportOnRows(
    {
      ...{ kind, places, source: folder, label: record.label, table, metrics, pictures },
      assay: evaluated?.assay,
      splitOf: ({ imageNumber }) => splits.get(imageNumber),
      columns: metrics?.columns ?? { label: record.label },
      channels: record.channels,
      training: await readTraining(paths.epochs, { record, network }, host),
      epochChosenBy: record.validation?.by ?? null,
      lost: lostOf(skipped, (message) => writeOptions(message, host.nameOption)),
      made: evaluated?.made ?? (await madeByRun(record, { network, metrics, model: paths.model }, host)),
    },
    host,
  );
}

/** The predictions of a run; undefined where it has none. */
async function readTested(path: string, { files }: Pick<Host, 'files'>): Promise<PredictionTable | undefined> {
  if (!(await isThere(path, files))) return undefined;
  try {
    return await readPredictions(path, files);
  } catch (error) {
    if (isMilscopeError(error, 'EmptyTable')) return undefined;
    throw error;
  }
}

async function readJson<T>(path: string, { files }: Pick<Host, 'files'>): Promise<T | undefined> {
  return (await isThere(path, files)) ? (JSON.parse(await readText(path, files)) as T) : undefined;
}

/** The fields of a run that tested none: what is known of them without a prediction. */
function tableOfRun({ fields, label, classes, channels }: RunRecord): PredictionTable {
  const rows = fields.map(({ imageNumber, label: own, well, channelMeans }): PredictionRow => {
    const [, plate = '', name = ''] = /^(?:(.*) )?(\S+)$/.exec(well) ?? [];
    const metadata: Record<string, string> = /^field \d+$/.test(well)
      ? {}
      : { Metadata_Plate: plate, Metadata_Well: name };
    return {
      imageNumber,
      metadata: { ...metadata, [label]: own },
      predicted: '',
      probability: [],
      bag: [],
      model: '',
      channelMeans,
    };
  });
  const metadata = [...new Set(rows.flatMap((row) => Object.keys(row.metadata)))];
  return { source: 'run.json', metadata, classes, channels, rows };
}

async function readTraining(
  path: string,
  { record, network }: { readonly record: RunRecord; readonly network: NetworkModel | undefined },
  { files }: Pick<Host, 'files'>,
): Promise<ReportedTraining | null> {
  if (!(await isThere(path, files))) return null;
  const text = (await readText(path, files)).trim();
  const lines = text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as EpochLine);
  const { pooling, sharpness } = record.options;
  const thresholds = network?.parameters.b?.data as Float32Array | undefined;
  return trainingOf(lines, {
    kept: record.validation?.by === 'last' ? 'last' : 'best',
    ...{ pooling, sharpness },
    thresholds: thresholds ? Array.from(thresholds, (value) => Number(value.toPrecision(5))) : null,
    parameters: network ? Object.values(network.parameters).reduce((sum, { shape }) => sum + sizeOf(shape), 0) : null,
  });
}

async function madeByRun(
  record: RunRecord,
  {
    network,
    metrics,
    model,
  }: { readonly network: NetworkModel | undefined; readonly metrics: Metrics | null; readonly model: string },
  host: Host,
): Promise<ReportDocument['made']> {
  const { options, versions, started, command } = record;
  const { screen, ...own } = options;
  const facts = network && {
    model: modelFacts(network.about, record.milscope),
    training: trainingFacts(record),
    ...(metrics && { evaluated: { treatments: metrics.treatments.total > 0 } }),
  };
  const { methods, references } = facts ? methodsOfModel(facts) : { methods: '', references: [] };
  const entries = Object.entries({ label: record.label, ...own, ...screen });
  return {
    ...{ command: commandOf(command), date: started, versions },
    options: optionsOf(entries, host.nameOption),
    hashes: [
      { name: 'run (options and inputs)', hash: record.runHash },
      ...(network ? [{ name: 'model.onnx', hash: await host.hash(host.files.stream(model)) }] : []),
      { name: record.screen, hash: record.table },
    ],
    ...{ methods, references },
  };
}
