import { join } from '../../files/paths.ts';
import type { ReportDocument } from '../../report/page/document.ts';
import type { Host } from '../host.ts';
import type { ReportPlaces } from '../shared/report/places.ts';
import { writeReport } from '../shared/report/write-report.ts';

/** Makes a page anew from the document that was kept of it, without pictures that are gone. Gives the path of the page. */
export async function refreshReport(
  document: ReportDocument,
  places: ReportPlaces,
  host: Pick<Host, 'files'>,
): Promise<string> {
  const isThere = async (file: string) => (await host.files.status(join(places.folder, file)))?.kind === 'file';
  const gone = new Set<string>();
  const files = [
    ...document.sheets.map(({ file }) => file),
    ...document.galleries.flatMap(({ entries }) =>
      entries.flatMap(({ picture, overlay }) => [picture, overlay ?? []].flat()),
    ),
  ];
  for (const file of files) if (!(await isThere(file))) gone.add(file);
  return writeReport(gone.size === 0 ? document : withoutPictures(document, gone), places, host);
}

function withoutPictures(document: ReportDocument, gone: ReadonlySet<string>): ReportDocument {
  const galleries = document.galleries
    .map((gallery) => ({
      ...gallery,
      entries: gallery.entries
        .filter(({ picture }) => !gone.has(picture))
        .map((entry) => (entry.overlay !== null && gone.has(entry.overlay) ? { ...entry, overlay: null } : entry)),
    }))
    .filter(({ entries }) => entries.length > 0);
  // Places of thumbnails are counted over all sheets: without one of them the others would show other fields.
  if (document.sheets.every(({ file }) => !gone.has(file))) return { ...document, galleries };
  const { fields } = document;
  return {
    ...document,
    ...{ galleries, sheets: [], sheetsNote: 'The sheets of pictures are gone from report/.' },
    fields: fields && { ...fields, columns: fields.columns.filter(({ role }) => role !== 'thumbnail') },
  };
}
