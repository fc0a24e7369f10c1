import { basename, dirname, join } from '../../../files/paths.ts';
import { isThere } from '../../../files/read-text.ts';
import type { ChosenGallery } from '../../../report/document/choose-galleries.ts';
import type { FieldColumn, ReportDocument } from '../../../report/page/document.ts';
import type { Host } from '../../host.ts';
import { runFiles } from '../run-folder.ts';
import { readKept } from './kept-report.ts';
import { type ReportPlaces, reportBeside, reportIn } from './places.ts';
import { keptPictures, type MadePictures, type MakePictures } from './report-pictures.ts';

/** Where the report on a table of predictions is: in its run where it is that of a run, else beside it. */
export async function reportOfPredictions(table: string, { files }: Pick<Host, 'files'>): Promise<ReportPlaces> {
  const folder = dirname(table);
  const own = runFiles(folder);
  const isOfRun = basename(table) === basename(own.predictions) && (await isThere(own.run, files));
  return isOfRun ? reportIn(folder) : reportBeside(table);
}

/** Pictures of other reports, and the channels that they show. */
export interface BorrowedPictures {
  readonly pictures: MakePictures;
  readonly channels: readonly string[];
}

/** Copies the pictures of other reports on the same fields, each of which may have some; undefined where there is no such report. */
export async function borrowPictures(
  from: readonly ReportPlaces[],
  host: Pick<Host, 'files'>,
): Promise<BorrowedPictures | undefined> {
  const lenders: Lender[] = [];
  for (const places of from) {
    const document = await readKept(places, host);
    if (document) lenders.push({ places, document });
  }
  const [first] = lenders;
  if (!first) return undefined;
  return {
    channels: first.document.channels.map(({ name }) => name),
    pictures: async (of, running) => {
      const found: MadePictures[] = [];
      const shown: ((row: number) => boolean)[] = [];
      for (const [i, lender] of lenders.entries()) {
        const choose: typeof of.choose = (has) => {
          shown.push(has);
          return of.choose(has);
        };
        const own = await keptPictures(lender.document, lender.places)({ ...of, choose }, running);
        found.push(await copyPictures(own, { from: lender.places, to: of.places, number: i + 1 }, running));
      }
      return joinPictures(
        found,
        of.choose((row) => shown.some((has) => has(row))),
      );
    },
  };
}

/** A report that has pictures. */
interface Lender {
  readonly places: ReportPlaces;
  readonly document: ReportDocument;
}

/** Copies the files of pictures into the folder of another report; `number` tells those of several reports apart. */
async function copyPictures(
  pictures: MadePictures,
  { from, to, number }: { from: ReportPlaces; to: ReportPlaces; number: number },
  { files }: Pick<Host, 'files'>,
): Promise<MadePictures> {
  const copied = new Map<string, string>();
  const copy = async (file: string): Promise<string> => {
    const known = copied.get(file);
    if (known !== undefined) return known;
    const bare = file.slice(from.prefix.length);
    const own = to.prefix + (number === 1 ? bare : bare.replace('-', `-${number}-`));
    await files.write(join(to.folder, own), await files.read(join(from.folder, file)));
    copied.set(file, own);
    return own;
  };
  const sheets = [];
  for (const sheet of pictures.sheets) sheets.push({ ...sheet, file: await copy(sheet.file) });
  const galleries = [];
  for (const gallery of pictures.galleries) {
    const entries = [];
    for (const entry of gallery.entries) {
      const picture = await copy(entry.picture);
      entries.push({ ...entry, picture, overlay: entry.overlay === null ? null : await copy(entry.overlay) });
    }
    galleries.push({ ...gallery, entries });
  }
  return { ...pictures, sheets, galleries };
}

/** The pictures of several reports as one, with galleries that were chosen among those of all. */
function joinPictures(all: readonly MadePictures[], chosen: readonly ChosenGallery[]): MadePictures {
  const [first, ...others] = all as [MadePictures, ...MadePictures[]];
  if (others.length === 0) return first;
  const before = all.map((_, i) => all.slice(0, i).reduce((sum, { sheets }) => sum + tilesOf(sheets), 0));
  const thumbnails = first.thumbnails.map((_, row) => {
    const i = all.findIndex((own) => own.thumbnails[row] !== undefined);
    return i < 0 ? undefined : before[i]! + all[i]!.thumbnails[row]!;
  });
  const entries = new Map(
    all.flatMap(({ galleries }) =>
      galleries.flatMap((gallery) => gallery.entries.map((entry) => [entry.field, entry])),
    ),
  );
  const notes = new Set(all.flatMap(({ note }) => note ?? []));
  return {
    sheets: all.flatMap(({ sheets }) => sheets),
    thumbnails,
    galleries: chosen.map(({ class: name, kind, rows }) => ({
      ...{ class: name, kind },
      entries: rows.flatMap((row) => entries.get(row) ?? []),
    })),
    note: thumbnails.includes(undefined) ? ([...notes][0] ?? null) : null,
    more: first.more.map((column, i) => joinColumns([column, ...others.flatMap(({ more }) => more[i] ?? [])])),
  };
}

function tilesOf(sheets: MadePictures['sheets']): number {
  return sheets.reduce((sum, { tiles }) => sum + tiles, 0);
}

/** A column with the first number that any of them has for a row. */
function joinColumns(columns: readonly FieldColumn[]): FieldColumn {
  const [first] = columns as [FieldColumn];
  if (!('numbers' in first)) return first;
  const numbers = first.numbers.map((_, row) => {
    const known = columns.find((one) => 'numbers' in one && one.name === first.name && one.numbers[row] != null);
    return known && 'numbers' in known ? known.numbers[row]! : null;
  });
  return { ...first, numbers };
}
