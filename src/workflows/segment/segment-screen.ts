import { join } from '../../files/paths.ts';
import { createJacobianMapper } from '../../localization/jacobian-map.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import { readModel } from '../../network/read-model.ts';
import { channelMeans } from '../../pixels/channel-sums.ts';
import type { GalleryField } from '../../report/gallery/gallery.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import type { RunningHost } from '../host.ts';
import type { OpenModel } from '../opened.ts';
import { tellIntensities, watchIntensities } from '../predict/watch-intensities.ts';
import type { NucleiOptions } from '../profile/measure-field.ts';
import { boundedWorkers } from '../shared/bounded-workers.ts';
import { coloursOfScreen } from '../shared/colours-of-screen.ts';
import { captionFields } from '../shared/field-captions.ts';
import type { Adjustment } from '../shared/measure-plates.ts';
import type { Parts } from '../shared/parts/open-parts.ts';
import { createThumbnails } from '../shared/report/thumbnails.ts';
import { beginTask, tellLost } from '../task.ts';
import { galleryFieldOf, writeGallery } from './galleries.ts';
import { chooseForGalleries, type ShownFields } from './gallery-choice.ts';
import { createJudge, judgedWords } from './judged-fields.ts';
import { createKeeping, seenOf } from './keep-field.ts';
import { drawLarge, largeFields, tellLarge } from './large/large-fields.ts';
import { galleryRowsOfLarge } from './large/large-gallery.ts';
import type { LargeFieldOptions } from './large/segment-large-field.ts';
import type { LabelsWriter } from './plate-labels.ts';
import type { Recipe } from './recipes.ts';
import type { Reference } from './references.ts';
import type { SegmentRequest } from './request.ts';
import { createCellViewer } from './see-cells.ts';
import type { SegmentLine } from './segment-entry.ts';
import { type SegmentedOne, segmentFields } from './segment-fields.ts';
import type { Selection } from './selections.ts';

/** What a screen is segmented with. */
export interface SegmentScreenOptions extends Recipe {
  readonly request: SegmentRequest;
  readonly model: OpenModel;
  readonly selections: readonly Selection[];
  readonly writeLabels: LabelsWriter | undefined;
  readonly reference: Reference | undefined;
  readonly adjustment: Adjustment | undefined;
  /** Rows of galleries by their field, those of all selections together: kept so that no field is drawn twice. */
  readonly rows: Map<Field, readonly GalleryField[]>;
}

/** Segments the fields that are still to be done, and writes and keeps what is found in them. */
export async function keepSegmentations(
  screen: Screen,
  { parts, ...options }: SegmentScreenOptions & { readonly parts: Parts<SegmentLine> },
  host: RunningHost,
): Promise<void> {
  const { request, model, selections, rows } = options;
  const { classes, channels } = model.about;
  const thumbnails = request.report ? createThumbnails(screen.fields) : undefined;
  const files = { ...request, ...options, classes, channels, selections };
  const keep = createKeeping(screen, { ...files, parts, thumbnails }, host);
  const judge = createJudge(screen, model.about);
  const choice = chooseForGalleries(selections, { fields: screen.fields, classes, rows: request.gallery, judge });
  const draw = createGalleryRows(screen, { model, selections });
  const onLost = (entry: SkippedField) => {
    parts.lose({ ...entry, again: true });
    tellLost(host, entry);
  };
  const { fields: start } = parts.whole();
  const task = beginTask(host, { task: 'segmenting', total: screen.fields.length, unit: 'fields', start });
  const watch = watchIntensities(model.about, host);
  let done = start;
  const tell = (text: string) => task.update(done, text);
  for await (const one of segmentInPool(
    screen,
    parts.todo,
    { ...options, onLost, watch: thumbnails?.watch, tell },
    host,
  )) {
    const { field } = one;
    const seen = seenOf(one);
    try {
      if (seen) {
        watch?.add({ means: channelMeans(seen.sums), largest: seen.sums.largest });
        await keep(one, seen);
        choice.add(field, seen.probability);
        const shown = new Set(choice.chosen().flatMap(({ fields }) => fields));
        if (shown.has(field)) rows.set(field, await draw(one));
        for (const known of rows.keys()) if (!shown.has(known)) rows.delete(known);
      }
    } finally {
      await one.large?.release();
    }
    task.update(++done);
    await parts.end(field);
  }
  task.end();
  tellIntensities(watch?.report(), model.about, host);
}

