import { MilscopeError, named } from '../../errors.ts';
import { join } from '../../files/paths.ts';
import { createJacobianMapper } from '../../localization/jacobian-map.ts';
import { readModel } from '../../network/read-model.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import type { Screen } from '../../screen/screen.ts';
import { formatSkipped, type SkippedField } from '../../screen/skipped.ts';
import type { RunningHost } from '../host.ts';
import type { OpenModel } from '../opened.ts';
import { boundedWorkers } from '../shared/bounded-workers.ts';
import { adjustmentFor } from '../shared/measure-plates.ts';
import { openModel } from '../shared/open-model.ts';
import { openModelScreen } from '../shared/open-model-screen.ts';
import { requireWritable } from '../shared/require-writable.ts';
import { tellLost } from '../task.ts';
import { defineWorkflow } from '../workflow.ts';
import { summarizeOverlap } from './overlap-table.ts';
import { createLabelsWriter } from './plate-labels.ts';
import { createSegmentMap } from './recipes.ts';
import { openReference, type Reference } from './references.ts';
import { type SegmentRequest, segmentRequest, segmentResult } from './request.ts';
import { type SegmentedScreen, type SegmentScreenOptions, segmentScreen } from './segment-screen.ts';
import { parseSelections, type Selection } from './selections.ts';

/** Draws the Jacobian maps of every field of a screen, and makes masks and regions of them. */
export const segment = defineWorkflow(
  {
    title: 'segment',
    description: 'Map which pixels the class of each field rests on, and make masks and regions of the maps.',
    request: segmentRequest,
    result: segmentResult,
  },
  async (request, host) => {
    const { out } = request;
    const segmentMap = createSegmentMap(request);
    await requireNewFolder(out, request, host);
    const model = await openModel(request.model, host);
    const selections = parseSelections(request.classes, model.about.classes);
    const whose = { path: request.model, about: model.about };
    const screen = await openModelScreen(request.screen, whose, request, host);
    const { classes } = model.about;
    const writeLabels = request.writeLabels
      ? await createLabelsWriter(screen, { classes, overwrite: request.overwrite }, host)
      : undefined;
    const reference =
      request.reference === undefined
        ? undefined
        : await openReference(request.reference, { screen, channel: request.referenceChannel }, host);
    const opened = { request, model, selections, segment: segmentMap, writeLabels, reference };
    const { overlaps, skipped, galleries, ...counts } = await runModel(screen, opened, host);
    return {
      ...{ out, model: request.model, modelHash: model.hash, ...counts },
      reference: reference?.name ?? null,
      overlap: summarizeOverlap(overlaps) ?? null,
      galleries,
      skipped: skipped.length,
      skippedFile: await writeSkipped(out, skipped, host),
    };
  },
);

interface OpenedSegmentation extends Pick<SegmentScreenOptions, 'segment' | 'writeLabels'> {
  readonly request: SegmentRequest;
  readonly model: OpenModel;
  readonly selections: readonly Selection[];
  readonly reference: Reference | undefined;
}

/** Segments the screen with a pool of workers, which has been released in the end. */
async function runModel(
  screen: Screen,
  { request, model, ...how }: OpenedSegmentation,
  host: RunningHost,
): Promise<Omit<SegmentedScreen, 'lostReferences'> & { readonly skipped: readonly SkippedField[] }> {
  const { threads } = host;
  const { out, tile, channelMaps, gallery: galleryRows } = request;
  const workers = boundedWorkers(request.workers, host) ?? threads;
  const { about, bytes } = model;
  const adjustment = await adjustmentFor(about, screen, host);
  const adjust = adjustment?.adjust;
  const onSkip = (entry: SkippedField) => tellLost(host, entry);
  const source = createFieldSource(screen, { cacheBytes: 0, onSkip }, host);
  const pool = host.pool({ workers, threads: Math.max(1, Math.floor(threads / workers)) });
  try {
    const draw = createJacobianMapper(readModel(bytes, request.model), { pool, tile, channelMaps });
    const { lostReferences, ...segmented } = await segmentScreen(
      screen,
      {
        ...{ ...how, out, about, source, adjust, draw, galleryRows, channelMaps },
        atOnce: 2 * pool.size,
        regions: request,
      },
      host,
    );
    return { ...segmented, skipped: [...source.skipped(), ...lostReferences] };
  } finally {
    await pool.release();
  }
}

async function requireNewFolder(
  folder: string,
  { overwrite }: { overwrite: boolean },
  { files }: RunningHost,
): Promise<void> {
  const found = overwrite ? undefined : await files.status(folder);
  if (found === undefined || (found.kind === 'folder' && (await files.list(folder)).length === 0)) {
    return requireWritable(folder, { files }, { folder: true });
  }
  throw new MilscopeError('OutputExists', {
    file: folder,
    problem: found.kind === 'folder' ? 'the folder is not empty' : 'there is a file of this name',
    remedy: `name a folder that is new or empty with ${named('out')}, or give ${named('overwrite')}`,
  });
}

/** Writes `skipped.csv`, or removes that of an earlier run where nothing is missing. */
async function writeSkipped(
  out: string,
  skipped: readonly SkippedField[],
  { files }: RunningHost,
): Promise<string | null> {
  const file = join(out, 'skipped.csv');
  await files.remove(file);
  if (skipped.length === 0) return null;
  await files.write(file, formatSkipped(skipped));
  return file;
}
