import * as z from 'zod';
import type { PredictionRow } from '../../../evaluation/prediction-table.ts';
import { readText } from '../../../files/read-text.ts';
import { numberAt, textAt } from '../../../report/document/columns.ts';
import type { MapOfFields } from '../../../report/map/map-fields.ts';
import { REPORT_VERSION, type ReportDocument } from '../../../report/page/document.ts';
import { normalWell, placeOf } from '../../../screen/well.ts';
import type { Host, RunningHost } from '../../host.ts';
import { documentFile, type ReportPlaces } from './places.ts';

/** Enough to know that it is a document of this version. */
const kept = z.looseObject({ version: z.literal(REPORT_VERSION), kind: z.string(), galleries: z.array(z.unknown()) });

/** The document of a report that was made before; undefined where there is none of this version. */
export async function readKept(
  places: ReportPlaces,
  { files }: Pick<Host, 'files'>,
): Promise<ReportDocument | undefined> {
  const found = await lookAtKept(documentFile(places), files);
  return found === 'damaged' ? undefined : found;
}

/** Warns of a document that was damaged, which is passed over like one that was never there. */
export async function warnOfDamage(
  places: ReportPlaces,
  { files, emit }: Pick<RunningHost, 'files' | 'emit'>,
): Promise<void> {
  const file = documentFile(places);
  if ((await lookAtKept(file, files)) !== 'damaged') return;
  const message = `${file} is damaged and is passed over, so the report lacks the pictures and notes that only it had`;
  emit({ event: 'warned', message });
}

async function lookAtKept(file: string, files: Host['files']): Promise<ReportDocument | 'damaged' | undefined> {
  if ((await files.status(file))?.kind !== 'file') return undefined;
  try {
    const parsed = JSON.parse(await readText(file, files));
    if (kept.safeParse(parsed).success) return parsed as ReportDocument;
    return Number.isInteger(parsed?.version) && parsed.version !== REPORT_VERSION ? undefined : 'damaged';
  } catch {
    return 'damaged';
  }
}

/** What tells a row from the others of its table. */
const keyOf = (imageNumber: number | undefined, objectNumber: number | undefined) =>
  `${imageNumber} ${objectNumber ?? ''}`;

/**
 * Finds the rows of a table again in a document; undefined for one that it does not have. Numbers of fields may be those of another
 * table, so plate and well must agree, too. A field is found in a document of cells by any of its cells.
 */
export function findRows(
  document: ReportDocument,
  rows: readonly PredictionRow[],
  unit: NonNullable<ReportDocument['fields']>['unit'],
): readonly (number | undefined)[] {
  const { fields } = document;
  if (!fields || unit === 'well' || unit === 'treatment') return rows.map(() => undefined);
  const [image, object, plate, well] = ['imageNumber', 'objectNumber', 'plate', 'well'].map((wanted) =>
    fields.columns.find(({ role }) => role === wanted),
  );
  const placed = (of: { readonly plate: string; readonly well: string }) =>
    [plate && of.plate, well && of.well].join(' ');
  const places = new Map(
    Array.from({ length: fields.rows }, (_, row) => {
      const cell = unit === 'cell' ? numberAt(object, row) : undefined;
      const place = { plate: (textAt(plate, row) ?? '').trim(), well: normalWell(textAt(well, row) ?? '') };
      return [`${keyOf(numberAt(image, row), cell)} ${placed(place)}`, row] as const;
    }),
  );
  return rows.map(({ imageNumber, metadata, cell }) =>
    places.get(`${keyOf(imageNumber, cell?.objectNumber)} ${placed(placeOf(metadata))}`),
  );
}

/** The map of fields of a document, where all of these rows have a place in it. */
export function keptMap(document: ReportDocument, found: readonly (number | undefined)[]): MapOfFields | undefined {
  const { map, fields } = document;
  const [x, y] = ['mapX', 'mapY'].map((wanted) => fields?.columns.find(({ role }) => role === wanted));
  if (!map || !x || !y || fields!.rows !== found.length) return undefined;
  const places = found.map((row) => {
    const [a, b] = row === undefined ? [] : [numberAt(x, row), numberAt(y, row)];
    return a === undefined || b === undefined ? undefined : ([a, b] as const);
  });
  return found.includes(undefined) ? undefined : { how: map.how, places };
}
