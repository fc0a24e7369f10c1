import { isMilscopeError, MilscopeError } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { agreeing, counted } from '../words.ts';
import type { RecordOptions } from './record-options.ts';
import { rowsOfSheet, type SheetRows } from './sheet-rows.ts';
import type { TableRow } from './table-row.ts';
import { readZipDirectory, type ZipEntry } from './zip-directory.ts';

/** Bytes that all files of a workbook may be unpacked to together, and bytes of one that Deflate makes of a single one. */
const LARGEST = 256 * 2 ** 20;
/** Rows in which a header is looked for. */
const HEADERS = 30;

/** Whether the first bytes of a file are those of a ZIP archive, as Excel's workbooks are. */
export function beginsAsArchive(beginning: Uint8Array): boolean {
  return beginning.length >= 4 && [0x50, 0x4b, 0x03, 0x04].every((byte, i) => beginning[i] === byte);
}

/**
 * The rows of a sheet of an Excel workbook (.xlsx) as text, see `rowsOfSheet`; the header first. Of several sheets it is the
 * first that is not hidden, holds something and has a header that `fits`, where one has; which one it was is said. Titles
 * above the header, a single text in a row, are passed over.
 *
 * Only the central directory is trusted before anything is unpacked: a workbook that would grow beyond 256 MB is refused.
 *
 * @throws BadTable for an archive that is no such workbook, or one that is damaged, protected or too large
 */
export async function* readWorkbookRecords(
  file: string,
  files: Files,
  { fits, describe }: RecordOptions,
): AsyncGenerator<TableRow> {
  const { sheets, hidden } = await openSheets(file, files);
  const candidates = sheets
    .filter(({ rows }) => rows.length > 0)
    .map((sheet) => ({ ...sheet, header: headerOf(sheet, fits) }));
  const chosen = candidates.find(({ header, rows }) => fits?.(rows[header]!.cells) === true) ?? candidates[0];
  if (chosen === undefined) return;
  const { name, rows, header, errors } = chosen;
  const titles = rows.slice(0, header).map(({ cells }) => cells.find((text) => text.trim() !== '')!.trim());
  const others = [...candidates.filter((other) => other !== chosen).map((other) => other.name), ...hidden];
  const quoted = (names: readonly string[]) => names.map((text) => `"${text}"`).join(', ');
  describe?.({
    title: titles.at(-1),
    notes: [
      ...(others.length > 0 ? [`${file}: the sheet "${name}" is read, and not ${quoted(others)}`] : []),
      ...(header > 0 ? [`${file}: the header is row ${rows[header]!.row}, below ${quoted(titles)}`] : []),
      ...errorNotes(file, errors),
    ],
  });
  yield* rows.slice(header);
}

/** The sheets of a workbook that are shown, and the names of those that are hidden. @throws what `readWorkbookRecords` throws */
export async function readWorkbookSheets(file: string, files: Files) {
  const { sheets, hidden } = await openSheets(file, files);
  return { sheets: sheets.map(({ name, rows, errors }) => ({ name, rows, notes: errorNotes(file, errors) })), hidden };
}

function errorNotes(file: string, errors: SheetRows['errors']): readonly string[] {
  const [first] = errors;
  if (first === undefined) return [];
  const where = `${first.text} in row ${first.row}`;
  return errors.length === 1
    ? [`${file}: a cell holds an error of Excel, ${where}, and counts as empty`]
    : [
        `${file}: ${counted(errors.length, 'cell')} ${agreeing(errors.length, 'holds an error', 'hold errors')} of Excel, such as ${where}, and ${agreeing(errors.length, 'counts', 'count')} as empty`,
      ];
}

/** The place of the header: the first row below the titles that fits, or else the first of more than one text. */
function headerOf({ rows }: SheetRows, fits: RecordOptions['fits']): number {
  const first = rows.slice(0, HEADERS);
  const texts = ({ cells }: TableRow) => new Set(cells.map((text) => text.trim()).filter(Boolean));
  const start = Math.max(
    0,
    first.findIndex((row) => texts(row).size > 1),
  );
  const fitting = first.findIndex(({ cells }, i) => i >= start && fits?.(cells) === true);
  return fitting < 0 ? start : fitting;
}

