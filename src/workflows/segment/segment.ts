import { MilscopeError, named } from '../../errors.ts';
import { join } from '../../files/paths.ts';
import { hashScreen } from '../../screen/hash-files.ts';
import type { Screen } from '../../screen/screen.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import type { RunningHost } from '../host.ts';
import type { OpenModel } from '../opened.ts';
import { adjustmentFor, knownPlates } from '../shared/measure-plates.ts';
import { fileOfRun } from '../shared/of-run.ts';
import { openModel } from '../shared/open-model.ts';
import { openModelScreen } from '../shared/open-model-screen.ts';
import { decisiveOptions, type Identity } from '../shared/parts/identity.ts';
import type { Parts } from '../shared/parts/open-parts.ts';
import { resumable, stateOfWork, type WorkPlaces } from '../shared/parts/resumable.ts';
import { reportIn } from '../shared/report/places.ts';
import { tryReport } from '../shared/report/try-report.ts';
import { removeReport } from '../shared/report/write-report.ts';
import { requireWritable } from '../shared/require-writable.ts';
import { requireResumeOrOverwrite } from '../shared/resume-or-overwrite.ts';
import { FOLDER_LOCK, withLocks } from '../shared/with-locks.ts';
import { defineWorkflow } from '../workflow.ts';
import { createJudge } from './judged-fields.ts';
import { summarizeOverlap } from './overlap-table.ts';
import { createLabelsWriter } from './plate-labels.ts';
import { createRecipe, type Recipe } from './recipes.ts';
import { openReference, requireMeasured } from './references.ts';
import { placesIn, rehearseSegmentation } from './rehearse-segmentation.ts';
import { reportOnSegmentation } from './report-segmentation.ts';
import { type SegmentRequest, type SegmentResult, segmentRequest, segmentResult } from './request.ts';
import type { SegmentLine } from './segment-entry.ts';
import { writeSegmentTables } from './segment-outputs.ts';
import { keepSegmentations, type SegmentScreenOptions, writeGalleries } from './segment-screen.ts';
import { parseSelections } from './selections.ts';

/** Draws the Jacobian maps of every field of a screen, and makes masks and regions of them. */
export const segment = defineWorkflow(
  {
    title: 'segment',
    description: 'Map which pixels the class of each field rests on, and make masks and regions of the maps.',
    request: segmentRequest,
    result: segmentResult,
    rehearse: rehearseSegmentation,
  },
  async (asked, host) => {
    const recipe = createRecipe(asked);
    requireResumeOrOverwrite(asked);
    if ((await host.files.status(asked.out))?.kind === 'file')
      throw existing(asked.out, 'there is a file of this name');
    const request = { ...asked, model: await fileOfRun(asked.model, 'model', host) };
    return withLocks({ folders: [request.out] }, host, () => segmentInto(request, recipe, host));
  },
);

async function segmentInto(request: SegmentRequest, recipe: Recipe, host: RunningHost): Promise<SegmentResult> {
  const { out, resume, overwrite } = request;
  const places = placesIn(out);
  const state = await stateOfWork(places, request, host);
  await requireNewFolder(out, { overwrite: overwrite || state !== 'new' }, host);
  const model = await openModel(request.model, host);
  // A report of before is none of what is segmented now.
  if (state === 'new') await removeReport(reportIn(out), host);
  const selections = parseSelections(request.classes, model.about.classes);
  const whose = { path: request.model, about: model.about };
  const screen = await openModelScreen(request.screen, whose, request, host);
  const opened = { request, model, selections, ...recipe, rows: new Map() };
  const gallery = { gallery: request.gallery };
  const identity = await identityOf({ screen, model, request }, host);
  let lost: readonly SkippedField[] | undefined;
  let result: SegmentResult;
  try {
    result = await resumable<SegmentLine, SegmentResult>(
      {
        ...{ places, state, resume, identity, outputs: gallery, fields: screen.fields },
        known: () => knownPlates(model.about, screen, request, host),
        async prepare(running) {
          const extras = await openExtras(screen, { request, model, again: state !== 'new' }, host);
          const adjustment = await adjustmentFor(model.about, screen, request, running);
          const options = { ...opened, ...extras, adjustment };
          return {
            given: adjustment?.measured,
            work: (parts, at) => keepSegmentations(screen, { ...options, parts }, at),
            finish: async (parts, at) => {
              const written = await writeOutputs(screen, { ...options, parts }, at);
              lost = written.lostReferences;
              return written.result;
            },
          };
        },
      },
      host,
    );
  } catch (error) {
    if (state === 'new' && !overwrite) await removeLeftovers(places, host);
    throw error;
  }
  await requireMeasured(result, { source: screen.source, lost }, host);
  return result;
}

