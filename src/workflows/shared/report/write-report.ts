import { join } from '../../../files/paths.ts';
import { isThere } from '../../../files/read-text.ts';
import type { ReportDocument } from '../../../report/page/document.ts';
import type { Host } from '../../host.ts';
import { documentFile, isOwn, type ReportPlaces } from './places.ts';

/**
 * Writes a report whose pictures stand in its folder already: the document, then the page. Files of an earlier report that this one does not use
 * are removed.
 *
 * @returns the path of the page
 */
export async function writeReport(
  document: ReportDocument,
  places: ReportPlaces,
  { files }: Pick<Host, 'files'>,
): Promise<string> {
  const own = documentFile(places);
  await files.write(own, `${JSON.stringify(document)}\n`);
  const used = new Set([own, ...picturesOf(document).map((name) => join(places.folder, name))]);
  for (const { name, kind } of await files.list(places.folder)) {
    const path = join(places.folder, name);
    if (kind === 'file' && isOwn(name, places) && !used.has(path)) await files.remove(path);
  }
  return places.page;
}

/** The files of the pictures of a document. */
function picturesOf({ sheets, galleries }: ReportDocument): readonly string[] {
  const larger = galleries.flatMap(({ entries }) =>
    entries.flatMap(({ picture, overlay }) => [picture, ...(overlay ?? [])].flat()),
  );
  return [...sheets.map(({ file }) => file), ...larger];
}

/** What a report shows no longer: the page, its document and its pictures. */
export async function removeReport(places: ReportPlaces, { files }: Pick<Host, 'files'>): Promise<void> {
  await files.remove(places.page);
  if (!(await isThere(places.folder, files))) return;
  const entries = await files.list(places.folder);
  const own = entries.filter(({ name }) => isOwn(name, places));
  for (const { name } of own) await files.remove(join(places.folder, name));
  if (own.length === entries.length) await files.remove(places.folder);
}
