import type { Metrics } from '../../../evaluation/evaluate.ts';
import type { PredictionRow, PredictionTable } from '../../../evaluation/prediction-table.ts';
import { type Candidate, chooseGalleries } from '../../../report/document/choose-galleries.ts';
import { type PredictionsReport, predictionsDocument } from '../../../report/document/predictions-document.ts';
import { logOddsOf, type MapOfFields, mapFields } from '../../../report/map/map-fields.ts';
import type { ReportDocument } from '../../../report/page/document.ts';
import { findColumn } from '../../../screen/columns.ts';
import { labelParts } from '../../../screen/label-sets.ts';
import { wellKey } from '../../../screen/well.ts';
import type { RunningHost } from '../../host.ts';
import { readKept } from './kept-report.ts';
import type { ReportPlaces } from './places.ts';
import { keptPictures, type MakePictures, type PicturedRows } from './report-pictures.ts';
import { writeReport } from './write-report.ts';

/** A report on the rows of a table, before its pictures and its map are made. */
export interface RowsReport extends Omit<PredictionsReport, 'pictures' | 'map'> {
  readonly places: ReportPlaces;
  /** Makes the pictures; those of an earlier report are kept unless given. */
  readonly pictures?: MakePictures | undefined;
}

/** Makes the report on the rows of a table of predictions, and gives the path of its page. */
export async function reportOnRows({ places, pictures, ...report }: RowsReport, host: RunningHost): Promise<string> {
  const { table } = report;
  const before = await readKept(places, host);
  const make = pictures ?? (before && keptPictures(before, places));
  const isPredicted = table.rows.some(({ probability }) => probability.length > 0);
  const choose = galleryChoice(table, report);
  const unit = table.cells ? 'cell' : (table.unit ?? 'field');
  // This thread maps the rows while others draw the pictures.
  const mapping = pictures && isPredicted ? mapRows(report, host) : undefined;
  mapping?.catch(() => undefined);
  const made = await make?.({ rows: table.rows, unit, choose, places }, host);
  const map = made?.map ?? (isPredicted ? await (mapping ?? mapRows(report, host)) : null);
  const document = predictionsDocument({
    ...report,
    ...{ map, pictures: made ?? null },
    more: [...(report.more ?? []), ...(made?.more ?? [])],
  });
  return writeReport(document, places, host);
}

/** What of the rows is mapped: their profiles where all have one, else what the network says of their classes. */
async function mapRows(
  { table: { rows, cells, unit = 'field' } }: Pick<RowsReport, 'table'>,
  { signal }: Pick<RunningHost, 'signal'>,
): Promise<MapOfFields | null> {
  const hasProfiles = rows.some(({ profile }) => profile !== undefined);
  return mapFields(
    rows.map((row) => (hasProfiles ? row.profile : logOddsOf(row))),
    {
      of: hasProfiles ? 'the profiles (means of the feature maps)' : 'the log odds of the classes',
      unit: cells ? 'cell' : unit,
      goOn: () => signal.throwIfAborted(),
    },
  );
}

/** Chooses the galleries of a table among those of its rows that can be shown. */
export function galleryChoice(
  table: PredictionTable,
  known: { readonly metrics: Metrics | null; readonly label: string | undefined },
): PicturedRows['choose'] {
  const candidates = candidatesOf(table, known);
  return (has) => {
    const places = candidates.flatMap(({ probability }, row) => (probability.length > 0 && has(row) ? [row] : []));
    const some = places.map((row) => candidates[row]!);
    const chosen = chooseGalleries(some, table.classes, { thresholds: table.thresholds, rows: candidates.length });
    return chosen.map((gallery) => ({ ...gallery, rows: gallery.rows.map((row) => places[row]!) }));
  };
}

function candidatesOf(
  table: PredictionTable,
  { metrics, label }: { readonly metrics: Metrics | null; readonly label: string | undefined },
): readonly Candidate[] {
  const { classes, rows, metadata } = table;
  const indexOf = new Map(classes.map((name, k) => [name, k]));
  const named = metrics?.columns.label ?? label;
  // The label of a field is not that of each of its cells.
  const column = named === undefined || table.cells ? undefined : findColumn(metadata, named);
  const placesOf = (text: string) =>
    (indexOf.has(text) ? [text] : labelParts(text)).flatMap((name) => indexOf.get(name) ?? []);
  const truthOf = ({ metadata: own }: PredictionRow) => {
    const places = placesOf((own[column!] ?? '').trim());
    return places.length > 0 ? places : undefined;
  };
  return rows.map((row) => ({
    truth: column === undefined ? undefined : truthOf(row),
    predicted: placesOf(row.predicted),
    probability: row.probability,
    well: wellKey(row),
  }));
}

/** What was left out, as a report lists it; options are written as users know them. */
export function lostOf(
  skipped: readonly {
    readonly imageNumber: number | undefined;
    readonly file: string;
    readonly tag: string;
    readonly message: string;
  }[],
  write: (message: string) => string,
): ReportDocument['skipped'] {
  return skipped.map(({ imageNumber, file, tag, message }) => ({
    imageNumber: imageNumber === undefined ? '' : String(imageNumber),
    ...{ file, tag, message: write(message) },
  }));
}