async function identityOf(
  { screen, model, request }: { screen: Screen; model: OpenModel; request: SegmentRequest },
  host: RunningHost,
): Promise<Identity> {
  return {
    command: 'segment',
    milscope: host.about.versions.milscope,
    inputs: { model: model.hash, screen: await hashScreen(screen, host) },
    options: decisiveOptions(segmentRequest, request, { apart: ['model', 'screen', 'out', 'gallery'] }),
  };
}

/** What writes labels into the images, and what masks are measured against, as far as they are asked for. */
async function openExtras(
  screen: Screen,
  { request, model, again }: { request: SegmentRequest; model: OpenModel; again: boolean },
  host: RunningHost,
): Promise<Pick<SegmentScreenOptions, 'writeLabels' | 'reference'>> {
  const { classes } = model.about;
  const overwrite = request.overwrite || again;
  const { reference, referenceChannel: channel } = request;
  return {
    writeLabels: request.writeLabels ? await createLabelsWriter(screen, { classes, overwrite }, host) : undefined,
    reference: reference === undefined ? undefined : await openReference(reference, { screen, channel }, host),
  };
}

/** Makes the tables and pictures of what was kept. */
async function writeOutputs(
  screen: Screen,
  options: SegmentScreenOptions & { readonly parts: Parts<SegmentLine> },
  host: RunningHost,
): Promise<{ readonly result: SegmentResult; readonly lostReferences: readonly SkippedField[] }> {
  const { request, model, selections, reference, parts } = options;
  const { out, channelMaps, gallery: galleryRows } = request;
  const { overlaps, skipped, lostReferences, skippedFile, shown, ...counts } = await writeSegmentTables(
    screen,
    {
      ...{ out, classes: model.about.classes, selections, channelMaps, parts, galleryRows },
      judge: createJudge(screen, model.about),
      measured: reference !== undefined,
    },
    host,
  );
  const figures = {
    ...counts,
    reference: reference?.name ?? null,
    overlap: summarizeOverlap(overlaps) ?? null,
  };
  const galleries = await writeGalleries(screen, { ...options, shown }, host);
  const report = await tryReport(request.report, host, () =>
    reportOnSegmentation(screen, { ...options, figures, skipped }, host),
  );
  const result = {
    ...{ out, model: request.model, modelHash: model.hash, ...figures, galleries, report },
    ...{ skipped: skipped.length, skippedFile },
  };
  return { result, lostReferences };
}

/** Of a folder that was new, and of which no well is whole, nothing stays. */
async function removeLeftovers({ out, unfinished }: WorkPlaces, { files }: RunningHost): Promise<void> {
  if ((await files.status(unfinished)) !== undefined || (await files.status(out)) === undefined) return;
  for (const { name } of await files.list(out)) if (name !== FOLDER_LOCK) await files.remove(join(out, name));
}

async function requireNewFolder(
  folder: string,
  { overwrite }: { overwrite: boolean },
  { files }: RunningHost,
): Promise<void> {
  const found = overwrite ? undefined : await files.status(folder);
  if (
    found === undefined ||
    (found.kind === 'folder' && (await files.list(folder)).every(({ name }) => name === FOLDER_LOCK))
  ) {
    return requireWritable(folder, { files }, { folder: true });
  }
  throw existing(folder, found.kind === 'folder' ? 'the folder is not empty' : 'there is a file of this name');
}

function existing(file: string, problem: string): MilscopeError {
  const remedy = `name a folder that is new or empty with ${named('out')}, or give ${named('overwrite')}`;
  return new MilscopeError('OutputExists', { file, problem, remedy });
}
