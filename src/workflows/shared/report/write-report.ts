import { join } from '../../../files/paths.ts';
import { isThere } from '../../../files/read-text.ts';
import type { ReportDocument } from '../../../report/page/document.ts';
import { reportPage } from '../../../report/page/page.ts';
import type { Host } from '../../host.ts';
import { writeStream } from '../table-output.ts';
import { documentFile, isOwn, type ReportPlaces } from './places.ts';

/**
 * Writes a report whose pictures stand in its folder already: the document, then the page. Files of an earlier report that this
 * one does not use are removed.
 *
 * @returns the path of the page
 */
export async function writeReport(
  document: ReportDocument,
  places: ReportPlaces,
  { files }: Pick<Host, 'files'>,
): Promise<string> {
  const { page, folder } = places;
  const own = documentFile(places);
  await files.write(own, `${JSON.stringify(document)}\n`);
  await writeStream(page, reportPage(document, { read: (name) => files.read(join(folder, name)) }), { files });
  const used = new Set([own, ...picturesOf(document).map((name) => join(folder, name))]);
  for (const { name, kind } of await files.list(folder)) {
    const path = join(folder, name);
    if (kind === 'file' && isOwn(name, places) && !used.has(path)) await files.remove(path);
  }
  return page;
}

/** The files of the pictures of a document. */
function picturesOf({ sheets, galleries }: ReportDocument): readonly string[] {
  const larger = galleries.flatMap(({ entries }) =>
    entries.flatMap(({ picture, overlay }) => (overlay === null ? [picture] : [picture, overlay])),
  );
  return [...sheets.map(({ file }) => file), ...larger];
}

/** Removes a report: the page, its document and its pictures. */
export async function removeReport(places: ReportPlaces, { files }: Pick<Host, 'files'>): Promise<void> {
  await files.remove(places.page);
  if (!(await isThere(places.folder, files))) return;
  const entries = await files.list(places.folder);
  const own = entries.filter(({ name }) => isOwn(name, places));
  for (const { name } of own) await files.remove(join(places.folder, name));
  if (own.length === entries.length) await files.remove(places.folder);
}
