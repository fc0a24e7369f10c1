import { writeOptions } from '../../errors.ts';
import { rowBuilder } from '../../evaluation/prediction-row.ts';
import type { PredictionRow, PredictionTable } from '../../evaluation/prediction-table.ts';
import { join } from '../../files/paths.ts';
import { isThere } from '../../files/read-text.ts';
import { thresholdsOf } from '../../network/model-file.ts';
import { readModel } from '../../network/read-model.ts';
import { unpackNumbers } from '../../packed-numbers.ts';
import { numberColumn } from '../../report/document/columns.ts';
import { type SegmentationFigures, segmentationDocument } from '../../report/document/segmentation-document.ts';
import type { SmallField } from '../../report/pictures/small-field.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import type { Screen } from '../../screen/screen.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import { readRecords } from '../../tables/read-records.ts';
import type { Host, RunningHost } from '../host.ts';
import { boundedWorkers } from '../shared/bounded-workers.ts';
import type { Parts } from '../shared/parts/open-parts.ts';
import { madeNow, modelFacts } from '../shared/report/made.ts';
import { reportIn } from '../shared/report/places.ts';
import { paintPictures } from '../shared/report/report-pictures.ts';
import { galleryChoice, lostOf } from '../shared/report/report-rows.ts';
import { unpackThumbnail } from '../shared/report/thumbnails.ts';
import { writeReport } from '../shared/report/write-report.ts';
import { segmentRequest } from './request.ts';
import type { SegmentEntry, SegmentLine } from './segment-entry.ts';
import type { SegmentScreenOptions } from './segment-screen.ts';

interface SegmentedReport extends SegmentScreenOptions {
  readonly parts: Parts<SegmentLine>;
  readonly figures: SegmentationFigures;
  readonly skipped: readonly SkippedField[];
}

/** Makes the report on a segmentation in its folder, and gives the path of its page. */
export async function reportOnSegmentation(
  screen: Screen,
  { request, model, adjustment, parts, figures, skipped }: SegmentedReport,
  host: RunningHost,
): Promise<string> {
  const { about, hash } = model;
  const places = reportIn(request.out);
  const { table, small, regions } = await readRows(screen, { model, parts });
  const network = readModel(model.bytes, request.model);
  const workers = boundedWorkers(request.workers, host) ?? host.threads;
  const pool = host.pool({ workers, threads: Math.max(1, Math.floor(host.threads / workers)) });
  try {
    const { open: read } = createFieldSource(screen, { cacheBytes: 0 }, host);
    const paint = paintPictures({ small, screen, network, pool, read, adjust: adjustment?.adjust });
    const choose = galleryChoice(table, { metrics: null, label: about.label });
    const { more, ...pictures } = await paint({ rows: table.rows, unit: 'field', choose, places }, host);
    const document = segmentationDocument({
      ...{ source: request.out, label: about.label, table, channels: screen.channels, figures, pictures },
      more: [numberColumn({ name: 'Count_Regions', role: 'cells' }, regions), ...more],
      overlap: await readOverlap(request.out, host),
      lost: lostOf(skipped, (message) => writeOptions(message, host.nameOption)),
      made: madeNow(
        {
          ...{ request, schema: segmentRequest, hashes: [{ name: request.model, hash }] },
          facts: { model: modelFacts(about, host.about.versions.milscope), segmented: true },
        },
        host,
      ),
    });
    return await writeReport(document, places, host);
  } finally {
    await pool.release();
  }
}

async function readRows(
  screen: Screen,
  { model, parts }: Pick<SegmentedReport, 'model' | 'parts'>,
): Promise<{
  readonly table: PredictionTable;
  readonly small: ReadonlyMap<number, SmallField>;
  readonly regions: readonly number[];
}> {
  const { classes } = model.about;
  const thresholds = thresholdsOf(model.about);
  const rowOf = rowBuilder({ classes, thresholds, model: model.hash });
  const rows: PredictionRow[] = [];
  const small = new Map<number, SmallField>();
  const regions: number[] = [];
  for await (const { field, entry } of parts.read()) {
    if ('more' in entry) continue;
    const { thumbnail, counts } = entry;
    if (thumbnail) small.set(field.imageNumber, unpackThumbnail(thumbnail));
    regions.push(counts.regions);
    rows.push(rowOfEntry(entry, { field, rowOf, model: model.hash }));
  }
  const { columns: metadata, channels, source } = screen;
  return { table: { source, metadata, classes, channels, thresholds, rows }, small, regions };
}

/** A field that was segmented without a report has no prediction. */
function rowOfEntry(
  { probability, bag, channelMeans }: SegmentEntry,
  { field, rowOf, model }: { field: Screen['fields'][number]; rowOf: ReturnType<typeof rowBuilder>; model: string },
): PredictionRow {
  const { imageNumber, metadata } = field;
  if (!probability || !bag)
    return { imageNumber, metadata, predicted: '', probability: [], bag: [], channelMeans: [], model };
  const own = unpackNumbers(probability) as Float32Array;
  const prediction = {
    predicted: own.indexOf(Math.max(...own)),
    ...{ probability: own, bag: unpackNumbers(bag) as Float32Array },
  };
  return rowOf({ field, prediction, channelMeans: channelMeans && unpackNumbers(channelMeans) });
}

/** The table of overlaps in a folder; null where there is none. */
async function readOverlap(folder: string, { files }: Pick<Host, 'files'>) {
  const path = join(folder, 'overlap.csv');
  if (!(await isThere(path, files))) return null;
  const rows: (readonly string[])[] = [];
  for await (const { cells } of readRecords(path, files, { separator: ',' })) rows.push(cells);
  const [columns = [], ...rest] = rows;
  return { columns, rows: rest };
}
