import { basename, dirname, join } from '../../../files/paths.ts';
import { isThere } from '../../../files/read-text.ts';
import type { Host } from '../../host.ts';
import { runFiles } from '../run-folder.ts';
import { readKept } from './kept-report.ts';
import { type ReportPlaces, reportBeside, reportIn } from './places.ts';
import { keptPictures, type MakePictures } from './report-pictures.ts';

/** Where the report on a table of predictions is: in its run where it is that of a run, else beside it. */
export async function reportOfPredictions(table: string, { files }: Pick<Host, 'files'>): Promise<ReportPlaces> {
  const folder = dirname(table);
  const own = runFiles(folder);
  const isOfRun = basename(table) === basename(own.predictions) && (await isThere(own.run, files));
  return isOfRun ? reportIn(folder) : reportBeside(table);
}

/** Copies the pictures of another report on the same fields; undefined where there is no such report. */
export async function borrowPictures(
  from: ReportPlaces,
  host: Pick<Host, 'files'>,
): Promise<{ readonly pictures: MakePictures; readonly channels: readonly string[] } | undefined> {
  const document = await readKept(from, host);
  if (!document) return undefined;
  const find = keptPictures(document, from);
  return {
    channels: document.channels.map(({ name }) => name),
    pictures: async (of, running) => {
      const found = await find(of, running);
      const copied = new Map<string, string>();
      const copy = async (file: string): Promise<string> => {
        const known = copied.get(file);
        if (known !== undefined) return known;
        const own = of.places.prefix + file.slice(from.prefix.length);
        await running.files.write(join(of.places.folder, own), await running.files.read(join(from.folder, file)));
        copied.set(file, own);
        return own;
      };
      const sheets = [];
      for (const sheet of found.sheets) sheets.push({ ...sheet, file: await copy(sheet.file) });
      const galleries = [];
      for (const gallery of found.galleries) {
        const entries = [];
        for (const entry of gallery.entries) {
          const picture = await copy(entry.picture);
          entries.push({ ...entry, picture, overlay: entry.overlay === null ? null : await copy(entry.overlay) });
        }
        galleries.push({ ...gallery, entries });
      }
      return { ...found, sheets, galleries };
    },
  };
}