async function openSheets(
  file: string,
  files: Files,
): Promise<{
  readonly sheets: readonly (SheetRows & { readonly name: string })[];
  readonly hidden: readonly string[];
}> {
  const { size = 0 } = (await files.status(file)) ?? {};
  if (size > LARGEST) throw tooLarge(file);
  const bytes = await files.read(file);
  try {
    const entries = readZipDirectory(bytes);
    requireWorkbook(file, entries);
    const { sheets, hidden } = await readWorksheets(bytes, entries);
    return { sheets: sheets.map((sheet) => ({ name: sheet.name, ...rowsOfSheet(sheet) })), hidden };
  } catch (cause) {
    if (isMilscopeError(cause)) throw cause;
    throw new MilscopeError('BadTable', {
      file,
      problem: 'the Excel workbook cannot be read',
      found: cause instanceof Error ? cause.message : String(cause),
      remedy: 'open it in Excel or LibreOffice, and save it again, or as CSV',
      cause,
    });
  }
}

/** The sheets that are shown, and the names of others. What is no sheet of cells, such as a chart, is left out. */
async function readWorksheets(bytes: Uint8Array, entries: readonly ZipEntry[]) {
  const { readXlsx } = await import('hucre/xlsx');
  const left = new Set<string>();
  let others = entries.filter(({ name }) => /^xl\/(chart|dialog|macro)sheets\/[^/]+\.xml$/i.test(name)).length;
  for (;;) {
    const hidden: string[] = [];
    try {
      const { sheets } = await readXlsx(bytes, {
        sheets({ name, hidden: isHidden, veryHidden }) {
          if (left.has(name)) return false;
          if (isHidden || veryHidden) hidden.push(name);
          return !(isHidden || veryHidden);
        },
      });
      return { sheets, hidden };
    } catch (error) {
      // The reader knows no other sheets, and says so of the first.
      const [, name] = /missing worksheet file for sheet "(.*)"$/s.exec((error as Error).message) ?? [];
      if (name === undefined || others === 0) throw error;
      others--;
      left.add(name);
    }
  }
}

/** What archives are that are no workbooks, by a file in them. */
const others: readonly { readonly holds: RegExp; readonly problem: string; readonly remedy: string }[] = [
  {
    holds: /^content\.xml$/,
    problem: 'this is a document of LibreOffice or OpenOffice (.ods)',
    remedy: 'open it in LibreOffice or Excel, and save it as .xlsx or .csv',
  },
  {
    holds: /^Index(\/.*\.iwa|\.zip)$/,
    problem: 'this is a document of Numbers or another Apple program',
    remedy: 'open it in Numbers, and export it as Excel (.xlsx) or CSV (File, Export To)',
  },
  {
    holds: /^xl\/workbook\.bin$/,
    problem: 'this is a binary Excel workbook (.xlsb)',
    remedy: 'open it in Excel, and save it as .xlsx or .csv',
  },
  {
    holds: /^(word|ppt)\//,
    problem: 'this is a text document or a presentation',
    remedy: 'copy its table into a spreadsheet, and save that as .xlsx or .csv',
  },
  {
    holds: /\.npy$/,
    problem: 'this is an archive of NumPy arrays (.npz)',
    remedy: 'write the table as CSV with a header',
  },
];

/** @throws BadTable for an archive that is no workbook, and for one that would grow too large */
function requireWorkbook(file: string, entries: readonly ZipEntry[]): void {
  const other = others.find(({ holds }) => entries.some(({ name }) => holds.test(name)));
  if (other === undefined && entries.some(({ name }) => /^xl\//.test(name))) {
    // What is said to be empty and is not could grow to any size.
    const lying = entries.some(({ packed, size }) => size === 0 && packed > 2);
    if (lying || entries.reduce((sum, { size }) => sum + size, 0) > LARGEST) throw tooLarge(file);
    return;
  }
  throw new MilscopeError('BadTable', {
    file,
    problem: other?.problem ?? 'this is a ZIP archive, not a table',
    expected: 'a CSV, TSV, Excel (.xlsx) or Parquet file',
    remedy: other?.remedy ?? 'unpack it, and give the table in it',
  });
}

function tooLarge(file: string): MilscopeError {
  return new MilscopeError('BadTable', {
    file,
    problem: 'the Excel workbook is too large to be read safely',
    expected: `at most ${LARGEST / 2 ** 20} MB when it is unpacked`,
    remedy: 'save its sheet as .csv',
  });
}
