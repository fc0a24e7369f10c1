import { join } from '../../files/paths.ts';
import { createJacobianMapper } from '../../localization/jacobian-map.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import { readModel } from '../../network/read-model.ts';
import { packNumbers } from '../../packed-numbers.ts';
import { channelMeans, sumChannels } from '../../pixels/channel-sums.ts';
import type { GalleryField } from '../../report/gallery/gallery.ts';
import { shrinkField } from '../../report/pictures/small-field.ts';
import { spreadFields } from '../../report/pictures/spread-fields.ts';
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
import { packThumbnail } from '../shared/report/thumbnails.ts';
import { beginTask, tellLost } from '../task.ts';
import { createFieldFiles } from './field-files.ts';
import { galleryFieldOf, writeGallery } from './galleries.ts';
import { chooseForGalleries, type ShownFields } from './gallery-choice.ts';
import { createJudge, judgedWords } from './judged-fields.ts';
import type { LabelsWriter } from './plate-labels.ts';
import type { Reference } from './references.ts';
import type { SegmentRequest } from './request.ts';
import { createCellViewer } from './see-cells.ts';
import type { SegmentEntry } from './segment-entry.ts';
import { type FieldSegmentation, probabilityOf, type SegmentFieldOptions } from './segment-field.ts';
import { type SegmentedOne, segmentFields } from './segment-fields.ts';
import type { Selection } from './selections.ts';

/** What a screen is segmented with. */
export interface SegmentScreenOptions extends Pick<SegmentFieldOptions, 'segment'> {
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
  { parts, ...options }: SegmentScreenOptions & { readonly parts: Parts<SegmentEntry> },
  host: RunningHost,
): Promise<void> {
  const { request, model, selections, rows } = options;
  const { classes, channels } = model.about;
  const write = createFieldFiles(screen, { ...request, ...options, classes, channels, selections }, host);
  const judge = createJudge(screen, model.about);
  const choice = chooseForGalleries(selections, { fields: screen.fields, classes, rows: request.gallery, judge });
  const draw = createGalleryRows(screen, { model, selections });
  const onLost = (entry: SkippedField) => {
    parts.lose({ ...entry, again: true });
    tellLost(host, entry);
  };
  const pictured = request.report ? spreadFields(screen.fields) : new Set();
  const { fields: start } = parts.whole();
  const task = beginTask(host, { task: 'segmenting', total: screen.fields.length, unit: 'fields', start });
  const watch = watchIntensities(model.about, host);
  let done = start;
  for await (const one of segmentInPool(screen, parts.todo, { ...options, onLost }, host)) {
    const { field, segmentation } = one;
    task.update(++done);
    if (segmentation) {
      const sums = watch && sumChannels(segmentation.image);
      if (sums) watch.add({ means: channelMeans(sums), largest: sums.largest });
      const entry = await write(segmentation, one);
      const small = pictured.has(field) ? packThumbnail(shrinkField(segmentation.image)) : undefined;
      await parts.write(field, {
        ...entry,
        ...(request.report && shownOf(segmentation)),
        ...(small && { thumbnail: small }),
      });
      choice.add(field, probabilityOf(segmentation));
      const shown = new Set(choice.chosen().flatMap(({ fields }) => fields));
      if (shown.has(field)) rows.set(field, draw(one));
      for (const known of rows.keys()) if (!shown.has(known)) rows.delete(known);
    }
    await parts.end(field);
  }
  task.end();
  tellIntensities(watch?.report(), model.about, host);
}

/** What a report says of a field beside its regions. */
function shownOf({ image, maps }: FieldSegmentation): Pick<SegmentEntry, 'probability' | 'bag' | 'channelMeans'> {
  const [{ probability, bag }] = maps as [FieldSegmentation['maps'][number]];
  return {
    probability: packNumbers(probability),
    bag: packNumbers(bag),
    channelMeans: packNumbers(channelMeans(sumChannels(image))),
  };
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
    for await (const one of segmentInPool(screen, missing, { ...options, onLost }, host)) {
      if (one.segmentation) rows.set(one.field, draw(one));
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
): (one: SegmentedOne) => readonly GalleryField[] {
  const captions = captionFields(screen);
  const judge = createJudge(screen, model.about);
  return ({ field, segmentation, ...measured }) => {
    const name = captions.get(field)!;
    const notes = judgedWords(judge(field, probabilityOf(segmentation!)), model.about.classes);
    return selections.map((selection, place) =>
      galleryFieldOf(segmentation!, { ...measured, name, notes, selection, place }),
    );
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
  }: SegmentScreenOptions & { readonly onLost: (entry: SkippedField) => void },
  host: RunningHost,
): AsyncGenerator<SegmentedOne> {
  const { threads } = host;
  const { tile, channelMaps } = request;
  const workers = boundedWorkers(request.workers, host) ?? threads;
  const { adjust, check } = adjustment ?? {};
  const source = createFieldSource(screen, { cacheBytes: 0, check, onSkip: onLost }, host);
  const pool = host.pool({ workers, threads: Math.max(1, Math.floor(threads / workers)) });
  const nuclei = nucleiOf(model.about);
  const finder = nuclei && host.nucleiFinder(nuclei, threads);
  try {
    const lanes = await host.lanes();
    const network = readModel(model.bytes, request.model);
    const draw = createJacobianMapper(network, { pool, tile, channelMaps, lanes });
    const seeCells = finder && (await createCellViewer(network, { pool, lanes, find: finder.find }));
    const thresholds = model.about.instances === 'cells' ? (network.parameters.b?.data as Float32Array) : undefined;
    const options = {
      ...how,
      thresholds,
      about: model.about,
      source,
      adjust,
      draw,
      seeCells,
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
