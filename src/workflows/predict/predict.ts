import { basename, dirname } from '../../files/paths.ts';
import { isThere } from '../../files/read-text.ts';
import { findColumn } from '../../screen/columns.ts';
import { hashScreen } from '../../screen/hash-files.ts';
import { requireSome } from '../../screen/skipped.ts';
import type { RunningHost } from '../host.ts';
import { nameModel, runsIn } from '../shared/ensemble/model-files.ts';
import { adjustmentFor, knownPlates } from '../shared/measure-plates.ts';
import { noNuclei } from '../shared/no-nuclei.ts';
import { decisiveOptions, type Identity } from '../shared/parts/identity.ts';
import type { Parts } from '../shared/parts/open-parts.ts';
import { resumable, stateOfWork, type WorkPlaces } from '../shared/parts/resumable.ts';
import { reportBeside } from '../shared/report/places.ts';
import { createThumbnails } from '../shared/report/thumbnails.ts';
import { tryReport } from '../shared/report/try-report.ts';
import { removeReport } from '../shared/report/write-report.ts';
import { requireResumeOrOverwrite } from '../shared/resume-or-overwrite.ts';
import { runFiles } from '../shared/run-folder.ts';
import { placesBeside, writeSkippedBeside } from '../shared/table-output.ts';
import { AUTO_CELLS, hashCells } from '../shared/training-cells.ts';
import { withLocks } from '../shared/with-locks.ts';
import { defineWorkflow } from '../workflow.ts';
import { collectRows } from './collect-rows.ts';
import { fillOutputs } from './fill-outputs.ts';
import { tellNovelty } from './novel-fields.ts';
import { openPrediction, type Prediction } from './open-prediction.ts';
import { type PredictionOutputs, planOutputs, requireNewOutputs, requireOutputsApart } from './predict-outputs.ts';
import { type HowToPredict, predictionRows } from './prediction-rows.ts';
import { rehearsePrediction } from './rehearse-prediction.ts';
import { reportOnPrediction } from './report-prediction.ts';
import { type PredictRequest, type PredictResult, predictRequest, predictResult } from './request.ts';
import { requireFitting } from './require-fitting.ts';
import { entryOfRow, type RowEntry } from './row-entry.ts';
import { tellIntensities } from './watch-intensities.ts';

/** Predicts every field of a screen, or every cell, and writes a table of the probabilities of each class. */
export const predict = defineWorkflow(
  {
    title: 'predict',
    description: 'Predict the class of every field of a screen, or of every cell, with the probability of each class.',
    request: predictRequest,
    result: predictResult,
    rehearse: rehearsePrediction,
  },
  async (asked, host) => {
    requireFitting(asked);
    requireResumeOrOverwrite(asked);
    const places = placesBeside(asked.out);
    // Names that are no names of tables come out before a file is made.
    requireOutputsApart(asked);
    await requireNewOutputs({ ...asked, overwrite: true }, host);
    const request = await nameModel(asked, host);
    return withLocks({ files: [request.out, request.profile] }, host, () => predictScreen(request, places, host));
  },
);

async function predictScreen(request: PredictRequest, places: WorkPlaces, host: RunningHost): Promise<PredictResult> {
  const { resume, overwrite, profile } = request;
  const state = await stateOfWork(places, request, host);
  await requireNewOutputs({ ...request, overwrite: overwrite || state !== 'new' }, host);
  const prediction = await openPrediction({ ...request, profile: profile !== undefined }, host);
  // A report of before is none of what is predicted now.
  if (state === 'new') await removeReport(reportBeside(request.out), host);
  const { model, screen, fields } = prediction;
  return resumable<RowEntry, PredictResult>(
    {
      ...{ places, state, resume, fields },
      identity: await identityOf(prediction, request, host),
      outputs: decisiveOptions(predictRequest, request, { apart: [...INPUTS, ...CONTENTS] }),
      known: () => knownPlates(model.about, screen, request, host),
      async prepare(running) {
        const openOutputs = await planOutputs(screen, { ...request, ...prediction }, host);
        const adjustment = await adjustmentFor(model.about, screen, request, running);
        return {
          given: adjustment?.measured,
          work: (parts, at) => keepRows(prediction, { request, parts, adjustment }, at),
          finish: (parts, at) => writeOutputs(prediction, { request, parts, openOutputs, adjustment }, at),
        };
      },
    },
    host,
  );
}

const INPUTS = ['model', 'also', 'screen', 'cells', 'out'];
/** Fields of the request that decide what is predicted; the others decide which tables are made of it. */
const OUTPUTS = ['by', 'treatment', 'profile', 'cpa'];
const CONTENTS = Object.keys(predictRequest.shape).filter((name) => !OUTPUTS.includes(name));

