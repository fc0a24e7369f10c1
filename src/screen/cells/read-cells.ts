import { MilscopeError } from '../../errors.ts';
import { requireDistinct } from '../../tables/distinct-columns.ts';
import { parseNumber } from '../../tables/parse-number.ts';
import { readFittedRecords } from '../../tables/read-records.ts';
import type { AboutTable } from '../../tables/record-options.ts';
import type { TableRow } from '../../tables/table-row.ts';
import type { ScreenAccess } from '../access.ts';
import type { Field, Screen } from '../screen.ts';
import type { SkippedField } from '../skipped.ts';
import { type CellColumns, findCellColumns, namesCells } from './cell-columns.ts';
import { identifyCells } from './cell-identity.ts';

/** One cell of a field. */
export interface Cell {
  readonly objectNumber: number;
  /** Centre (pixels, 0 being the middle of the first); NaN where the table has no number. */
  readonly x: number;
  readonly y: number;
  /** What the table has in the place of a number, where it has any. */
  readonly written?: string | undefined;
  /** The row of its table, the header being row 1. */
  readonly row: number;
}

/** The cells of a screen. */
export interface Cells {
  /** In the order of the table; a field without cells is not in it. */
  readonly byField: ReadonlyMap<Field, readonly Cell[]>;
  /** Cells in fields that the screen does not have: one entry a field. */
  readonly unknown: readonly SkippedField[];
  /** How many cells those are. */
  readonly unknownCells: number;
  /** What a user should know of how they were read, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads where the cells of a screen are, from a table of one row a cell with the columns that `findCellColumns` and
 * `identifyCells` look for: what `milscope detect`, `milscope simulate`, CellProfiler, QuPath, scikit-image and ImageJ write. A cell without a number is
 * given its place among the cells of its field. Of rows with the same centre in the same field, the first is taken. The table is
 * read as a stream; only centres are kept.
 *
 * @throws what `readFittedRecords` throws, EmptyTable, MissingColumn, and BadTable when no cell is in a field of the screen
 */
export async function readCells(path: string, screen: Screen, { files }: Pick<ScreenAccess, 'files'>): Promise<Cells> {
  const byField = new Map<Field, Cell[]>();
  const unknown = new Map<string, { readonly imageNumber: number | undefined; readonly row: number; count: number }>();
  let add: ((row: TableRow) => void) | undefined;
  const notes: string[] = [];
  const wanted = { what: 'a table of cells', option: 'cells' };
  const describe = (about: AboutTable) => notes.push(...about.notes);
  for await (const record of readFittedRecords(path, files, { fits: namesCells, wanted, describe, shorter: true })) {
    if (add !== undefined) {
      add(record);
      continue;
    }
    const columns = findCellColumns(record.cells, path);
    requireDistinct(record.cells, { file: path, isUsed: (index) => isUsed(columns, index) });
    const { nameOf, fieldOf } = identifyCells(screen, columns, path);
    const scaleOf = scaleOfCentres(screen, columns, path);
    if (columns.unit === 'uncertain') notes.push(uncertainNote(path, columns));
    add = ({ cells: of, row: at, decimal }) => {
      const number = (index: number | undefined) => parseNumber(of[index ?? -1], { decimal });
      const field = fieldOf(of, at);
      if (field === undefined) {
        const imageNumber = number(columns.imageNumber);
        const entry = unknown.get(nameOf(of)) ?? { imageNumber: imageNumber || undefined, row: at, count: 0 };
        entry.count++;
        unknown.set(nameOf(of), entry);
        return;
      }
      const own = byField.get(field) ?? [];
      byField.set(field, own);
      const given = number(columns.objectNumber);
      const objectNumber = Number.isSafeInteger(given) ? given : own.length + 1;
      const [x, y] = [number(columns.x), number(columns.y)].map((value) => value / scaleOf(field)) as [number, number];
      const odd = [x, y].some(Number.isNaN) ? writtenOf([of[columns.x], of[columns.y]]) : undefined;
      own.push({ objectNumber, x, y, row: at, ...(odd !== undefined && { written: odd }) });
    };
  }
  if (byField.size === 0) throw nothingFound(path, { screen, unknown: [...unknown.keys()] });
  const again = dropRepeated(byField);
  if (again.count > 0) {
    const rows = again.count === 1 ? `row ${again.row} has` : `${again.count} rows, ${again.row} the first, have`;
    notes.push(
      `${path}: ${rows} the centre of an earlier row in the same field, and ${again.count === 1 ? 'is' : 'are'} left out`,
    );
  }
  const entries = [...unknown].map(([name, { imageNumber, row: first, count }]): SkippedField => {
    const cells = `${count} ${count === 1 ? 'cell' : 'cells'}`;
    const message = `${path}, row ${first}: ${cells} in a field that ${screen.source} does not have (${name}).`;
    return { imageNumber, file: path, tag: 'UnknownField', message };
  });
  const unknownCells = [...unknown.values()].reduce((sum, { count }) => sum + count, 0);
  return { byField, unknown: entries, unknownCells, notes };
}

/** Whether a column says where a cell is, which it is, or in which field. */
function isUsed({ x, y, objectNumber, imageNumber, tableNumber, files, columns }: CellColumns, index: number): boolean {
  const own = [x, y, objectNumber, imageNumber, tableNumber, ...files.flatMap(({ file, folder }) => [file, folder])];
  return (
    own.includes(index) || /^(image_)?metadata_(plate|well|row|col|column|site|field)$/i.test(columns[index]!.trim())
  );
}

/** Leaves only the first of the cells that have the same centre in the same field; gives how many others there were, and the first of these. */
function dropRepeated(byField: Map<Field, Cell[]>): { readonly count: number; readonly row: number | undefined } {
  const repeated: number[] = [];
  for (const [field, cells] of byField) {
    const seen = new Set<string>();
    const kept = cells.filter(({ x, y, row }) => {
      const centre = `${x} ${y}`;
      if (Number.isNaN(x + y) || !seen.has(centre)) return Boolean(seen.add(centre));
      repeated.push(row);
      return false;
    });
    if (kept.length < cells.length) byField.set(field, kept);
  }
  return { count: repeated.length, row: repeated.toSorted((a, b) => a - b)[0] };
}

/** Both parts of a centre as they are written; undefined where what is no number says that it is missing. */
function writtenOf(texts: readonly (string | undefined)[]): string | undefined {
  const parts = texts.map((text = '') => (/^(nan|na|n\/a|none|null)?$/i.test(text.trim()) ? undefined : text.trim()));
  const isOdd = parts.some((text) => text !== undefined && !/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(text));
  return isOdd ? parts.map((text) => text ?? 'no number').join(' and ') : undefined;
}

/** How many of the unit of the centres a pixel of a field has. @throws BadTable for micrometres where that is not known */
function scaleOfCentres(screen: Screen, { unit, x, columns }: CellColumns, file: string): (field: Field) => number {
  if (unit !== 'micrometres') return () => 1;
  const sizeOf = (field: Field & Sized) => field.pixelSize ?? (screen as Screen & Sized).pixelSize;
  if (screen.fields.every((field) => sizeOf(field) === undefined)) {
    throw new MilscopeError('BadTable', {
      file,
      column: columns[x],
      problem: `centres are in micrometres, and nothing says how large a pixel of ${screen.source} is`,
      remedy:
        'export the centres in pixels (Centroid X px), or divide them by the size of a pixel into Location_Center_X',
    });
  }
  return (field) => sizeOf(field) ?? Number.NaN;
}

/** What may say how large a pixel is (µm). */
interface Sized {
  readonly pixelSize?: number | undefined;
}

function uncertainNote(file: string, { columns, x, y }: CellColumns): string {
  return (
    `${file}: ${columns[x]} and ${columns[y]} are taken as pixels; ` +
    'if your program wrote micrometres there, divide them by the size of a pixel into Location_Center_X and Location_Center_Y'
  );
}

function nothingFound(path: string, { screen, unknown }: { screen: Screen; unknown: readonly string[] }) {
  if (unknown.length === 0) return new MilscopeError('EmptyTable', { file: path, problem: 'the table has no cells' });
  return new MilscopeError('BadTable', {
    file: path,
    problem: `no cell of the table is in a field of ${screen.source}`,
    found: unknown.slice(0, 3).join('; ') + (unknown.length > 3 ? `; and ${unknown.length - 3} more` : ''),
    remedy: 'give the cells of this screen',
  });
}