/** Writes the pictures of fields, and gives their paths; a field that was segmented before is drawn again for them. */
export async function writeGalleries(
  screen: Screen,
  { shown, ...options }: SegmentScreenOptions & { readonly shown: readonly ShownFields[] },
  host: RunningHost,
): Promise<readonly string[]> {
  const { request, model, selections, rows } = options;
  const missing = [...new Set(shown.flatMap(({ fields }) => fields))].filter((field) => !rows.has(field));
  if (missing.length > 0) {
    const onLost = (entry: SkippedField) => tellLost(host, entry);
    const draw = createGalleryRows(screen, { model, selections });
    for await (const one of segmentInPool(screen, missing, { ...options, onLost, watch: undefined }, host)) {
      try {
        if (seenOf(one)) rows.set(one.field, await draw(one));
      } finally {
        await one.large?.release();
      }
    }
  }
  const colours = await coloursOfScreen(screen, host);
  const paths: string[] = [];
  for (const [place, { selection, why, fields: chosen }] of shown.entries()) {
    const fields = chosen.flatMap((field) => rows.get(field)?.[place] ?? []);
    if (fields.length === 0) continue;
    const { channels, pixelSize } = screen;
    const about = { selection, why, fields, channels, colours, classes: model.about.classes, pixelSize };
    paths.push(await writeGallery(join(request.out, 'gallery'), about, host));
  }
  return paths;
}

/** Makes the rows that a field has in the gallery of each selection. */
function createGalleryRows(
  screen: Screen,
  { model, selections }: Pick<SegmentScreenOptions, 'model' | 'selections'>,
): (one: SegmentedOne) => Promise<readonly GalleryField[]> {
  const captions = captionFields(screen);
  const judge = createJudge(screen, model.about);
  return async (one) => {
    const { field, segmentation, large, ...measured } = one;
    const name = captions.get(field)!;
    const notes = judgedWords(judge(field, seenOf(one)!.probability), model.about.classes);
    const options = selections.map((selection, place) => ({ ...measured, name, notes, selection, place }));
    return large ? galleryRowsOfLarge(large, options) : options.map((option) => galleryFieldOf(segmentation!, option));
  };
}

/** Segments fields with a pool of workers, which has been released in the end. */
async function* segmentInPool(
  screen: Screen,
  fields: readonly Field[],
  {
    request,
    model,
    adjustment,
    onLost,
    ...how
  }: SegmentScreenOptions &
    Pick<LargeFieldOptions, 'watch' | 'tell'> & { readonly onLost: (entry: SkippedField) => void },
  host: RunningHost,
): AsyncGenerator<SegmentedOne> {
  const { threads } = host;
  const { tile, channelMaps } = request;
  const workers = boundedWorkers(request.workers, host) ?? threads;
  const { adjust, check } = adjustment ?? {};
  const nuclei = nucleiOf(model.about);
  const isLarge = largeFields(model.about, { inOnePass: nuclei !== undefined, onFirst: tellLarge(host) }, host);
  const wholePixels = nuclei ? Number.POSITIVE_INFINITY : host.wholePixels;
  const source = createFieldSource(screen, { cacheBytes: 0, check, onSkip: onLost, wholePixels }, host);
  const pool = host.pool({ workers, threads: Math.max(1, Math.floor(threads / workers)) });
  const finder = nuclei && host.nucleiFinder(nuclei, threads);
  try {
    const lanes = await host.lanes();
    const network = readModel(model.bytes, request.model);
    const draw = createJacobianMapper(network, { pool, tile, channelMaps, lanes });
    const drawStored = drawLarge(network, { tile, channelMaps, lanes, workers, tell: how.tell }, host);
    const seeCells = finder && (await createCellViewer(network, { pool, lanes, find: finder.find }));
    const thresholds = model.about.instances === 'cells' ? (network.parameters.b?.data as Float32Array) : undefined;
    const options = {
      ...how,
      ...{ thresholds, source, adjust, draw, drawStored, seeCells, isLarge },
      about: model.about,
      out: request.out,
      regions: request,
      atOnce: 2 * pool.size,
    };
    yield* segmentFields(fields, { ...options, onLostReference: onLost }, host);
  } finally {
    await pool.release();
    await finder?.release();
  }
}

/** How the cells of a model are found whose instances are cells; nothing for others, or where a table said where they were. */
function nucleiOf({ instances, nuclei, channels }: ModelDescription): NucleiOptions | undefined {
  if (instances !== 'cells' || !nuclei) return undefined;
  // The channels of the screen are those of the model, in its order, whatever they are called.
  return { channel: channels.indexOf(nuclei.channel), diameter: nuclei.diameter };
}