async function identityOf(
  { model, screen }: Prediction,
  request: PredictRequest,
  host: RunningHost,
): Promise<Identity> {
  const { cells, profile } = request;
  return {
    command: 'predict',
    milscope: host.about.versions.milscope,
    inputs: {
      ...{ model: model.hash, screen: await hashScreen(screen, host) },
      ...(cells !== undefined && { cells: cells === AUTO_CELLS ? AUTO_CELLS : await hashCells(cells, host) }),
    },
    options: {
      ...decisiveOptions(predictRequest, request, { apart: [...INPUTS, ...OUTPUTS] }),
      // Parts have the numbers of profiles or have them not, wherever the table of these goes.
      profiles: profile !== undefined,
    },
  };
}

/** Predicts the fields that are still to be done, and keeps their rows. */
async function keepRows(
  prediction: Prediction,
  {
    request,
    parts,
    adjustment,
  }: { request: PredictRequest; parts: Parts<RowEntry> } & Pick<HowToPredict, 'adjustment'>,
  host: RunningHost,
): Promise<void> {
  const { todo, partOf: groupOf } = parts;
  const whole = parts.whole();
  const { ofCells } = prediction;
  const known = new Map(todo.map((field) => [field.imageNumber, field]));
  const seen = request.report ? createThumbnails(prediction.fields) : undefined;
  const rows = predictionRows(
    prediction,
    {
      ...{ ...request, profile: request.profile !== undefined, adjustment, fields: todo, groupOf },
      start: ofCells && prediction.cells ? whole.entries : whole.fields,
      // A file may be mended meanwhile; where a cell is does not change.
      onLost: (entry, what) => parts.lose({ ...entry, again: what === 'field' }),
      watch: seen?.watch,
    },
    host,
  );
  let done = 0;
  for await (const row of rows) {
    const field = row ? known.get(row.imageNumber)! : todo[done]!;
    if (row) await parts.write(field, entryOfRow(row, seen?.take(field)));
    done++;
    // Of cells it is not known which is the last of its field until another field begins.
    if (!ofCells) await parts.end(field);
  }
}

/** Makes the tables of the rows that were kept. */
async function writeOutputs(
  prediction: Prediction,
  {
    request,
    parts,
    openOutputs,
    adjustment,
  }: { request: PredictRequest; parts: Parts<RowEntry>; openOutputs: () => Promise<PredictionOutputs> } & Pick<
    HowToPredict,
    'adjustment'
  >,
  host: RunningHost,
): Promise<PredictResult> {
  const { screen, model, columns, ofCells, cells, nuclei, fields: asked, total } = prediction;
  const { out, model: path } = request;
  const lost = parts.lost();
  const unread = lost.filter(({ again }) => again).sort((a, b) => a.imageNumber! - b.imageNumber!);
  const lostCells = [...(cells?.unknown ?? []), ...lost.filter(({ again }) => !again)];
  if (parts.whole().entries === 0) {
    // Parts without a row are not worth resuming.
    await parts.remove();
    const wanted = ofCells && cells ? total + cells.unknownCells : undefined;
    if (ofCells && nuclei && unread.length < asked.length)
      throw noNuclei(screen, { channel: screen.channels[nuclei.channel]!, option: 'nucleiChannel' });
    requireSome(screen, { done: 0, skipped: [...lostCells, ...unread], cells: wanted });
  }
  const shown = request.report ? collectRows(columns, { rows: parts.whole().entries }) : undefined;
  const { rows, ...counts } = await fillOutputs(
    await openOutputs(),
    { parts, columns, model, unread, truth: findColumn(screen.columns, model.about.label), shown },
    host,
  );
  const { fields, predicted, unlabelled, labelled, written, intensities, novelty } = counts;
  tellIntensities(intensities, model.about, host);
  tellNovelty(novelty, screen, host);
  const run = request.also === undefined ? await runAround(path, host.files) : null;
  const skipped = [...lostCells, ...unread];
  const skippedFile = await writeSkippedBeside(out, skipped, host);
  const all = { rows, predicted, unlabelled };
  const report = await tryReport(shown !== undefined, host, () =>
    reportOnPrediction({ ...prediction, request, run, skipped, adjustment, all, ...shown! }, host),
  );
  return {
    ...{ out, model: path, modelHash: model.hash, fields },
    ...(model.members.length > 1 && {
      models: model.members.map(({ hash, about }) => ({ modelHash: hash, runHash: about.run })),
    }),
    ...(ofCells && { cells: rows, cellsLost: cells ? total - rows + cells.unknownCells : 0 }),
    skipped: unread.length,
    skippedFile,
    label: model.about.label,
    ...(!ofCells && { labelled }),
    run,
    predicted,
    ...(columns.thresholds && { unlabelled }),
    ...(intensities && { intensities }),
    ...(novelty && { novelty }),
    ...written,
    report,
  };
}

/** The folder of the run whose model this is, or of several; null where there is none. */
async function runAround(model: string, files: RunningHost['files']): Promise<string | null> {
  const isFolder = (await files.status(model))?.kind === 'folder';
  const folder = isFolder ? model : dirname(model);
  if (isFolder && (await runsIn(folder, { files })).length > 0) return folder;
  const own = runFiles(folder);
  const isOwn = isFolder || basename(model) === basename(own.model);
  return isOwn && (await isThere(own.run, files)) ? folder : null;
}
