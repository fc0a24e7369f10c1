import type { PredictionRow } from '../../../evaluation/prediction-table.ts';
import { join } from '../../../files/paths.ts';
import type { ChosenGallery } from '../../../report/document/choose-galleries.ts';
import { numberAt } from '../../../report/document/columns.ts';
import type { ReportedPictures } from '../../../report/document/predictions-document.ts';
import type { MapOfFields } from '../../../report/map/map-fields.ts';
import type { FieldColumn, Gallery, ReportDocument } from '../../../report/page/document.ts';
import { saturationColumns } from '../../../report/pictures/saturation.ts';
import type { SmallField } from '../../../report/pictures/small-field.ts';
import { placeOf } from '../../../screen/well.ts';
import { counted } from '../../../words.ts';
import type { RunningHost } from '../../host.ts';
import { findRows, keptMap } from './kept-report.ts';
import { type GalleryWork, writeReportGalleries } from './paint-galleries.ts';
import { stretchPlates, writeSheets } from './paint-sheets.ts';
import type { ReportPlaces } from './places.ts';

/** The pictures of a report, and what was measured on the way: a column each. */
export interface MadePictures extends ReportedPictures {
  readonly more: readonly FieldColumn[];
  /** The map of the same rows, where they had one already. */
  readonly map?: MapOfFields | undefined;
}

/** Rows, and what galleries may show of them. */
export interface PicturedRows {
  /** What a row is of: wells and treatments have no pictures of their own. */
  readonly unit: NonNullable<ReportDocument['fields']>['unit'];
  readonly rows: readonly PredictionRow[];
  /** Chooses the galleries among the rows for which `has` is true. */
  readonly choose: (has: (row: number) => boolean) => readonly ChosenGallery[];
  readonly places: ReportPlaces;
}

/** Makes or finds the pictures of some rows. */
export type MakePictures = (of: PicturedRows, host: RunningHost) => Promise<MadePictures>;

/** Where fields that were read can be read again, and what they were predicted with. */
export type PictureWork = Pick<GalleryWork, 'screen' | 'network' | 'pool' | 'read' | 'adjust' | 'side'> & {
  /** Small fields by `ImageNumber`, made while they were read. */
  readonly small: ReadonlyMap<number, SmallField>;
};

/** Paints what was seen while fields were read, and reads those of the galleries once more. */
export function paintPictures({ small, ...work }: PictureWork): MakePictures {
  return async ({ rows, choose, places }, host) => {
    const { channels, fields } = work.screen;
    // A field of many cells has one picture.
    const shown = [...new Map(rows.map((row) => [row.imageNumber, row])).values()].flatMap((row) => {
      const own = small.get(row.imageNumber);
      return own ? [{ imageNumber: row.imageNumber, plate: placeOf(row.metadata).plate, small: own }] : [];
    });
    const stretching = stretchPlates(shown);
    const sheets = await writeSheets(shown, { channels, stretching, places }, host);
    const placesOf = new Map(shown.map(({ imageNumber }, place) => [imageNumber, place]));
    const thumbnails = rows.map(({ imageNumber }) => placesOf.get(imageNumber));
    const galleries =
      shown.length === 0
        ? []
        : await writeReportGalleries({ ...work, chosen: choose(() => true), rows, stretching, places }, host);
    return {
      ...{ sheets, thumbnails, galleries, note: noteOn(thumbnails, { fields: fields.length }) },
      more: saturationColumns(
        rows.map(({ imageNumber }) => small.get(imageNumber)),
        channels,
      ),
    };
  };
}

/** Why some rows have no picture; null where all have. */
function noteOn(thumbnails: readonly (number | undefined)[], { fields }: { readonly fields: number }): string | null {
  const without = thumbnails.filter((place) => place === undefined).length;
  if (without === 0) return null;
  const seen = new Set(thumbnails.filter((place) => place !== undefined)).size;
  return seen === 0
    ? 'There are no pictures: no field was looked at for this report.'
    : `${counted(seen, 'field')} of ${fields} have a picture, some of every well as far as there is room for them.`;
}

/** Finds the pictures again that an earlier report of the same rows, or of some of them, has kept. */
export function keptPictures(document: ReportDocument, places: ReportPlaces): MakePictures {
  return async ({ rows, unit, choose }, { files }) => {
    const found = findRows(document, rows, unit);
    const isSameUnit = document.fields?.unit === unit;
    const isThere = async (file: string) => (await files.status(join(places.folder, file)))?.kind === 'file';
    const sheets = document.sheets;
    const complete = (await Promise.all(sheets.map(({ file }) => isThere(file)))).every(Boolean);
    const column = document.fields?.columns.find(({ role }) => role === 'thumbnail');
    const thumbnails = found.map((row) => (row === undefined || !complete ? undefined : numberAt(column, row)));
    const entries = new Map<number, Gallery['entries'][number]>();
    for (const entry of document.galleries.flatMap((gallery) => gallery.entries)) {
      if (await isThere(entry.picture)) entries.set(entry.field, entry);
    }
    const entryOf = (row: number) => (found[row] === undefined ? undefined : entries.get(found[row]));
    const galleries = choose((row) => isSameUnit && entryOf(row) !== undefined).map(
      ({ class: name, kind, rows: own }) => ({
        ...{ class: name, kind },
        entries: own.map((row) => ({ ...entryOf(row)!, field: row })),
      }),
    );
    const isSame =
      thumbnails.length === (document.fields?.rows ?? 0) &&
      thumbnails.every((place, row) => place === numberAt(column, found[row] ?? -1));
    const note = isSame && complete ? document.sheetsNote : noteOn(thumbnails, { fields: rows.length });
    return {
      sheets: complete ? sheets : [],
      thumbnails,
      galleries,
      note,
      more: keptColumns(document, found),
      map: isSameUnit ? keptMap(document, found) : undefined,
    };
  };
}

/** Columns of what was measured when fields were read. */
function keptColumns({ fields }: ReportDocument, found: readonly (number | undefined)[]): readonly FieldColumn[] {
  return (fields?.columns ?? []).flatMap((column) => {
    if (column.role !== 'metadata' || !('numbers' in column) || column.of === undefined) return [];
    return [{ ...column, numbers: found.map((row) => (row === undefined ? null : (column.numbers[row] ?? null))) }];
  });
}
