import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse';
import { isMilscopeError, MilscopeError } from '../../errors.ts';
import { separatorOf } from '../../tables/read-table.ts';
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
 * @throws MissingFile, EmptyTable, MissingColumn, and BadTable when no cell is in a field of the screen
 */
export async function readCells(path: string, screen: Screen, _access?: ScreenAccess): Promise<Cells> {
  const byField = new Map<Field, Cell[]>();
  const unknown = new Map<string, { readonly imageNumber: number | undefined; readonly row: number; count: number }>();
  let add: ((cells: readonly string[], row: number) => void) | undefined;
  let row = 0;
  for await (const cells of records(path)) {
    row++;
    if (cells.every((cell) => cell.trim() === '')) continue;
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

async function* records(path: string): AsyncGenerator<string[]> {
  try {
    const delimiter = separatorOf(await beginningOf(path));
    const options = { bom: true, delimiter, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true };
    const parser = createReadStream(path)
      .on('error', (error) => parser.destroy(error))
      .pipe(parse(options));
    yield* parser as AsyncIterable<string[]>;
  } catch (cause) {
    if (isMilscopeError(cause)) throw cause;
    const { code } = cause as { code?: string };
    if (!(cause instanceof CsvError) && code === undefined) throw cause;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new MilscopeError(missing ? 'MissingFile' : 'BadTable', {
      file: path,
      problem: missing ? 'the table of cells does not exist' : 'the table of cells cannot be read',
      found: missing ? undefined : cause instanceof CsvError ? cause.message : code,
      cause,
    });
  }
}

/** Enough of a table to know its separator. */
async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65536), 0, 65536, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } finally {
    await file.close();
  }
}
