import { MilscopeError } from '../../errors.ts';
import { isBlank, readRecords } from '../../tables/read-records.ts';
import type { ScreenAccess } from '../access.ts';
import type { Field, Screen } from '../screen.ts';
import type { SkippedField } from '../skipped.ts';
import { findCellColumns } from './cell-columns.ts';
import { identifyCells } from './cell-identity.ts';

/** One cell of a field. */
export interface Cell {
  readonly objectNumber: number;
  /** Centre (pixels, 0 being the middle of the first); NaN where the table has no number. */
  readonly x: number;
  readonly y: number;
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
}

/**
 * Reads where the cells of a screen are, from a table of one row a cell with the columns that `findCellColumns` and
 * `identifyCells` look for: what `milscope detect`, `milscope simulate` and CellProfiler write. A cell without a number is
 * given its place among the cells of its field. The table is read as a stream; only centres are kept.
 *
 * @throws what `readRecords` throws, EmptyTable, MissingColumn, and BadTable when no cell is in a field of the screen
 */
export async function readCells(path: string, screen: Screen, { files }: Pick<ScreenAccess, 'files'>): Promise<Cells> {
  const byField = new Map<Field, Cell[]>();
  const unknown = new Map<string, { readonly imageNumber: number | undefined; readonly row: number; count: number }>();
  let add: ((cells: readonly string[], row: number) => void) | undefined;
  for await (const { row, cells } of readRecords(path, files)) {
    if (isBlank(cells)) continue;
    if (add !== undefined) {
      add(cells, row);
      continue;
    }
    const columns = findCellColumns(cells, path);
    const { nameOf, fieldOf } = identifyCells(screen, columns, path);
    const number = (of: readonly string[], index: number | undefined): number =>
      index === undefined || (of[index] ?? '').trim() === '' ? Number.NaN : Number(of[index]);
    add = (of, at) => {
      const field = fieldOf(of, at);
      if (field === undefined) {
        const imageNumber = number(of, columns.imageNumber);
        const entry = unknown.get(nameOf(of)) ?? { imageNumber: imageNumber || undefined, row: at, count: 0 };
        entry.count++;
        unknown.set(nameOf(of), entry);
        return;
      }
      const own = byField.get(field) ?? [];
      byField.set(field, own);
      const given = number(of, columns.objectNumber);
      const objectNumber = Number.isSafeInteger(given) ? given : own.length + 1;
      own.push({ objectNumber, x: number(of, columns.x), y: number(of, columns.y), row: at });
    };
  }
  if (byField.size === 0) throw nothingFound(path, { screen, unknown: [...unknown.keys()] });
  const entries = [...unknown].map(([name, { imageNumber, row: first, count }]): SkippedField => {
    const cells = `${count} ${count === 1 ? 'cell' : 'cells'}`;
    const message = `${path}, row ${first}: ${cells} in a field that ${screen.source} does not have (${name}).`;
    return { imageNumber, file: path, tag: 'UnknownField', message };
  });
  return { byField, unknown: entries, unknownCells: [...unknown.values()].reduce((sum, { count }) => sum + count, 0) };
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
